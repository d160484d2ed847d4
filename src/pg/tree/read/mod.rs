//! From a raw parse tree to a [`Command`].
//!
//! One function per kind of statement. What no function here knows becomes [`Action::Other`]:
//! it is run, and judged by its error.

mod definition;
mod off_record;
mod publication;
mod queried;
mod statistics;
mod storage;
mod table;
mod trigger;

use self::table::{create_table, create_table_as, select_into};
use super::model::*;
use super::{Node, letter, string, strings, text};
use crate::pg::{compat, owned};
use pg_sys::{AlterTableType as At, ConstrType, ObjectType, RoleSpecType};
use pgrx::pg_sys;
use std::ffi::{CStr, c_char};

/// What a parsed statement is and does.
pub fn command(whole: &Node) -> Command {
    match whole.statement() {
        Some(statement) => {
            let confined = confined(&statement);
            Command {
                tag: command_tag(&statement),
                actions: actions(&statement),
                confined,
                if_exists: if_exists(&statement),
                only: alters_only(&statement),
                minds_transactions: minds_transactions(&statement, confined),
                is_off_record: off_record::is_passing(&statement)
                    || off_record::has_password(&statement),
                queried: queried::relations(&statement),
            }
        }
        None => Command {
            tag: "SELECT",
            actions: vec![Action::Other],
            confined: None,
            if_exists: false,
            only: false,
            minds_transactions: false,
            is_off_record: false,
            queried: Vec::new(),
        },
    }
}

fn command_tag(statement: &Node) -> &'static str {
    // SAFETY: a statement node; the name is a constant of the server's.
    let tag = unsafe { CStr::from_ptr(GetCommandTagName(CreateCommandTag(statement.as_ptr()))) };
    tag.to_str().unwrap_or_default()
}

// utility.c and cmdtag.c. Neither raises, so neither needs the guard of pgrx's own bindings.
unsafe extern "C-unwind" {
    fn CreateCommandTag(statement: *mut pg_sys::Node) -> pg_sys::CommandTag::Type;
    fn GetCommandTagName(tag: pg_sys::CommandTag::Type) -> *const c_char;
}

fn actions(statement: &Node) -> Vec<Action> {
    let known = alter_table(statement)
        .or_else(|| drop(statement))
        .or_else(|| drop_roles(statement))
        .or_else(|| grant(statement))
        .or_else(|| grant_roles(statement))
        .or_else(|| vacuum(statement))
        .or_else(|| single(statement).map(|action| vec![action]));
    match known {
        Some(actions) if !actions.is_empty() => actions,
        _ => vec![Action::Other],
    }
}

/// Statements that do one thing.
fn single(statement: &Node) -> Option<Action> {
    use pg_sys::NodeTag::*;
    match statement.tag() {
        T_CreateStmt => create_table(statement),
        T_CreateTableAsStmt => {
            create_table_as(statement).or_else(|| definition::materialized_view(statement))
        }
        T_AlterDomainStmt => definition::alter_domain(statement),
        T_SelectStmt => select_into(statement),
        T_IndexStmt => create_index(statement).map(Action::CreateIndex),
        T_RenameStmt => rename(statement),
        T_CommentStmt => comment(statement),
        T_AlterEnumStmt => alter_enum(statement),
        T_CreatePolicyStmt => create_policy(statement),
        T_CreatePublicationStmt => publication::create_publication(statement),
        T_CreateTrigStmt => trigger::create_trigger(statement),
        T_CreateStatsStmt => statistics::create_statistics(statement),
        T_CreateExtensionStmt => create_extension(statement),
        T_CreateSchemaStmt => create_schema(statement),
        T_CreateSeqStmt => create_sequence(statement),
        T_CreateEnumStmt => create_enum(statement),
        T_ViewStmt => definition::view(statement),
        T_CreateFunctionStmt => definition::function(statement),
        T_CreateRangeStmt => definition::range_type(statement),
        T_CompositeTypeStmt => definition::composite_type(statement),
        T_CreateDomainStmt => definition::domain(statement),
        T_AlterOwnerStmt
        | T_AlterObjectSchemaStmt
        | T_AlterSeqStmt
        | T_AlterPolicyStmt
        | T_AlterRoleStmt => alter_object(statement),
        T_AlterDatabaseStmt | T_AlterDatabaseSetStmt | T_AlterSubscriptionStmt => {
            alter_global(statement)
        }
        T_ReindexStmt => reindex(statement),
        T_DropdbStmt | T_DropTableSpaceStmt | T_DropSubscriptionStmt => drop_global(statement),
        _ => cluster(statement).or_else(|| create_uncompared(statement)),
    }
}

// ---- ALTER TABLE ----------------------------------------------------------------------------

fn alter_table(statement: &Node) -> Option<Vec<Action>> {
    let alter = statement.get::<pg_sys::AlterTableStmt>()?;
    let table = relation(alter.relation)?;
    let commands = statement.siblings(alter.cmds);
    let action = |command| match alter.objtype {
        ObjectType::OBJECT_INDEX => needs(Class::Index, &table),
        _ => alter_table_command(&table, command),
    };
    Some(commands.iter().map(action).collect())
}

fn alter_table_command(table: &Relation, node: &Node) -> Action {
    let Some(command) = node.get::<pg_sys::AlterTableCmd>() else { return Action::Other };
    let table = table.clone();
    let definition = node.sibling(command.def);
    let name = || text(command.name).unwrap_or_default();
    let constraint = || definition.as_ref().and_then(constraint_def);
    match command.subtype {
        At::AT_AddColumn => match definition.as_ref().and_then(column_def) {
            Some(column) => Action::AddColumn { table, column },
            None => Action::AlterTable { table, change: TableChange::Other },
        },
        At::AT_DropColumn => Action::DropColumn { table, column: name() },
        At::AT_AddConstraint => match constraint() {
            Some(constraint) => Action::AddConstraint { table, constraint },
            None => Action::AlterTable { table, change: TableChange::Other },
        },
        At::AT_DropConstraint => Action::DropConstraint { table, name: name() },
        At::AT_ValidateConstraint => Action::ValidateConstraint { table, name: name() },
        _ => match column_change(command, definition.as_ref()) {
            Some(change) => Action::AlterColumn { table, column: name(), change },
            None => Action::AlterTable { table, change: table_change(node, command) },
        },
    }
}

