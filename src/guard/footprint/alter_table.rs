//! ALTER TABLE and its like: the table, what changes with it, and what it is tied to.

use super::{Footprint, drop, family, rewrite, scans};
use crate::guard::Verdict;
use crate::pg::catalog::{self, Address, RelationInfo};
use crate::pg::compat::{self, ConstraintChange};
use crate::pg::lock::LockMode::{self, *};
use crate::pg::tree::locking::{SubCommand, SubKind};
use crate::pg::tree::model::{Action, ConstraintDef, ConstraintKind, Relation};
use pgrx::pg_sys::Oid;

pub(super) fn alter(
    footprint: &mut Footprint,
    action: &Action,
    command: &SubCommand,
    verdict: &Verdict,
) {
    let Some(table) = target(action).and_then(|name| catalog::relation(&name)) else { return };
    if let Verdict::Validate(name) = verdict {
        footprint.lock(table.oid, ShareUpdateExclusive);
        return validate(footprint, &table, name, false);
    }
    footprint.lock(table.oid, command.mode);
    if table.kind == 'c' {
        return typed_tables(footprint, &table);
    }
    let here = Here { table: &table, command, mode: command.mode };
    here.sub_command(footprint, action);
}

/// ALTER TYPE of a composite type changes the tables that are made of it, with CASCADE; without
/// that it fails if there are any.
pub(super) fn typed_tables(footprint: &mut Footprint, relation: &RelationInfo) {
    let Some(made_of) = catalog::type_in(relation.namespace, &relation.name) else { return };
    footprint.lock_all(&catalog::tables_of_type(made_of.oid), AccessExclusive);
}

/// The relation that ALTER is about.
fn target(action: &Action) -> Option<Relation> {
    match action {
        Action::Alter { object, .. } => Some(object.as_relation()),
        _ => action.altered_table().cloned(),
    }
}

/// A sub-command and the table it is for.
struct Here<'a> {
    table: &'a RelationInfo,
    command: &'a SubCommand,
    mode: LockMode,
}

