//! Every difference between PostgreSQL versions.

use pgrx::pg_sys;
use std::ffi::c_char;

/// The version this library is made for, 15 for PostgreSQL 15.
pub const MAJOR_VERSION: u32 = pg_sys::PG_VERSION_NUM / 10_000;

/// `pg_analyze_and_rewrite` got its present name in PostgreSQL 15.
///
/// # Safety
/// As for the function in postgres.c.
pub(super) unsafe fn analyze_and_rewrite(
    raw: *mut pg_sys::RawStmt,
    text: *const c_char,
) -> *mut pg_sys::List {
    let none = std::ptr::null_mut();
    // SAFETY: the caller's.
    unsafe {
        #[cfg(feature = "pg14")]
        return pg_sys::pg_analyze_and_rewrite(raw, text, std::ptr::null_mut(), 0, none);
        #[cfg(not(feature = "pg14"))]
        return pg_sys::pg_analyze_and_rewrite_fixedparams(raw, text, std::ptr::null(), 0, none);
    }
}

/// `ExecutorRun` lost its last argument in PostgreSQL 18.
///
/// # Safety
/// `query` has been started.
pub(super) unsafe fn executor_run(query: *mut pg_sys::QueryDesc) {
    let forward = pg_sys::ScanDirection::ForwardScanDirection;
    // SAFETY: the caller's.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17"))]
        pg_sys::ExecutorRun(query, forward, 0, true);
        #[cfg(not(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17")))]
        pg_sys::ExecutorRun(query, forward, 0);
    }
}

/// Whether an operator is one by which an index orders or finds values: `=`, `<>`, `<` and so on.
pub(super) fn compares(operator: pg_sys::Oid) -> bool {
    // SAFETY: any OID can be looked up; a list in the current context.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17"))]
        return !pg_sys::get_op_btree_interpretation(operator).is_null();
        #[cfg(not(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17")))]
        return !pg_sys::get_op_index_interpretation(operator).is_null();
    }
}

/// String nodes were Values until PostgreSQL 14.
///
/// # Safety
/// `node` has the tag T_String.
pub(super) unsafe fn string_value(node: *mut pg_sys::Node) -> *const c_char {
    // SAFETY: the caller's.
    unsafe {
        #[cfg(feature = "pg14")]
        return (*node.cast::<pg_sys::Value>()).val.str_;
        #[cfg(not(feature = "pg14"))]
        return (*node.cast::<pg_sys::String>()).sval;
    }
}

/// Integer nodes were Values until PostgreSQL 14.
///
/// # Safety
/// `node` has the tag T_Integer.
pub(super) unsafe fn integer_value(node: *mut pg_sys::Node) -> i32 {
    // SAFETY: the caller's.
    unsafe {
        #[cfg(feature = "pg14")]
        return (*node.cast::<pg_sys::Value>()).val.ival;
        #[cfg(not(feature = "pg14"))]
        return (*node.cast::<pg_sys::Integer>()).ival;
    }
}

/// attstattarget: an int4 with -1 for the default, since PostgreSQL 17 an int2 with NULL.
#[cfg(any(feature = "pg14", feature = "pg15", feature = "pg16"))]
pub(super) type StatisticsTarget = i32;
/// attstattarget: an int4 with -1 for the default, since PostgreSQL 17 an int2 with NULL.
#[cfg(not(any(feature = "pg14", feature = "pg15", feature = "pg16")))]
pub(super) type StatisticsTarget = i16;

/// Whether a parsed UNIQUE constraint says NULLS NOT DISTINCT (PostgreSQL 15 and later).
pub(super) fn constraint_nulls_not_distinct(constraint: &pg_sys::Constraint) -> bool {
    #[cfg(feature = "pg14")]
    return {
        _ = constraint;
        false
    };
    #[cfg(not(feature = "pg14"))]
    return constraint.nulls_not_distinct;
}