fn column_change(command: &pg_sys::AlterTableCmd, def: Option<&Node>) -> Option<ColumnChange> {
    // ALTER INDEX … ALTER COLUMN names its column by number.
    if command.name.is_null() {
        return None;
    }
    Some(match command.subtype {
        At::AT_ColumnDefault => ColumnChange::Default(def.cloned()),
        At::AT_SetNotNull => ColumnChange::NotNull(true),
        At::AT_DropNotNull => ColumnChange::NotNull(false),
        At::AT_AlterColumnType => column_type_change(def?)?,
        At::AT_AddIdentity => ColumnChange::AddIdentity(identity(def?)?),
        At::AT_SetIdentity => ColumnChange::SetIdentity,
        At::AT_DropIdentity => ColumnChange::DropIdentity,
        At::AT_SetStorage => ColumnChange::Storage(def.and_then(|d| string(d.as_ptr()))?),
        At::AT_SetStatistics => ColumnChange::Statistics(def.map_or(-1, integer)),
        At::AT_SetCompression => ColumnChange::Compression(def.and_then(|d| string(d.as_ptr()))?),
        At::AT_SetOptions
        | At::AT_ResetOptions
        | At::AT_DropExpression
        | At::AT_AlterColumnGenericOptions => ColumnChange::Other,
        _ => return None,
    })
}

/// The value of an Integer node.
fn integer(node: &Node) -> i32 {
    // SAFETY: SET STATISTICS has an Integer.
    unsafe { compat::integer_value(node.as_ptr()) }
}

fn column_type_change(definition: &Node) -> Option<ColumnChange> {
    let column = definition.get::<pg_sys::ColumnDef>()?;
    Some(ColumnChange::Type {
        type_name: type_name(definition.sibling(column.typeName)?)?,
        collation: collation(definition, column.collClause),
        using: definition.sibling(column.raw_default),
    })
}

fn table_change(node: &Node, command: &pg_sys::AlterTableCmd) -> TableChange {
    match command.subtype {
        At::AT_EnableRowSecurity => TableChange::RowSecurity(true),
        At::AT_DisableRowSecurity => TableChange::RowSecurity(false),
        At::AT_ForceRowSecurity => TableChange::ForceRowSecurity(true),
        At::AT_NoForceRowSecurity => TableChange::ForceRowSecurity(false),
        At::AT_ChangeOwner => node
            .sibling(command.newowner)
            .and_then(|role| role_name(&role))
            .map_or(TableChange::Other, TableChange::Owner),
        At::AT_ClusterOn => TableChange::Cluster(text(command.name)),
        At::AT_DropCluster => TableChange::Cluster(None),
        At::AT_ReplicaIdentity => replica_identity(node, command).unwrap_or(TableChange::Other),
        At::AT_AttachPartition => attach(node, command).unwrap_or(TableChange::Other),
        At::AT_AddInherit => other(node, command).map_or(TableChange::Other, TableChange::Inherit),
        At::AT_DetachPartition | At::AT_DropInherit => {
            other(node, command).map_or(TableChange::Other, TableChange::With)
        }
        _ => firing_change(command).unwrap_or(TableChange::Other),
    }
}

/// ENABLE and DISABLE of one trigger or rule.
fn firing_change(command: &pg_sys::AlterTableCmd) -> Option<TableChange> {
    let (make, state): (fn(String, char) -> TableChange, _) = match command.subtype {
        At::AT_EnableTrig => (TableChange::Trigger, 'O'),
        At::AT_EnableAlwaysTrig => (TableChange::Trigger, 'A'),
        At::AT_EnableReplicaTrig => (TableChange::Trigger, 'R'),
        At::AT_DisableTrig => (TableChange::Trigger, 'D'),
        At::AT_EnableRule => (TableChange::Rule, 'O'),
        At::AT_EnableAlwaysRule => (TableChange::Rule, 'A'),
        At::AT_EnableReplicaRule => (TableChange::Rule, 'R'),
        At::AT_DisableRule => (TableChange::Rule, 'D'),
        _ => return None,
    };
    Some(make(text(command.name)?, state))
}

fn replica_identity(node: &Node, command: &pg_sys::AlterTableCmd) -> Option<TableChange> {
    let definition = node.sibling(command.def)?;
    let identity = definition.get::<pg_sys::ReplicaIdentityStmt>()?;
    Some(TableChange::ReplicaIdentity(letter(identity.identity_type), text(identity.name)))
}

/// ATTACH PARTITION of a table; that of an index has no bound.
fn attach(node: &Node, command: &pg_sys::AlterTableCmd) -> Option<TableChange> {
    let definition = node.sibling(command.def)?;
    let partition = definition.get::<pg_sys::PartitionCmd>()?;
    Some(match (relation(partition.name)?, definition.sibling(partition.bound)) {
        (partition, Some(bound)) => TableChange::Attach { partition, bound },
        (partition, None) => TableChange::With(partition),
    })
}

fn other(node: &Node, command: &pg_sys::AlterTableCmd) -> Option<Relation> {
    other_relation(&node.sibling(command.def)?)
}

fn other_relation(definition: &Node) -> Option<Relation> {
    match definition.get::<pg_sys::PartitionCmd>() {
        Some(partition) => relation(partition.name),
        None => relation(definition.as_ptr().cast()),
    }
}

// ---- columns --------------------------------------------------------------------------------