impl Here<'_> {
    fn sub_command(&self, footprint: &mut Footprint, action: &Action) {
        let SubCommand { kind, only, .. } = self.command;
        match kind {
            SubKind::AddColumn => self.add_column(footprint, action),
            SubKind::AlterType => self.alter_type(footprint),
            SubKind::SetExpression => self.set_expression(footprint),
            SubKind::SetNotNull => self.set_not_null(footprint),
            SubKind::DropColumn => self.drop_column(footprint),
            SubKind::AddConstraint => self.add_constraint(footprint, action),
            SubKind::DropConstraint => self.drop_constraint(footprint),
            SubKind::ValidateConstraint => {
                validate(footprint, self.table, self.name(), *only);
            }
            SubKind::AlterConstraint(change) => self.alter_constraint(footprint, *change),
            SubKind::OfColumn => _ = self.lock_family(footprint),
            SubKind::AddIdentity => self.identity(footprint, None),
            SubKind::SetIdentity => self.identity(footprint, Some(ShareRowExclusive)),
            SubKind::DropIdentity => self.identity(footprint, Some(AccessExclusive)),
            SubKind::Trigger if self.table.kind == 'p' => _ = self.lock_family(footprint),
            SubKind::Logged(logged) => self.set_persistence(footprint, *logged),
            SubKind::AccessMethod => self.set_access_method(footprint),
            SubKind::Tablespace => self.set_tablespace(footprint),
            SubKind::Owner => self.lock_sequences(footprint),
            SubKind::Inherit => self.inherit(footprint),
            SubKind::NoInherit => self.no_inherit(footprint),
            SubKind::Attach => self.attach(footprint),
            SubKind::Detach { .. } | SubKind::Finalize => self.detach(footprint),
            SubKind::Trigger | SubKind::Plain => {}
        }
    }

    fn name(&self) -> &str {
        self.command.name.as_deref().unwrap_or_default()
    }

    /// The table and its children, which are locked as it is.
    fn lock_family(&self, footprint: &mut Footprint) -> Vec<Oid> {
        let family = family(self.table, self.command.only);
        footprint.lock_all(&family, self.mode);
        family
    }

    fn lock_other(&self, footprint: &mut Footprint, mode: LockMode) {
        if let Some(other) = &self.command.other {
            footprint.lock_named(other, mode);
        }
    }

    fn lock_sequences(&self, footprint: &mut Footprint) {
        footprint.lock_all(&catalog::owned_sequences(self.table.oid), AccessExclusive);
    }

    fn add_column(&self, footprint: &mut Footprint, action: &Action) {
        let Action::AddColumn { column, .. } = action else { return };
        let family = self.lock_family(footprint);
        let (writes, reads) = (rewrite::by_new_column(column), scans::by_new_column(column));
        for table in family {
            if writes {
                footprint.rewrite(table);
            } else if reads {
                footprint.scan(table);
            }
        }
        for constraint in &column.constraints {
            self.reference(footprint, constraint);
        }
    }

    fn alter_type(&self, footprint: &mut Footprint) {
        let Some(definition) = &self.command.definition else { return };
        let family = self.lock_family(footprint);
        for oid in family {
            let Some(column) = catalog::column(oid, self.name()) else { continue };
            let rewrites = rewrite::by_new_type(&column, definition);
            if rewrites {
                footprint.rewrite(oid);
            } else if scans::by_new_type(oid, &column, definition) {
                footprint.scan(oid);
            }
            self.lock_tied(footprint, oid, column.number, rewrites);
            if let Some(sequence) = catalog::identity_sequence(oid, column.number) {
                footprint.lock(sequence, ShareRowExclusive);
            }
        }
    }

    /// The tables that foreign keys of the column tie to its own: the keys are made anew, and
    /// checked if the values are others.
    fn lock_tied(&self, footprint: &mut Footprint, table: Oid, column: i16, checks: bool) {
        for key in catalog::foreign_keys(table) {
            let (own, other) = (key.table == table, key.referenced == table);
            if own && key.columns.contains(&column)
                || other && key.referenced_columns.contains(&column)
            {
                footprint.lock(key.beyond(table), AccessExclusive);
                if checks {
                    footprint.scan(key.table);
                }
            }
        }
    }

    fn set_expression(&self, footprint: &mut Footprint) {
        for oid in self.lock_family(footprint) {
            match catalog::column(oid, self.name()) {
                Some(column) if column.generated == 's' => footprint.rewrite(oid),
                Some(column) if scans::minds_values(oid, &column) => footprint.scan(oid),
                _ => {}
            }
        }
    }

    fn set_not_null(&self, footprint: &mut Footprint) {
        for oid in self.lock_family(footprint) {
            if scans::by_not_null(oid, self.name()) {
                footprint.scan(oid);
            }
        }
    }

    fn drop_column(&self, footprint: &mut Footprint) {
        let mut family = self.lock_family(footprint);
        if self.command.only {
            // They keep the column, as one of their own.
            footprint.lock_all(&catalog::children(self.table.oid), self.mode);
            family = vec![self.table.oid];
        }
        for oid in family {
            if let Some(column) = catalog::column(oid, self.name()) {
                let address = Address { column: column.number.into(), ..Address::relation(oid) };
                drop::lock_dropped(footprint, address, self.command.cascade);
            }
        }
    }

    fn add_constraint(&self, footprint: &mut Footprint, action: &Action) {
        let Action::AddConstraint { constraint, .. } = action else { return };
        let family = family(self.table, self.command.only);
        if compat::ADD_CONSTRAINT_LOCKS_CHILDREN {
            footprint.lock_all(&family, self.mode);
        }
        self.reference(footprint, constraint);
        let given = self.given_to(constraint, family);
        for oid in given {
            footprint.lock(oid, self.mode_of(constraint));
            if scans::by_constraint(constraint) {
                footprint.scan(oid);
            }
        }
        if constraint.kind == ConstraintKind::Primary {
            self.require_values(footprint, constraint);
        }
    }

    /// The tables of a family that get the constraint, too: children have keys of their own,
    /// partitions have their parent's.
    fn given_to(&self, constraint: &ConstraintDef, family: Vec<Oid>) -> Vec<Oid> {
        let is_inherited =
            matches!(constraint.kind, ConstraintKind::Check | ConstraintKind::NotNull);
        match self.table.kind == 'p' || is_inherited && !constraint.no_inherit {
            true => family,
            false => vec![self.table.oid],
        }
    }

    /// How partitions are locked that get an index from their parent.
    fn mode_of(&self, constraint: &ConstraintDef) -> LockMode {
        match constraint.kind {
            ConstraintKind::Check | ConstraintKind::NotNull | ConstraintKind::Foreign => self.mode,
            _ => Share,
        }
    }

    /// The columns of a primary key become NOT NULL, in the children too.
    fn require_values(&self, footprint: &mut Footprint, key: &ConstraintDef) {
        for oid in family(self.table, self.command.only) {
            let mut columns = key.columns.iter();
            let changes = columns
                .any(|name| catalog::column(oid, name).is_some_and(|column| !column.not_null));
            if changes {
                footprint.lock(oid, AccessExclusive);
            }
            if key.columns.iter().any(|name| scans::by_not_null(oid, name)) {
                footprint.scan(oid);
            }
        }
    }

    /// The other side of a foreign key, with its partitions.
    fn reference(&self, footprint: &mut Footprint, constraint: &ConstraintDef) {
        let Some(references) = &constraint.references else { return };
        let Some(referenced) = catalog::relation(&references.table) else { return };
        footprint.lock_all(&family(&referenced, false), ShareRowExclusive);
    }

    fn drop_constraint(&self, footprint: &mut Footprint) {
        let Some(dropped) = catalog::constraint(self.table.oid, self.name()) else { return };
        // ATCheckPartitionsNotInUse locks partitions whatever it is.
        let stays = dropped.no_inherit && self.table.kind != 'p';
        let family = if stays { vec![self.table.oid] } else { self.lock_family(footprint) };
        footprint.lock(dropped.referenced, AccessExclusive);
        for oid in family {
            if let Some(constraint) = catalog::constraint(oid, self.name()) {
                let address = Address::constraint(constraint.oid);
                drop::lock_dropped(footprint, address, self.command.cascade);
            }
        }
    }

    /// What makes a foreign key enforced makes its triggers and looks at the rows, what makes it
    /// not enforced drops them. NOT NULL can become that of the children, too.
    fn alter_constraint(&self, footprint: &mut Footprint, change: ConstraintChange) {
        for oid in self.lock_family(footprint) {
            let Some(constraint) = catalog::constraint(self.table.oid, self.name()) else {
                continue;
            };
            match change {
                ConstraintChange::Enforced(true) if !constraint.enforced => {
                    footprint.lock(constraint.referenced, ShareRowExclusive);
                    footprint.scan(oid);
                }
                ConstraintChange::Enforced(false) => {
                    footprint.lock(constraint.referenced, AccessExclusive);
                }
                ConstraintChange::Inherited => {
                    let columns = constraint.columns.first();
                    let name =
                        columns.and_then(|number| catalog::column_name(self.table.oid, *number));
                    if name.is_some_and(|name| scans::by_not_null(oid, &name)) {
                        footprint.scan(oid);
                    }
                }
                _ => {}
            }
        }
    }

    /// The sequence that is there is locked, too.
    fn identity(&self, footprint: &mut Footprint, mode: Option<LockMode>) {
        if compat::PARTITIONS_INHERIT_IDENTITY {
            self.lock_family(footprint);
        }
        let column = catalog::column(self.table.oid, self.name());
        let sequence =
            column.and_then(|column| catalog::identity_sequence(self.table.oid, column.number));
        if let (Some(sequence), Some(mode)) = (sequence, mode) {
            footprint.lock(sequence, mode);
        }
    }

    fn set_persistence(&self, footprint: &mut Footprint, logged: bool) {
        let wanted = if logged { 'p' } else { 'u' };
        if self.table.persistence != wanted {
            footprint.rewrite(self.table.oid);
            self.lock_sequences(footprint);
        }
    }

    fn set_access_method(&self, footprint: &mut Footprint) {
        if rewrite::by_access_method(self.table, self.command.name.as_deref()) {
            footprint.rewrite(self.table.oid);
        }
    }

    fn set_tablespace(&self, footprint: &mut Footprint) {
        if rewrite::by_tablespace(self.table, self.name()) {
            footprint.rewrite(self.table.oid);
        }
    }

    fn inherit(&self, footprint: &mut Footprint) {
        self.lock_other(footprint, ShareUpdateExclusive);
    }

    fn no_inherit(&self, footprint: &mut Footprint) {
        self.lock_other(footprint, AccessShare);
    }

    fn attach(&self, footprint: &mut Footprint) {
        let Some(partition) = self.command.other.as_ref().and_then(catalog::relation) else {
            return;
        };
        for oid in family(&partition, false) {
            footprint.lock(oid, AccessExclusive);
            footprint.scan(oid);
        }
        if let Some(default) = catalog::default_partition(self.table.oid) {
            footprint.lock(default, AccessExclusive);
            footprint.scan(default);
        }
        for key in catalog::foreign_keys(self.table.oid) {
            footprint.lock(key.beyond(self.table.oid), ShareRowExclusive);
        }
    }

    /// With CONCURRENTLY it is refused where there is a default partition, so FINALIZE finds none.
    fn detach(&self, footprint: &mut Footprint) {
        self.lock_other(footprint, AccessExclusive);
        if let Some(default) = catalog::default_partition(self.table.oid) {
            footprint.lock(default, AccessExclusive);
        }
        for key in catalog::foreign_keys(self.table.oid) {
            footprint.lock(key.beyond(self.table.oid), ShareRowExclusive);
        }
    }
}

/// VALIDATE CONSTRAINT, whether it was asked for or runs instead of ADD CONSTRAINT.
fn validate(footprint: &mut Footprint, table: &RelationInfo, name: &str, only: bool) {
    let Some(constraint) = catalog::constraint(table.oid, name) else { return };
    if constraint.validated {
        return;
    }
    if constraint.kind == 'f' {
        footprint.lock(constraint.referenced, RowShare);
    }
    for oid in family(table, only || constraint.no_inherit) {
        footprint.lock(oid, ShareUpdateExclusive);
        footprint.scan(oid);
    }
}