/// The columns of ON DELETE SET NULL (…) (PostgreSQL 15 and later).
pub(super) fn delete_columns(constraint: &pg_sys::Constraint) -> *mut pg_sys::List {
    #[cfg(feature = "pg14")]
    return {
        _ = constraint;
        std::ptr::null_mut()
    };
    #[cfg(not(feature = "pg14"))]
    return constraint.fk_del_set_cols;
}

/// Whether a parsed constraint is NOT ENFORCED (PostgreSQL 18 and later).
pub(super) fn is_not_enforced(constraint: &pg_sys::Constraint) -> bool {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    {
        use pg_sys::ConstrType::{CONSTR_CHECK, CONSTR_FOREIGN};
        // The grammar leaves is_enforced false for the kinds that cannot be otherwise.
        let can_be = matches!(constraint.contype, CONSTR_CHECK | CONSTR_FOREIGN);
        can_be && !constraint.is_enforced
    }
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = constraint;
        false
    };
}

/// Whether a parsed constraint says WITHOUT OVERLAPS, or PERIOD of its own columns (PostgreSQL
/// 18 and later).
pub(super) fn has_period(constraint: &pg_sys::Constraint) -> bool {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    return constraint.without_overlaps || constraint.fk_with_period;
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = constraint;
        false
    };
}

/// Whether a parsed foreign key says PERIOD of the referenced columns (PostgreSQL 18 and later).
pub(super) fn references_period(constraint: &pg_sys::Constraint) -> bool {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    return constraint.pk_with_period;
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = constraint;
        false
    };
}

/// `s` for stored, `v` for virtual, which PostgreSQL 18 brought.
pub(super) fn generated_kind(constraint: &pg_sys::Constraint) -> char {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    return char::from(constraint.generated_kind as u8);
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = constraint;
        's'
    };
}

/// Whether a parsed index says NULLS NOT DISTINCT (PostgreSQL 15 and later).
pub(super) fn index_nulls_not_distinct(index: &pg_sys::IndexStmt) -> bool {
    #[cfg(feature = "pg14")]
    return {
        _ = index;
        false
    };
    #[cfg(not(feature = "pg14"))]
    return index.nulls_not_distinct;
}

/// Whether an existing index treats NULLs as equal (PostgreSQL 15 and later).
pub(super) fn has_nulls_not_distinct(index: &pg_sys::FormData_pg_index) -> bool {
    #[cfg(feature = "pg14")]
    return {
        _ = index;
        false
    };
    #[cfg(not(feature = "pg14"))]
    return index.indnullsnotdistinct;
}

/// Whether an existing constraint is enforced; before PostgreSQL 18 all are.
pub(super) fn is_enforced(constraint: &pg_sys::FormData_pg_constraint) -> bool {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    return constraint.conenforced;
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = constraint;
        true
    };
}

/// Whether an existing constraint has WITHOUT OVERLAPS or PERIOD (PostgreSQL 18 and later).
pub(super) fn is_temporal(constraint: &pg_sys::FormData_pg_constraint) -> bool {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    return constraint.conperiod;
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = constraint;
        false
    };
}

/// The STORAGE of a column definition (PostgreSQL 16 and later), or NULL.
pub(super) fn storage_name(column: &pg_sys::ColumnDef) -> *const c_char {
    #[cfg(any(feature = "pg14", feature = "pg15"))]
    return {
        _ = column;
        std::ptr::null()
    };
    #[cfg(not(any(feature = "pg14", feature = "pg15")))]
    return column.storage_name;
}

/// The strategy of a PARTITION BY as pg_partitioned_table has it; `None` for a word that is
/// none, which the server refuses. The parser knows the words since PostgreSQL 16.
pub(super) fn partition_strategy(spec: &pg_sys::PartitionSpec) -> Option<char> {
    #[cfg(any(feature = "pg14", feature = "pg15"))]
    return match super::owned(spec.strategy)?.to_ascii_lowercase().as_str() {
        "list" => Some('l'),
        "range" => Some('r'),
        "hash" => Some('h'),
        _ => None,
    };
    #[cfg(not(any(feature = "pg14", feature = "pg15")))]
    return char::from_u32(spec.strategy);
}