fn column_def(node: &Node) -> Option<ColumnDef> {
    let column = node.get::<pg_sys::ColumnDef>()?;
    let mut def = ColumnDef {
        name: text(column.colname)?,
        type_name: node.sibling(column.typeName).and_then(type_name),
        collation: collation(node, column.collClause),
        not_null: column.is_not_null,
        not_null_name: None,
        not_null_no_inherit: false,
        default: node.sibling(column.raw_default),
        generated: None,
        identity: None,
        constraints: Vec::new(),
        storage: text(compat::storage_name(column)),
        compression: text(column.compression),
        options: options(node, column.fdwoptions),
        contradicts_itself: false,
    };
    let constraints = node.siblings(column.constraints);
    for constraint in &constraints {
        add_column_constraint(&mut def, constraint);
    }
    let is_serial = def.type_name.as_ref().is_some_and(|name| name.serial().is_some());
    def.not_null |= is_serial;
    def.contradicts_itself = contradict(&constraints, is_serial, def.not_null);
    Some(def)
}

/// NULL beside what makes it NOT NULL, or more than one value of its own.
fn contradict(constraints: &[Node], is_serial: bool, not_null: bool) -> bool {
    use ConstrType::{CONSTR_DEFAULT, CONSTR_GENERATED, CONSTR_IDENTITY, CONSTR_NULL};
    let kinds = constraints
        .iter()
        .filter_map(|node| node.get::<pg_sys::Constraint>())
        .map(|constraint| constraint.contype);
    let values = kinds
        .clone()
        .filter(|kind| matches!(*kind, CONSTR_DEFAULT | CONSTR_GENERATED | CONSTR_IDENTITY));
    values.count() + usize::from(is_serial) > 1
        || not_null && kinds.clone().any(|kind| kind == CONSTR_NULL)
}

fn add_column_constraint(column: &mut ColumnDef, node: &Node) {
    let Some(constraint) = node.get::<pg_sys::Constraint>() else { return };
    match constraint.contype {
        ConstrType::CONSTR_NOTNULL => {
            column.not_null = true;
            column.not_null_name = text(constraint.conname);
            column.not_null_no_inherit = constraint.is_no_inherit;
        }
        ConstrType::CONSTR_DEFAULT => column.default = node.sibling(constraint.raw_expr),
        ConstrType::CONSTR_IDENTITY => {
            column.identity = identity(node);
            column.not_null = true;
        }
        ConstrType::CONSTR_GENERATED => {
            let kind = compat::generated_kind(constraint);
            let expression = node.sibling(constraint.raw_expr);
            column.generated = expression.map(|expression| Generated { expression, kind });
        }
        // Each follows the constraint it belongs to.
        ConstrType::CONSTR_ATTR_DEFERRABLE => deferrable(column, true, false),
        ConstrType::CONSTR_ATTR_DEFERRED => deferrable(column, true, true),
        _ => {
            if let Some(mut table_constraint) = constraint_def(node) {
                column.not_null |= table_constraint.kind == ConstraintKind::Primary;
                table_constraint.columns = vec![column.name.clone()];
                column.constraints.push(table_constraint);
            }
        }
    }
}

fn deferrable(column: &mut ColumnDef, deferrable: bool, deferred: bool) {
    if let Some(last) = column.constraints.last_mut() {
        last.deferrable |= deferrable;
        last.deferred |= deferred;
    }
}

fn identity(node: &Node) -> Option<Identity> {
    let constraint = node.get::<pg_sys::Constraint>()?;
    Some(Identity {
        when: letter(constraint.generated_when),
        options: options(node, constraint.options),
    })
}

fn collation(node: &Node, clause: *mut pg_sys::CollateClause) -> Option<Vec<String>> {
    let clause = node.sibling(clause)?;
    Some(strings(clause.get::<pg_sys::CollateClause>()?.collname))
}

/// A TypeName node.
pub fn type_name(node: Node) -> Option<TypeName> {
    let name = node.get::<pg_sys::TypeName>()?;
    Some(TypeName { names: strings(name.names), by_column: name.pct_type, node: node.clone() })
}

// ---- constraints ----------------------------------------------------------------------------

fn constraint_def(node: &Node) -> Option<ConstraintDef> {
    let constraint = node.get::<pg_sys::Constraint>()?;
    let kind = match constraint.contype {
        ConstrType::CONSTR_CHECK => ConstraintKind::Check,
        ConstrType::CONSTR_NOTNULL => ConstraintKind::NotNull,
        ConstrType::CONSTR_PRIMARY => ConstraintKind::Primary,
        ConstrType::CONSTR_UNIQUE => ConstraintKind::Unique,
        ConstrType::CONSTR_EXCLUSION => ConstraintKind::Exclude,
        ConstrType::CONSTR_FOREIGN => ConstraintKind::Foreign,
        _ => return None,
    };
    let keys = if kind == ConstraintKind::Foreign { constraint.fk_attrs } else { constraint.keys };
    // The index given becomes the constraint's, and gives it its name.
    let using_index = text(constraint.indexname);
    let storage = storage::of_index(node, constraint.options, constraint.indexspace);
    Some(ConstraintDef {
        name: text(constraint.conname).or_else(|| using_index.clone()),
        kind,
        columns: strings(keys),
        including: strings(constraint.including),
        expression: node.sibling(constraint.raw_expr),
        references: references(constraint),
        deferrable: constraint.deferrable,
        deferred: constraint.initdeferred,
        not_valid: constraint.skip_validation,
        not_enforced: compat::is_not_enforced(constraint),
        no_inherit: constraint.is_no_inherit,
        nulls_not_distinct: compat::constraint_nulls_not_distinct(constraint),
        using_index,
        exclusion: exclusion(node, constraint, &storage).map(Box::new),
        storage,
        period: compat::has_period(constraint),
    })
}

/// The index that EXCLUDE makes.
fn exclusion(
    node: &Node,
    constraint: &pg_sys::Constraint,
    storage: &StorageDef,
) -> Option<IndexShape> {
    if constraint.contype != ConstrType::CONSTR_EXCLUSION {
        return None;
    }
    let pairs = node.siblings(constraint.exclusions);
    Some(IndexShape {
        method: text(constraint.access_method).unwrap_or_else(|| DEFAULT_METHOD.into()),
        unique: false,
        elements: pairs.iter().filter_map(exclusion_element).collect(),
        including: strings(constraint.including),
        predicate: node.sibling(constraint.where_clause),
        nulls_not_distinct: false,
        storage: storage.clone(),
    })
}

