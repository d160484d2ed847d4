//! The table whose rows are looked at, and what may be seen of it.

use super::super::index;
use super::*;
use crate::pg::tree::model::IndexShape;

/// A table that the current role may look at for a statement about it.
#[derive(Clone)]
pub(super) struct Table {
    pub(super) info: RelationInfo,
    /// Whether partitions and inheriting tables are left out.
    pub(super) only: bool,
}

impl Table {
    /// `None` when it is none of this role's business: the server's own check of who may alter the
    /// table comes first, and where row security applies the policies, which call what others have
    /// written, hide rows. Nor is a table looked at that is somewhere else.
    pub(super) fn to_look_at(name: &Relation, only: bool) -> Option<Table> {
        let info = catalog::relation(name)?;
        let is_stored = |oid: Oid| {
            catalog::relation_by_oid(oid).is_some_and(|found| matches!(found.kind, 'r' | 'p' | 'm'))
        };
        let is_allowed = catalog::is_owner(info.oid) && !catalog::has_row_security(info.oid);
        let is_here = match only || !info.has_children {
            true => is_stored(info.oid),
            false => catalog::inheritors(info.oid).into_iter().all(is_stored),
        };
        (is_allowed && is_here).then_some(Table { info, only })
    }

    /// Without what inherits from it, if so.
    pub(super) fn limited(&self, only: bool) -> Table {
        Table { only: self.only || only, ..self.clone() }
    }

    /// The rows that an index of it is for: its partitions', and none of what inherits from it.
    pub(super) fn itself(&self) -> Table {
        self.limited(self.info.kind != 'p')
    }

    /// As FROM names it.
    pub(super) fn from(&self) -> String {
        let only = if self.only && self.info.has_children { "ONLY " } else { "" };
        format!("{only}{}", catalog::qualified_name(self.info.oid))
    }

    /// Whether these columns may be read, 0 for all.
    pub(super) fn may_read(&self, columns: &[i16]) -> bool {
        catalog::may_read(self.info.oid, columns)
    }

    /// The column of that name, if it may be read.
    pub(super) fn column(&self, name: &str) -> Option<catalog::Column> {
        catalog::column(self.info.oid, name).filter(|column| self.may_read(&[column.number]))
    }

    /// The numbers of the columns by which a row is shown: those of the primary key, else of the
    /// first unique index without NULLs.
    fn key(&self) -> Option<Vec<i16>> {
        let mut indexes = catalog::indexes(self.info.oid);
        indexes.sort_by_key(|index| (!index.primary, index.oid.to_u32()));
        let is_not_null = |number: i16| {
            let name = catalog::column_name(self.info.oid, number);
            name.and_then(|name| catalog::column(self.info.oid, &name))
                .is_some_and(|column| column.not_null)
        };
        let is_key = |index: &catalog::Index| {
            index.unique
                && index.valid
                && index.immediate
                && index.predicate.is_none()
                && index.keys.iter().all(|key| key.column > 0 && is_not_null(key.column))
        };
        let key = indexes.into_iter().find(is_key)?;
        Some(key.keys.iter().map(|key| key.column).collect())
    }

    /// What is shown of a row, as SQL writes it: its key, or its place if the key may not be read,
    /// or nothing; and these columns.
    pub(super) fn shown(&self, besides: &[i16], alias: &str) -> Vec<String> {
        let key = self.key().filter(|key| self.may_read(key));
        let columns = || besides.iter().copied().filter(|number| *number > 0);
        let (ctid, numbers) = match key {
            Some(key) => {
                let others: Vec<i16> = columns().filter(|number| !key.contains(number)).collect();
                (None, [key, others].concat())
            }
            None => (self.may_read(&[0]).then_some("ctid"), columns().collect()),
        };
        let names = column_names(self.info.oid, &numbers);
        let names = names.iter().map(|name| quote_identifier(name));
        ctid.map(String::from).into_iter().chain(names).map(|it| format!("{alias}{it}")).collect()
    }

    /// A search for rows of it, which are shown with these columns.
    pub(super) fn search(&self, condition: String, besides: &[i16]) -> Search {
        let shown = self.shown(besides, "");
        let listed = match self.may_read(&[0]) {
            true => Some("*".into()),
            false => Some(shown.join(", ")).filter(|shown| !shown.is_empty()),
        };
        Search { from: self.from(), condition, shown, listed }
    }

    /// What `body` finds when it looks at the rows, and nothing if it cannot.
    pub(super) fn look<T>(&self, body: impl FnOnce() -> Option<T>) -> Option<T> {
        self.look_with(&[], body)
    }

    /// The same with other tables.
    pub(super) fn look_with<T>(
        &self,
        others: &[Oid],
        body: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let tables = [&[self.info.oid], others].concat();
        rows_of::looking(&tables, body).ok()??
    }

    /// Whether it is the current role's own, so that what is called for it may be called by that.
    pub(super) fn is_own(&self) -> bool {
        catalog::role(&crate::pg::current_user()) == Some(self.info.owner)
    }
}

/// What an index is made of, as the server understands it.
pub(super) struct Written {
    pub(super) elements: Vec<index::Element>,
    pub(super) predicate: Option<String>,
}

impl Written {
    /// `None` when the server would refuse it, or the role may not read what it uses. Raises what
    /// analysing raises.
    pub(super) fn of(table: &Table, wanted: &IndexShape) -> Option<Written> {
        let method = catalog::index_method(&wanted.method)?;
        let written =
            |element| index::written_element(Purpose::IndexKey, &table.info, method, element);
        let elements: Vec<index::Element> = wanted.elements.iter().map(written).collect();
        let purpose = Purpose::IndexPredicate;
        let predicate = wanted.predicate.as_ref();
        let predicate =
            predicate.map(|node| expression::written(purpose, Some(table.info.oid), node));
        let is_mutable = elements.iter().any(|element| element.is_mutable)
            || predicate.as_ref().is_some_and(|predicate| predicate.is_mutable);
        let columns = elements.iter().flat_map(|element| &element.columns);
        let columns: Vec<i16> = columns
            .chain(predicate.iter().flat_map(|predicate| &predicate.columns))
            .copied()
            .collect();
        let predicate = predicate.map(|predicate| predicate.text);
        (!is_mutable && table.may_read(&columns)).then_some(Written { elements, predicate })
    }
}