/// Whether a partition has the identity columns of its parent.
pub const PARTITIONS_INHERIT_IDENTITY: bool =
    cfg!(not(any(feature = "pg14", feature = "pg15", feature = "pg16")));
/// Whether a partition gets the access method of its parent, if that has one.
pub const PARTITIONS_HAVE_THE_PARENTS_METHOD: bool =
    !cfg!(any(feature = "pg14", feature = "pg15", feature = "pg16"));

/// Whether a foreign key is refused whose columns have different collations, one of them
/// nondeterministic.
pub const FOREIGN_KEYS_NEED_ONE_COLLATION: bool = cfg!(any(feature = "pg18", feature = "pg19"));
/// Whether ADD CONSTRAINT locks all children and partitions, whether they get it or not.
pub const ADD_CONSTRAINT_LOCKS_CHILDREN: bool = cfg!(any(feature = "pg18", feature = "pg19"));

/// Whether DETACH PARTITION says CONCURRENTLY.
pub(super) fn is_concurrent(command: &pg_sys::PartitionCmd) -> bool {
    command.concurrent
}

/// Whether the current user owns the relation.
pub(super) fn owns_relation(relation: pg_sys::Oid) -> bool {
    // SAFETY: syscache look-ups; both raise for a relation that has gone, so the caller holds a
    // lock on it or has a subtransaction around it.
    unsafe {
        let user = pg_sys::GetUserId();
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        return pg_sys::pg_class_ownercheck(relation, user);
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        return pg_sys::object_ownercheck(pg_sys::RelationRelationId, relation, user);
    }
}

/// Whether the current user may do SET ROLE to that role; since PostgreSQL 16 a membership can
/// leave that out.
pub(super) fn may_set_role(role: pg_sys::Oid) -> bool {
    // SAFETY: syscache look-ups.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        return pg_sys::is_member_of_role(pg_sys::GetUserId(), role);
        #[cfg(not(any(feature = "pg14", feature = "pg15")))]
        return pg_sys::member_can_set_role(pg_sys::GetUserId(), role);
    }
}

/// `ExecInsertIndexTuples` of a new row; its arguments change from version to version.
///
/// # Safety
/// The row in the slot was added to the target, whose indexes are open.
pub(super) unsafe fn insert_into_indexes(
    target: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    state: *mut pg_sys::EState,
) {
    let (none, nil) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: the caller's.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15"))]
        pg_sys::ExecInsertIndexTuples(target, slot, state, false, false, none, nil);
        #[cfg(any(feature = "pg16", feature = "pg17", feature = "pg18"))]
        pg_sys::ExecInsertIndexTuples(target, slot, state, false, false, none, nil, false);
        #[cfg(feature = "pg19")]
        pg_sys::ExecInsertIndexTuples(target, state, 0, slot, nil, none);
    }
}

/// `TupleDescAttr`; in PostgreSQL 18 the attributes moved.
///
/// # Safety
/// A tuple descriptor with more attributes than `index`, which counts from 0.
pub(super) unsafe fn attribute(
    descriptor: pg_sys::TupleDesc,
    index: usize,
) -> *const pg_sys::FormData_pg_attribute {
    // SAFETY: the caller's.
    unsafe {
        #[cfg(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17"))]
        return (*descriptor).attrs.as_ptr().add(index);
        #[cfg(not(any(feature = "pg14", feature = "pg15", feature = "pg16", feature = "pg17")))]
        return pg_sys::TupleDescAttr(descriptor, index as i32);
    }
}

/// `ReThrowError`, which is not declared as never returning on every version.
///
/// # Safety
/// `data` was made by CopyErrorData and is still allocated.
#[allow(unreachable_code)]
pub(super) unsafe fn rethrow(data: *mut pg_sys::ErrorData) -> ! {
    // SAFETY: the caller's.
    unsafe { pg_sys::ReThrowError(data) };
    unreachable!("ReThrowError does not return")
}