/// An index element and the name of an operator.
fn exclusion_element(pair: &Node) -> Option<IndexElement> {
    match pair.siblings(pair.as_ptr().cast()).as_slice() {
        [element, operator] => Some(IndexElement {
            operator: Some(strings(operator.as_ptr().cast())),
            ..index_element(element)?
        }),
        _ => None,
    }
}

fn references(constraint: &pg_sys::Constraint) -> Option<References> {
    Some(References {
        table: relation(constraint.pktable)?,
        columns: strings(constraint.pk_attrs),
        period: compat::references_period(constraint),
        match_type: letter(constraint.fk_matchtype),
        on_update: letter(constraint.fk_upd_action),
        on_delete: letter(constraint.fk_del_action),
        delete_columns: strings(compat::delete_columns(constraint)),
    })
}

// ---- tables and indexes ---------------------------------------------------------------------

fn create_index(statement: &Node) -> Option<IndexDef> {
    let index = statement.get::<pg_sys::IndexStmt>()?;
    let elements = statement.siblings(index.indexParams);
    let including = statement.siblings(index.indexIncludingParams);
    Some(IndexDef {
        name: text(index.idxname),
        table: relation(index.relation)?,
        shape: IndexShape {
            method: text(index.accessMethod).unwrap_or_else(|| DEFAULT_METHOD.into()),
            unique: index.unique,
            elements: elements.iter().filter_map(index_element).collect(),
            including: including
                .iter()
                .filter_map(index_element)
                .filter_map(|e| e.column)
                .collect(),
            predicate: statement.sibling(index.whereClause),
            nulls_not_distinct: compat::index_nulls_not_distinct(index),
            storage: storage::of_index(statement, index.options, index.tableSpace),
        },
        concurrent: index.concurrent,
        // SAFETY: the grammar always gives the table.
        only: unsafe { !(*index.relation).inh },
    })
}

/// DEFAULT_INDEX_TYPE
const DEFAULT_METHOD: &str = "btree";

fn index_element(node: &Node) -> Option<IndexElement> {
    use pg_sys::{SortByDir, SortByNulls};
    let element = node.get::<pg_sys::IndexElem>()?;
    let descending = element.ordering == SortByDir::SORTBY_DESC;
    Some(IndexElement {
        column: text(element.name),
        expression: node.sibling(element.expr),
        collation: (!element.collation.is_null()).then(|| strings(element.collation)),
        opclass: (!element.opclass.is_null()).then(|| strings(element.opclass)),
        options: storage::parameters(node, element.opclassopts),
        operator: None,
        descending,
        nulls_first: match element.nulls_ordering {
            SortByNulls::SORTBY_NULLS_FIRST => true,
            SortByNulls::SORTBY_NULLS_LAST => false,
            _ => descending,
        },
    })
}

// ---- other objects --------------------------------------------------------------------------

fn create(object: ObjectName, definition: Definition) -> Option<Action> {
    Some(Action::Create { object, definition, replace: false })
}

fn create_policy(statement: &Node) -> Option<Action> {
    let policy = statement.get::<pg_sys::CreatePolicyStmt>()?;
    let command = match text(policy.cmd_name).as_deref() {
        Some("select") => 'r',
        Some("insert") => 'a',
        Some("update") => 'w',
        Some("delete") => 'd',
        _ => '*',
    };
    let definition = PolicyDef {
        permissive: policy.permissive,
        command,
        roles: role_names(&statement.siblings(policy.roles)),
        using: statement.sibling(policy.qual),
        check: statement.sibling(policy.with_check),
    };
    let object = ObjectName::on(Class::Policy, relation(policy.table)?, text(policy.policy_name)?);
    create(object, Definition::Policy(definition))
}

fn create_extension(statement: &Node) -> Option<Action> {
    let extension = statement.get::<pg_sys::CreateExtensionStmt>()?;
    let options = options(statement, extension.options);
    let option = |name: &str| options.iter().find(|(key, _)| key == name).and_then(|o| o.1.clone());
    let definition =
        Definition::Extension { schema: option("schema"), version: option("new_version") };
    create(ObjectName::plain(Class::Extension, None, text(extension.extname)?), definition)
}

fn create_schema(statement: &Node) -> Option<Action> {
    let schema = statement.get::<pg_sys::CreateSchemaStmt>()?;
    let owner = statement.sibling(schema.authrole).and_then(|role| role_name(&role));
    // CREATE SCHEMA AUTHORIZATION role: the schema has the role's name.
    let name = text(schema.schemaname).or_else(|| match &owner {
        Some(RoleName::Named(name)) => Some(name.clone()),
        _ => None,
    });
    let definition = Definition::Schema { owner, has_elements: !schema.schemaElts.is_null() };
    create(ObjectName::plain(Class::Schema, None, name?), definition)
}

fn create_sequence(statement: &Node) -> Option<Action> {
    let sequence = statement.get::<pg_sys::CreateSeqStmt>()?;
    let mut definition = sequence_def(statement, sequence.options);
    definition.unlogged = persistence(sequence.sequence) == 'u';
    let object = ObjectName::relation(Class::Sequence, &created(sequence.sequence)?);
    create(object, Definition::Sequence(definition))
}

/// The options of a sequence.
fn sequence_def(statement: &Node, options: *mut pg_sys::List) -> SequenceDef {
    let mut def =
        SequenceDef { type_name: None, owned_by: None, unlogged: false, options: Vec::new() };
    for element in statement.siblings(options) {
        let Some(option) = element.get::<pg_sys::DefElem>() else { continue };
        match text(option.defname).as_deref() {
            Some("as") => def.type_name = element.sibling(option.arg).and_then(type_name),
            Some("owned_by") => def.owned_by = Some(strings(option.arg.cast())),
            _ => def.options.extend(self::option(statement, &element)),
        }
    }
    def
}