/// The table of a CLUSTER, since PostgreSQL 19 REPACK, NULL for every table, and the index,
/// NULL for the one it had; `None` for another statement.
///
/// # Safety
/// `statement` is a node of a tree.
pub(super) unsafe fn cluster(
    statement: *mut pg_sys::Node,
) -> Option<(*mut pg_sys::RangeVar, *const c_char)> {
    // SAFETY: read as what its tag says.
    unsafe {
        #[cfg(feature = "pg19")]
        return ((*statement).type_ == pg_sys::NodeTag::T_RepackStmt).then(|| {
            let repack = &*statement.cast::<pg_sys::RepackStmt>();
            let table =
                repack.relation.as_ref().map_or(std::ptr::null_mut(), |table| table.relation);
            (table, repack.indexname.cast_const())
        });
        #[cfg(not(feature = "pg19"))]
        return ((*statement).type_ == pg_sys::NodeTag::T_ClusterStmt).then(|| {
            let cluster = &*statement.cast::<pg_sys::ClusterStmt>();
            (cluster.relation, cluster.indexname.cast_const())
        });
    }
}

/// The syscache of a catalog with the OID as its key; `None` when there is none.
#[allow(clippy::unnecessary_cast)]
pub(super) fn object_cache(catalog: pg_sys::Oid) -> Option<i32> {
    // SAFETY: reads a table of constants; raises for a catalog that has no objects in it, which
    // the callers do not pass.
    let cache = unsafe { pg_sys::get_object_catcache_oid(catalog) } as i32;
    (cache >= 0).then_some(cache)
}

/// The number of a syscache; an enum of another type in each version.
#[allow(clippy::unnecessary_cast)]
pub(super) fn cache_id(cache: pg_sys::SysCacheIdentifier::Type) -> i32 {
    cache as i32
}

/// The text of a query, as a view's definition shows it; NULL before PostgreSQL 15, which has no
/// such function.
///
/// # Safety
/// `query` was analysed.
pub(super) unsafe fn query_text(query: *mut pg_sys::Query) -> *const c_char {
    #[cfg(feature = "pg14")]
    return {
        _ = query;
        std::ptr::null()
    };
    // SAFETY: the caller's.
    #[cfg(not(feature = "pg14"))]
    return unsafe { pg_sys::pg_get_querydef(query, false) };
}

/// Whether a view of this query would be a temporary one.
///
/// # Safety
/// `query` was analysed.
pub(super) unsafe fn uses_temporary(query: *mut pg_sys::Query) -> bool {
    // SAFETY: the caller's.
    #[cfg(feature = "pg19")]
    return unsafe {
        let mut object: pg_sys::ObjectAddress = std::mem::zeroed();
        pg_sys::query_uses_temp_object(query, &mut object)
    };
    // SAFETY: the caller's.
    #[cfg(not(feature = "pg19"))]
    return unsafe { pg_sys::isQueryUsingTempRelation(query) };
}

/// MERGE came with PostgreSQL 15.
pub(super) fn is_merge(tag: pg_sys::NodeTag) -> bool {
    #[cfg(feature = "pg14")]
    return {
        _ = tag;
        false
    };
    #[cfg(not(feature = "pg14"))]
    return tag == pg_sys::NodeTag::T_MergeStmt;
}

/// What a publication is for, as CREATE PUBLICATION says it.
#[cfg_attr(feature = "pg14", allow(dead_code))]
pub(super) enum Published {
    /// TABLE, with its column list and WHERE clause.
    Table { table: *mut pg_sys::RangeVar, columns: *mut pg_sys::List, filter: *mut pg_sys::Node },
    /// TABLES IN SCHEMA (PostgreSQL 15 and later).
    Schema(*const c_char),
    /// TABLES IN SCHEMA CURRENT_SCHEMA.
    CurrentSchema,
    /// EXCEPT (PostgreSQL 19 and later).
    Other,
}

/// The list of what a publication is for: until PostgreSQL 14 of RangeVars.
pub(super) fn published_objects(statement: &pg_sys::CreatePublicationStmt) -> *mut pg_sys::List {
    #[cfg(feature = "pg14")]
    return statement.tables;
    #[cfg(not(feature = "pg14"))]
    return statement.pubobjects;
}