fn create_enum(statement: &Node) -> Option<Action> {
    let create_enum = statement.get::<pg_sys::CreateEnumStmt>()?;
    let object = qualified(Class::Type, strings(create_enum.typeName))?;
    create(object, Definition::Enum(strings(create_enum.vals)))
}

fn alter_enum(statement: &Node) -> Option<Action> {
    let alter = statement.get::<pg_sys::AlterEnumStmt>()?;
    let object = qualified(Class::Type, strings(alter.typeName))?;
    let value = text(alter.newVal)?;
    Some(match text(alter.oldVal) {
        Some(old) => Action::RenameEnumValue { object, old, new: value },
        None => Action::AddEnumValue { object, value },
    })
}

/// CREATE of what has a name to look up, and a definition that is not compared.
fn create_uncompared(statement: &Node) -> Option<Action> {
    use pg_sys::NodeTag::*;
    let object = match statement.tag() {
        T_CreateUserMappingStmt => {
            let mapping = statement.get::<pg_sys::CreateUserMappingStmt>()?;
            let user = match role_name(&statement.sibling(mapping.user)?)? {
                RoleName::Named(name) => name,
                RoleName::Public => "public".into(),
                RoleName::Current => crate::pg::current_user(),
                RoleName::Session => crate::pg::session_user(),
            };
            let server = Relation { schema: None, name: text(mapping.servername)? };
            ObjectName::on(Class::UserMapping, server, user)
        }
        T_CreateForeignTableStmt => {
            let create = statement.get::<pg_sys::CreateForeignTableStmt>()?;
            ObjectName::relation(Class::ForeignTable, &created(create.base.relation)?)
        }
        T_CreateForeignServerStmt => global(
            Class::ForeignServer,
            statement.get::<pg_sys::CreateForeignServerStmt>()?.servername,
        )?,
        T_DefineStmt => {
            let define = statement.get::<pg_sys::DefineStmt>()?;
            if define.kind != ObjectType::OBJECT_COLLATION {
                return None;
            }
            qualified(Class::Collation, strings(define.defnames))?
        }
        T_CreateSubscriptionStmt => {
            global(Class::Subscription, statement.get::<pg_sys::CreateSubscriptionStmt>()?.subname)?
        }
        T_CreatedbStmt => global(Class::Database, statement.get::<pg_sys::CreatedbStmt>()?.dbname)?,
        T_CreateTableSpaceStmt => global(
            Class::Tablespace,
            statement.get::<pg_sys::CreateTableSpaceStmt>()?.tablespacename,
        )?,
        T_CreateRoleStmt => global(Class::Role, statement.get::<pg_sys::CreateRoleStmt>()?.role)?,
        _ => return None,
    };
    create(object, Definition::Uncompared)
}

fn drop(statement: &Node) -> Option<Vec<Action>> {
    let drop = statement.get::<pg_sys::DropStmt>()?;
    let objects = statement.siblings(drop.objects);
    let named = objects.iter().map(|object| object_name(drop.removeType, object));
    named.map(|object| Some(Action::Drop { object: object? })).collect()
}

fn drop_roles(statement: &Node) -> Option<Vec<Action>> {
    let drop = statement.get::<pg_sys::DropRoleStmt>()?;
    let roles = statement.siblings(drop.roles);
    roles.iter().map(|role| Some(Action::Drop { object: role_object(role)? })).collect()
}

/// DROP of what has a statement of its own.
fn drop_global(statement: &Node) -> Option<Action> {
    let object = if let Some(drop) = statement.get::<pg_sys::DropdbStmt>() {
        global(Class::Database, drop.dbname)?
    } else if let Some(drop) = statement.get::<pg_sys::DropTableSpaceStmt>() {
        global(Class::Tablespace, drop.tablespacename)?
    } else {
        global(Class::Subscription, statement.get::<pg_sys::DropSubscriptionStmt>()?.subname)?
    };
    Some(Action::Drop { object })
}

/// ALTER of what has a statement of its own.
fn alter_global(statement: &Node) -> Option<Action> {
    let object = if let Some(alter) = statement.get::<pg_sys::AlterDatabaseStmt>() {
        global(Class::Database, alter.dbname)?
    } else if let Some(alter) = statement.get::<pg_sys::AlterDatabaseSetStmt>() {
        global(Class::Database, alter.dbname)?
    } else {
        global(Class::Subscription, statement.get::<pg_sys::AlterSubscriptionStmt>()?.subname)?
    };
    Some(needs_object(object))
}

/// VACUUM and ANALYZE of tables that are named.
fn vacuum(statement: &Node) -> Option<Vec<Action>> {
    let vacuum = statement.get::<pg_sys::VacuumStmt>()?;
    let tables = statement.siblings(vacuum.rels);
    let named = tables.iter().map(|table| {
        let table = table.get::<pg_sys::VacuumRelation>()?;
        let columns = strings(table.va_cols);
        Some(Action::Maintain { table: relation(table.relation)?, columns, index: None })
    });
    named.collect()
}

fn reindex(statement: &Node) -> Option<Action> {
    use pg_sys::ReindexObjectType::*;
    let reindex = statement.get::<pg_sys::ReindexStmt>()?;
    match reindex.kind {
        REINDEX_OBJECT_INDEX => Some(needs(Class::Index, &relation(reindex.relation)?)),
        REINDEX_OBJECT_TABLE => Some(needs(Class::Table, &relation(reindex.relation)?)),
        REINDEX_OBJECT_SCHEMA => Some(needs_object(global(Class::Schema, reindex.name)?)),
        _ => None,
    }
}

fn if_exists(statement: &Node) -> bool {
    if let Some(alter) = statement.get::<pg_sys::AlterTableStmt>() {
        alter.missing_ok
    } else if let Some(alter) = statement.get::<pg_sys::AlterSeqStmt>() {
        alter.missing_ok
    } else if let Some(alter) = statement.get::<pg_sys::AlterObjectSchemaStmt>() {
        alter.missing_ok
    } else {
        statement.get::<pg_sys::RenameStmt>().is_some_and(|rename| rename.missing_ok)
    }
}

fn alters_only(statement: &Node) -> bool {
    let alter = statement.get::<pg_sys::AlterTableStmt>();
    // SAFETY: the grammar always gives the table.
    alter.is_some_and(|alter| unsafe { alter.relation.as_ref() }.is_some_and(|table| !table.inh))
}

fn cluster(statement: &Node) -> Option<Action> {
    // SAFETY: a node of the tree.
    let (table, index) = unsafe { compat::cluster(statement.as_ptr()) }?;
    Some(Action::Maintain { table: relation(table)?, columns: Vec::new(), index: text(index) })
}

/// A statement that needs this relation, and changes nothing that could be there already.
fn needs(class: Class, name: &Relation) -> Action {
    needs_object(ObjectName::relation(class, name))
}

fn needs_object(object: ObjectName) -> Action {
    Action::Alter { object, roles: Vec::new(), change: ObjectChange::Other }
}

/// A role named by its name.
fn role_object(role: &Node) -> Option<ObjectName> {
    match role_name(role)? {
        RoleName::Named(name) => Some(ObjectName::plain(Class::Role, None, name)),
        _ => None,
    }
}

fn grant(statement: &Node) -> Option<Vec<Action>> {
    let grant = statement.get::<pg_sys::GrantStmt>()?;
    if grant.targtype != pg_sys::GrantTargetType::ACL_TARGET_OBJECT {
        return None;
    }
    let roles = role_names(&statement.siblings(grant.grantees));
    let objects = statement.siblings(grant.objects);
    let named = objects.iter().map(|object| object_name(grant.objtype, object));
    let change = ObjectChange::Other;
    named
        .map(|object| {
            Some(Action::Alter { object: object?, roles: roles.clone(), change: change.clone() })
        })
        .collect()
}

/// GRANT role TO role.
fn grant_roles(statement: &Node) -> Option<Vec<Action>> {
    let grant = statement.get::<pg_sys::GrantRoleStmt>()?;
    let roles = role_names(&statement.siblings(grant.grantee_roles));
    let granted = statement.siblings(grant.granted_roles);
    let actions = granted.iter().map(|granted| {
        let name = text(granted.get::<pg_sys::AccessPriv>()?.priv_name)?;
        let object = ObjectName::plain(Class::Role, None, name);
        Some(Action::Alter { object, roles: roles.clone(), change: ObjectChange::Other })
    });
    actions.collect()
}

fn comment(statement: &Node) -> Option<Action> {
    let comment = statement.get::<pg_sys::CommentStmt>()?;
    let object = object_name(comment.objtype, &statement.sibling(comment.object)?)?;
    // COMMENT IS '' removes the comment, as IS NULL does.
    let comment = text(comment.comment).filter(|comment| !comment.is_empty());
    Some(Action::Comment { object, comment })
}

fn rename(statement: &Node) -> Option<Action> {
    let rename = statement.get::<pg_sys::RenameStmt>()?;
    let new_name = text(rename.newname)?;
    let object = match rename.renameType {
        ObjectType::OBJECT_COLUMN | ObjectType::OBJECT_ATTRIBUTE => {
            ObjectName::on(Class::Column, relation(rename.relation)?, text(rename.subname)?)
        }
        ObjectType::OBJECT_TABCONSTRAINT => {
            ObjectName::on(Class::Constraint, relation(rename.relation)?, text(rename.subname)?)
        }
        ObjectType::OBJECT_DOMCONSTRAINT => {
            let domain = relation_of(strings(rename.object.cast()))?;
            ObjectName::on(Class::DomainConstraint, domain, text(rename.subname)?)
        }
        ObjectType::OBJECT_POLICY => {
            ObjectName::on(Class::Policy, relation(rename.relation)?, text(rename.subname)?)
        }
        ObjectType::OBJECT_TRIGGER => {
            ObjectName::on(Class::Trigger, relation(rename.relation)?, text(rename.subname)?)
        }
        ObjectType::OBJECT_RULE => {
            ObjectName::on(Class::Rule, relation(rename.relation)?, text(rename.subname)?)
        }
        ObjectType::OBJECT_SCHEMA
        | ObjectType::OBJECT_ROLE
        | ObjectType::OBJECT_DATABASE
        | ObjectType::OBJECT_TABLESPACE => {
            ObjectName::plain(unqualified_class(rename.renameType)?, None, text(rename.subname)?)
        }
        kind => match relation_class(kind) {
            Some(class) => ObjectName::relation(class, &relation(rename.relation)?),
            None => object_name(kind, &statement.sibling(rename.object)?)?,
        },
    };
    Some(Action::Rename { object, new_name })
}

fn alter_object(statement: &Node) -> Option<Action> {
    let object;
    let mut roles = Vec::new();
    let mut change = ObjectChange::Other;
    if let Some(alter) = statement.get::<pg_sys::AlterOwnerStmt>() {
        object = object_name(alter.objectType, &statement.sibling(alter.object)?)?;
        let owner = role_name(&statement.sibling(alter.newowner)?)?;
        roles.push(owner.clone());
        change = ObjectChange::Owner(owner);
    } else if let Some(alter) = statement.get::<pg_sys::AlterObjectSchemaStmt>() {
        object = match relation_class(alter.objectType) {
            Some(class) => ObjectName::relation(class, &relation(alter.relation)?),
            None => object_name(alter.objectType, &statement.sibling(alter.object)?)?,
        };
        change = ObjectChange::Schema(text(alter.newschema)?);
    } else if let Some(alter) = statement.get::<pg_sys::AlterRoleStmt>() {
        object = role_object(&statement.sibling(alter.role)?)?;
    } else if let Some(alter) = statement.get::<pg_sys::AlterSeqStmt>() {
        object = ObjectName::relation(Class::Sequence, &relation(alter.sequence)?);
    } else {
        let alter = statement.get::<pg_sys::AlterPolicyStmt>()?;
        object = ObjectName::on(Class::Policy, relation(alter.table)?, text(alter.policy_name)?);
        roles = role_names(&statement.siblings(alter.roles));
    }
    Some(Action::Alter { object, roles, change })
}