/// Reads an element of [`published_objects`].
///
/// # Safety
/// `object` is one.
pub(super) unsafe fn published(object: *mut pg_sys::Node) -> Published {
    #[cfg(feature = "pg14")]
    return Published::Table {
        table: object.cast(),
        columns: std::ptr::null_mut(),
        filter: std::ptr::null_mut(),
    };
    // SAFETY: the caller's; an object of the kind TABLE has a PublicationTable.
    #[cfg(not(feature = "pg14"))]
    unsafe {
        use pg_sys::PublicationObjSpecType::*;
        let object = &*object.cast::<pg_sys::PublicationObjSpec>();
        match object.pubobjtype {
            PUBLICATIONOBJ_TABLE => {
                let table = &*object.pubtable;
                Published::Table {
                    table: table.relation,
                    columns: table.columns,
                    filter: table.whereClause,
                }
            }
            PUBLICATIONOBJ_TABLES_IN_SCHEMA => Published::Schema(object.name),
            PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA => Published::CurrentSchema,
            _ => Published::Other,
        }
    }
}

/// FOR ALL SEQUENCES (PostgreSQL 19 and later).
pub(super) fn for_all_sequences(statement: &pg_sys::CreatePublicationStmt) -> bool {
    #[cfg(feature = "pg19")]
    return statement.for_all_sequences;
    #[cfg(not(feature = "pg19"))]
    return {
        _ = statement;
        false
    };
}

/// Whether a publication is for all sequences (PostgreSQL 19 and later).
pub(super) fn publishes_all_sequences(form: &pg_sys::FormData_pg_publication) -> bool {
    #[cfg(feature = "pg19")]
    return form.puballsequences;
    #[cfg(not(feature = "pg19"))]
    return {
        _ = form;
        false
    };
}

/// publish_generated_columns of a publication (PostgreSQL 18 and later).
pub(super) fn publishes_generated_columns(form: &pg_sys::FormData_pg_publication) -> Option<char> {
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    return Some(char::from(form.pubgencols as u8));
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = form;
        None
    };
}

/// The schemas of a publication, a list of OIDs (PostgreSQL 15 and later).
///
/// # Safety
/// A transaction is open.
pub(super) unsafe fn published_schemas(publication: pg_sys::Oid) -> *mut pg_sys::List {
    #[cfg(feature = "pg14")]
    return {
        _ = publication;
        std::ptr::null_mut()
    };
    // SAFETY: the caller's.
    #[cfg(not(feature = "pg14"))]
    unsafe {
        pg_sys::GetPublicationSchemas(publication)
    }
}

/// The index of pg_publication_rel by publication (PostgreSQL 15 and later).
#[cfg(feature = "pg14")]
pub(super) const PUBLICATION_TABLES_INDEX: u32 = 0;
/// The index of pg_publication_rel by publication (PostgreSQL 15 and later).
#[cfg(not(feature = "pg14"))]
pub(super) const PUBLICATION_TABLES_INDEX: u32 = pg_sys::PublicationRelPrpubidIndexId;

/// The attributes prqual and prattrs of pg_publication_rel (PostgreSQL 15 and later).
#[cfg(feature = "pg14")]
pub(super) const PUBLICATION_LISTS: Option<(u32, u32)> = None;
/// The attributes prqual and prattrs of pg_publication_rel (PostgreSQL 15 and later).
#[cfg(not(feature = "pg14"))]
pub(super) const PUBLICATION_LISTS: Option<(u32, u32)> =
    Some((pg_sys::Anum_pg_publication_rel_prqual, pg_sys::Anum_pg_publication_rel_prattrs));

/// Puts the expressions of virtual generated columns in their place (PostgreSQL 18 and later).
///
/// # Safety
/// The columns in `expression` are those of the open `relation`, the first of the range table.
pub(super) unsafe fn expand_generated_columns(
    expression: *mut pg_sys::Node,
    relation: pg_sys::Relation,
) -> *mut pg_sys::Node {
    #[cfg(not(any(feature = "pg18", feature = "pg19")))]
    return {
        _ = relation;
        expression
    };
    // SAFETY: the caller's.
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    unsafe {
        pg_sys::expand_generated_columns_in_expr(expression, relation, 1)
    }
}