// ---- names ----------------------------------------------------------------------------------

/// The classes whose objects are relations.
fn relation_class(kind: ObjectType::Type) -> Option<Class> {
    Some(match kind {
        ObjectType::OBJECT_TABLE => Class::Table,
        ObjectType::OBJECT_VIEW => Class::View,
        ObjectType::OBJECT_MATVIEW => Class::MaterializedView,
        ObjectType::OBJECT_FOREIGN_TABLE => Class::ForeignTable,
        ObjectType::OBJECT_SEQUENCE => Class::Sequence,
        ObjectType::OBJECT_INDEX => Class::Index,
        _ => return None,
    })
}

/// The classes whose objects belong to a relation.
fn dependent_class(kind: ObjectType::Type) -> Option<Class> {
    Some(match kind {
        ObjectType::OBJECT_COLUMN => Class::Column,
        ObjectType::OBJECT_TABCONSTRAINT => Class::Constraint,
        ObjectType::OBJECT_POLICY => Class::Policy,
        ObjectType::OBJECT_TRIGGER => Class::Trigger,
        ObjectType::OBJECT_RULE => Class::Rule,
        _ => return None,
    })
}

/// The classes whose objects have arguments.
fn signature_class(kind: ObjectType::Type) -> Option<Class> {
    Some(match kind {
        ObjectType::OBJECT_FUNCTION => Class::Function,
        ObjectType::OBJECT_PROCEDURE => Class::Procedure,
        ObjectType::OBJECT_ROUTINE => Class::Routine,
        ObjectType::OBJECT_AGGREGATE => Class::Aggregate,
        _ => return None,
    })
}

/// The classes whose objects are in no schema.
fn unqualified_class(kind: ObjectType::Type) -> Option<Class> {
    Some(match kind {
        ObjectType::OBJECT_SCHEMA => Class::Schema,
        ObjectType::OBJECT_EXTENSION => Class::Extension,
        ObjectType::OBJECT_ROLE => Class::Role,
        ObjectType::OBJECT_DATABASE => Class::Database,
        ObjectType::OBJECT_TABLESPACE => Class::Tablespace,
        ObjectType::OBJECT_LANGUAGE => Class::Language,
        ObjectType::OBJECT_PUBLICATION => Class::Publication,
        ObjectType::OBJECT_SUBSCRIPTION => Class::Subscription,
        ObjectType::OBJECT_EVENT_TRIGGER => Class::EventTrigger,
        ObjectType::OBJECT_FDW => Class::ForeignDataWrapper,
        ObjectType::OBJECT_FOREIGN_SERVER => Class::ForeignServer,
        ObjectType::OBJECT_ACCESS_METHOD => Class::AccessMethod,
        _ => return None,
    })
}

/// The object a DROP, COMMENT, GRANT or ALTER names; `None` for kinds not looked up here.
fn object_name(kind: ObjectType::Type, node: &Node) -> Option<ObjectName> {
    if let Some(class) = relation_class(kind) {
        let relation = as_relation(node).or_else(|| relation_of(name_parts(node)))?;
        return Some(ObjectName::relation(class, &relation));
    }
    if let Some(class) = dependent_class(kind) {
        let mut parts = name_parts(node);
        let name = parts.pop()?;
        return Some(ObjectName::on(class, relation_of(parts)?, name));
    }
    if kind == ObjectType::OBJECT_DOMCONSTRAINT {
        return domain_constraint(node);
    }
    if let Some(class) = signature_class(kind) {
        let function = node.get::<pg_sys::ObjectWithArgs>()?;
        let mut object = qualified(class, strings(function.objname))?;
        object.signature = Some(node.clone());
        return Some(object);
    }
    if let Some(class) = unqualified_class(kind) {
        let [name] = <[String; 1]>::try_from(name_parts(node)).ok()?;
        return Some(ObjectName::plain(class, None, name));
    }
    match kind {
        ObjectType::OBJECT_TYPE => qualified(Class::Type, name_parts(node)),
        ObjectType::OBJECT_DOMAIN => qualified(Class::Domain, name_parts(node)),
        ObjectType::OBJECT_COLLATION => qualified(Class::Collation, name_parts(node)),
        ObjectType::OBJECT_STATISTIC_EXT => qualified(Class::Statistics, name_parts(node)),
        _ => None,
    }
}

/// The type and the name, as COMMENT has them.
fn domain_constraint(node: &Node) -> Option<ObjectName> {
    if node.tag() != pg_sys::NodeTag::T_List {
        return None;
    }
    let parts = node.siblings(node.as_ptr().cast());
    let [domain, name] = parts.as_slice() else { return None };
    let name = string(name.as_ptr())?;
    Some(ObjectName::on(Class::DomainConstraint, relation_of(name_parts(domain))?, name))
}

/// The name of an object that is in no schema.
fn global(class: Class, name: *const c_char) -> Option<ObjectName> {
    Some(ObjectName::plain(class, None, text(name)?))
}

/// The parts of a name given as a String, a List of them, or a TypeName.
fn name_parts(node: &Node) -> Vec<String> {
    if let Some(name) = node.get::<pg_sys::TypeName>() {
        return strings(name.names);
    }
    match string(node.as_ptr()) {
        Some(name) => vec![name],
        None if node.tag() == pg_sys::NodeTag::T_List => strings(node.as_ptr().cast()),
        None => Vec::new(),
    }
}

fn qualified(class: Class, parts: Vec<String>) -> Option<ObjectName> {
    let relation = relation_of(parts)?;
    Some(ObjectName::relation(class, &relation))
}

/// `name` or `schema.name`; a database's name before them is left to the server to refuse.
fn relation_of(mut parts: Vec<String>) -> Option<Relation> {
    let name = parts.pop()?;
    let schema = parts.pop();
    parts.is_empty().then_some(Relation { schema, name })
}

fn as_relation(node: &Node) -> Option<Relation> {
    let range = node.get::<pg_sys::RangeVar>()?;
    if !range.catalogname.is_null() {
        return None;
    }
    Some(Relation { schema: text(range.schemaname), name: text(range.relname)? })
}

fn relation(range: *mut pg_sys::RangeVar) -> Option<Relation> {
    // SAFETY: NULL or a RangeVar of a tree.
    let range = unsafe { range.as_ref() }?;
    if !range.catalogname.is_null() {
        return None;
    }
    Some(Relation { schema: text(range.schemaname), name: text(range.relname)? })
}

/// The name of a relation to be created: temporary ones are in a schema of their own.
fn created(range: *mut pg_sys::RangeVar) -> Option<Relation> {
    let mut created = relation(range)?;
    if persistence(range) == 't' {
        created.schema = Some("pg_temp".into());
    }
    Some(created)
}

fn persistence(range: *mut pg_sys::RangeVar) -> char {
    // SAFETY: NULL or a RangeVar of a tree.
    unsafe { range.as_ref() }.map_or('p', |range| letter(range.relpersistence))
}

fn role_name(node: &Node) -> Option<RoleName> {
    let role = node.get::<pg_sys::RoleSpec>()?;
    Some(match role.roletype {
        RoleSpecType::ROLESPEC_CSTRING => RoleName::Named(text(role.rolename)?),
        RoleSpecType::ROLESPEC_PUBLIC => RoleName::Public,
        RoleSpecType::ROLESPEC_SESSION_USER => RoleName::Session,
        _ => RoleName::Current,
    })
}

fn role_names(nodes: &[Node]) -> Vec<RoleName> {
    nodes.iter().filter_map(role_name).collect()
}

/// The options of a statement: name and text.
fn options(statement: &Node, list: *mut pg_sys::List) -> Vec<(String, Option<String>)> {
    let elements = statement.siblings(list);
    elements.iter().filter_map(|element| option(statement, element)).collect()
}

fn option(statement: &Node, element: &Node) -> Option<(String, Option<String>)> {
    let option = element.get::<pg_sys::DefElem>()?;
    let value = (!option.arg.is_null()).then(|| {
        let pointer = element.as_ptr().cast();
        // SAFETY: a DefElem with an argument, which is all defGetString asks for.
        statement.arena().enter(|| owned(unsafe { pg_sys::defGetString(pointer) }))
    });
    Some((text(option.defname)?, value.flatten()))
}

// ---- what cannot run in a function ----------------------------------------------------------

fn confined(statement: &Node) -> Option<Confined> {
    use pg_sys::NodeTag::*;
    let (confined, confinement) = match statement.tag() {
        T_TransactionStmt => (true, Confined::TransactionControl),
        T_CopyStmt => {
            let copy = statement.get::<pg_sys::CopyStmt>()?;
            (copy.filename.is_null(), Confined::ClientCopy)
        }
        T_IndexStmt => (statement.get::<pg_sys::IndexStmt>()?.concurrent, Confined::Concurrently),
        T_DropStmt => (statement.get::<pg_sys::DropStmt>()?.concurrent, Confined::Concurrently),
        T_AlterTableStmt => (detaches_concurrently(statement), Confined::Concurrently),
        T_ReindexStmt if reindexes_concurrently(statement) => (true, Confined::Concurrently),
        _ => (runs_outside_transactions(statement), Confined::OutsideTransaction),
    };
    confined.then_some(confinement)
}

fn runs_outside_transactions(statement: &Node) -> bool {
    use pg_sys::NodeTag::*;
    match statement.tag() {
        T_CreatedbStmt
        | T_DropdbStmt
        | T_CreateTableSpaceStmt
        | T_DropTableSpaceStmt
        | T_AlterSystemStmt => true,
        T_VacuumStmt => {
            statement.get::<pg_sys::VacuumStmt>().is_some_and(|vacuum| vacuum.is_vacuumcmd)
        }
        T_ReindexStmt => reindexes_many_tables(statement),
        // SAFETY: a node of the tree.
        _ => {
            unsafe { compat::cluster(statement.as_ptr()) }.is_some_and(|(table, _)| table.is_null())
        }
    }
}

/// Those that never run in a transaction block, and those that look first: REINDEX and CLUSTER
/// of a partitioned table, subscriptions with a slot to make or drop, ANALYZE of many tables.
fn minds_transactions(statement: &Node, confined: Option<Confined>) -> bool {
    use pg_sys::NodeTag::*;
    match statement.tag() {
        T_VacuumStmt
        | T_ReindexStmt
        | T_CreateSubscriptionStmt
        | T_AlterSubscriptionStmt
        | T_DropSubscriptionStmt
        | T_AlterDatabaseStmt => true,
        _ => {
            matches!(confined, Some(Confined::Concurrently | Confined::OutsideTransaction))
                // SAFETY: a node of the tree.
                || unsafe { compat::cluster(statement.as_ptr()) }.is_some()
        }
    }
}

fn reindexes_concurrently(statement: &Node) -> bool {
    let Some(reindex) = statement.get::<pg_sys::ReindexStmt>() else { return false };
    options(statement, reindex.params)
        .iter()
        .any(|(name, value)| name == "concurrently" && value.as_deref() != Some("false"))
}

fn reindexes_many_tables(statement: &Node) -> bool {
    use pg_sys::ReindexObjectType::{REINDEX_OBJECT_INDEX, REINDEX_OBJECT_TABLE};
    let reindex = statement.get::<pg_sys::ReindexStmt>();
    reindex.is_some_and(|r| !matches!(r.kind, REINDEX_OBJECT_INDEX | REINDEX_OBJECT_TABLE))
}

fn detaches_concurrently(statement: &Node) -> bool {
    let Some(alter) = statement.get::<pg_sys::AlterTableStmt>() else { return false };
    statement.siblings(alter.cmds).iter().any(|node| {
        let command = node.get::<pg_sys::AlterTableCmd>();
        let definition = command.and_then(|command| node.sibling(command.def));
        let partition = definition.as_ref().and_then(|d| d.get::<pg_sys::PartitionCmd>());
        partition.is_some_and(compat::is_concurrent)
    })
}