/// Whether a domain has constraints. PostgreSQL 19 would also say whether one of them is volatile,
/// and does not rewrite a table for others; here it is taken to, as before.
pub(super) fn domain_has_constraints(domain: pg_sys::Oid) -> bool {
    // SAFETY: a syscache look-up; the place for what is not asked for may be NULL.
    unsafe {
        #[cfg(feature = "pg19")]
        return pg_sys::DomainHasConstraints(domain, std::ptr::null_mut());
        #[cfg(not(feature = "pg19"))]
        return pg_sys::DomainHasConstraints(domain);
    }
}

/// GRANT locks the relations it names, with ACCESS SHARE.
pub const GRANT_LOCKS: bool = cfg!(any(feature = "pg18", feature = "pg19"));

/// What ALTER CONSTRAINT does to the rows or to other tables (PostgreSQL 18 and later).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintChange {
    /// ENFORCED or NOT ENFORCED.
    Enforced(bool),
    /// INHERIT.
    Inherited,
    /// Nothing of that.
    Other,
}

/// The constraint of an ALTER CONSTRAINT, NULL where it is not known, and what is done to it.
pub(super) fn altered_constraint(
    definition: *mut pg_sys::Node,
) -> (*const c_char, ConstraintChange) {
    // SAFETY: NULL or a node of a tree; read as what its tag says.
    #[cfg(any(feature = "pg18", feature = "pg19"))]
    if let Some(node) = unsafe { definition.as_ref() }
        && node.type_ == pg_sys::NodeTag::T_ATAlterConstraint
    {
        // SAFETY: the tag was checked.
        let change = unsafe { &*definition.cast::<pg_sys::ATAlterConstraint>() };
        let what = match (change.alterEnforceability, change.alterInheritability) {
            (true, _) => ConstraintChange::Enforced(change.is_enforced),
            (_, true) if !change.noinherit => ConstraintChange::Inherited,
            _ => ConstraintChange::Other,
        };
        return (change.conname, what);
    }
    _ = definition;
    (std::ptr::null(), ConstraintChange::Other)
}

/// Whether a sub-command is SET EXPRESSION (PostgreSQL 17 and later).
pub(super) fn is_set_expression(subtype: pg_sys::AlterTableType::Type) -> bool {
    #[cfg(any(feature = "pg14", feature = "pg15", feature = "pg16"))]
    return {
        _ = subtype;
        false
    };
    #[cfg(not(any(feature = "pg14", feature = "pg15", feature = "pg16")))]
    return subtype == pg_sys::AlterTableType::AT_SetExpression;
}

/// Whether a sub-command is SET ACCESS METHOD (PostgreSQL 15 and later).
pub(super) fn is_set_access_method(subtype: pg_sys::AlterTableType::Type) -> bool {
    #[cfg(feature = "pg14")]
    return {
        _ = subtype;
        false
    };
    #[cfg(not(feature = "pg14"))]
    return subtype == pg_sys::AlterTableType::AT_SetAccessMethod;
}

/// The list of what ALTER PUBLICATION adds, drops or sets, as [`published_objects`] is.
pub(super) fn altered_publication(statement: &pg_sys::AlterPublicationStmt) -> *mut pg_sys::List {
    #[cfg(feature = "pg14")]
    return statement.tables;
    #[cfg(not(feature = "pg14"))]
    return statement.pubobjects;
}

/// The target of a MERGE, NULL for another statement.
pub(super) fn merge_target(statement: *mut pg_sys::Node) -> *mut pg_sys::RangeVar {
    #[cfg(feature = "pg14")]
    return {
        _ = statement;
        std::ptr::null_mut()
    };
    // SAFETY: a node of a tree; read as what its tag says.
    #[cfg(not(feature = "pg14"))]
    return unsafe {
        match (*statement).type_ {
            pg_sys::NodeTag::T_MergeStmt => (*statement.cast::<pg_sys::MergeStmt>()).relation,
            _ => std::ptr::null_mut(),
        }
    };
}
