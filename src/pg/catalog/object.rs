//! Objects of all other kinds: whether they are there, and what is simple to read of them.

use super::{
    CacheTuple, RelationInfo, c_string, constraint, name_datum, name_list, name_text, namespace,
    oid_datum, oids, owned, relation, scan, scanned, some_oid, type_by_name, type_in,
};
use crate::pg::arena::Arena;
use crate::pg::compat;
use crate::pg::error::PgError;
use crate::pg::subtransaction::probe;
use crate::pg::tree::Node;
use crate::pg::tree::model::{Class, ObjectName, Relation};
use pg_sys::{Oid, SysCacheIdentifier as Cache};
use pgrx::pg_sys;

/// What a search for an object found.
#[derive(Clone, Debug)]
pub enum Found {
    /// It is there.
    Present {
        /// The catalog it is in.
        catalog: Oid,
        /// Its OID, or that of its relation for a column.
        oid: Oid,
        /// The column's number, 0 for other objects.
        column: i32,
    },
    /// It is not there, and all that it would be in is.
    Absent,
    /// The schema it would be in is not there.
    NoSchema(String),
    /// The relation it would belong to is not there.
    NoRelation(Relation),
    /// Something else has its name: the word for what it is.
    OtherKind(&'static str),
    /// Objects of this kind are not looked up.
    Unknown,
}

impl Found {
    fn in_catalog(catalog: Oid, oid: Oid) -> Found {
        match some_oid(oid) {
            Some(oid) => Found::Present { catalog, oid, column: 0 },
            None => Found::Absent,
        }
    }
}

/// Looks for an object, without locks and without raising.
pub fn find(object: &ObjectName) -> Found {
    if let Some(schema) = object.schema.as_deref().filter(|schema| namespace(schema).is_none()) {
        return Found::NoSchema(schema.into());
    }
    match object.class {
        Class::Table
        | Class::View
        | Class::MaterializedView
        | Class::ForeignTable
        | Class::Sequence
        | Class::Index
        | Class::CompositeType => find_relation(object),
        Class::DomainConstraint => find_domain_constraint(object),
        Class::UserMapping => find_user_mapping(object),
        Class::Column | Class::Constraint | Class::Policy | Class::Trigger | Class::Rule => {
            find_on_relation(object)
        }
        Class::Type | Class::Domain => find_type(object),
        Class::Function | Class::Procedure | Class::Routine | Class::Aggregate => {
            find_function(object)
        }
        Class::Statistics => find_statistics(object),
        Class::Collation => find_collation(object),
        _ => find_global(object),
    }
}

fn find_relation(object: &ObjectName) -> Found {
    let Some(info) = relation(&object.as_relation()) else { return Found::Absent };
    let is_right = match object.class {
        Class::Table => matches!(info.kind, 'r' | 'p'),
        Class::View => info.kind == 'v',
        Class::MaterializedView => info.kind == 'm',
        Class::ForeignTable => info.kind == 'f',
        Class::Sequence => info.kind == 'S',
        Class::Index => matches!(info.kind, 'i' | 'I'),
        _ => info.kind == 'c',
    };
    if is_right {
        Found::Present { catalog: pg_sys::RelationRelationId, oid: info.oid, column: 0 }
    } else {
        Found::OtherKind(info.word())
    }
}

fn find_on_relation(object: &ObjectName) -> Found {
    let Some(on) = &object.relation else { return Found::Unknown };
    if let Some(schema) = on.schema.as_deref().filter(|schema| namespace(schema).is_none()) {
        return Found::NoSchema(schema.into());
    }
    let Some(table) = relation(on) else { return Found::NoRelation(on.clone()) };
    let name = c_string(&object.name);
    // SAFETY: with missing_ok these return InvalidOid for what is not there.
    unsafe {
        match object.class {
            Class::Column => match super::column(table.oid, &object.name) {
                Some(column) => Found::Present {
                    catalog: pg_sys::RelationRelationId,
                    oid: table.oid,
                    column: column.number.into(),
                },
                None => Found::Absent,
            },
            Class::Constraint => match constraint(table.oid, &object.name) {
                Some(found) => Found::in_catalog(pg_sys::ConstraintRelationId, found.oid),
                None => Found::Absent,
            },
            Class::Policy => Found::in_catalog(
                pg_sys::PolicyRelationId,
                pg_sys::get_relation_policy_oid(table.oid, name.as_ptr(), true),
            ),
            Class::Trigger => Found::in_catalog(
                pg_sys::TriggerRelationId,
                pg_sys::get_trigger_oid(table.oid, name.as_ptr(), true),
            ),
            _ => Found::in_catalog(
                pg_sys::RewriteRelationId,
                pg_sys::get_rewrite_oid(table.oid, name.as_ptr(), true),
            ),
        }
    }
}

/// One of a domain that is not there is absent, too.
fn find_domain_constraint(object: &ObjectName) -> Found {
    let Some(name) = &object.relation else { return Found::Unknown };
    let names: Vec<String> = name.schema.iter().chain([&name.name]).cloned().collect();
    let domain = type_by_name(&names).and_then(|found| super::domain(found.oid));
    let checks = domain.map(|domain| domain.checks).unwrap_or_default();
    match checks.iter().find(|check| check.name == object.name) {
        Some(check) => Found::in_catalog(pg_sys::ConstraintRelationId, check.oid),
        None => Found::Absent,
    }
}

fn find_user_mapping(object: &ObjectName) -> Found {
    let Some(server) = &object.relation else { return Found::Unknown };
    let name = c_string(&server.name);
    // SAFETY: with missing_ok it returns InvalidOid for what is not there.
    let server = unsafe { pg_sys::get_foreign_server_oid(name.as_ptr(), true) };
    let user = match object.name.as_str() {
        "public" => Some(pg_sys::InvalidOid),
        name => role(name),
    };
    let (Some(server), Some(user)) = (some_oid(server), user) else { return Found::Absent };
    let keys = [oid_datum(user), oid_datum(server)];
    match CacheTuple::find(Cache::USERMAPPINGUSERSERVER, &keys) {
        // SAFETY: USERMAPPINGUSERSERVER is a cache of pg_user_mapping.
        Some(tuple) => Found::in_catalog(pg_sys::UserMappingRelationId, unsafe {
            tuple.form::<pg_sys::FormData_pg_user_mapping>().oid
        }),
        None => Found::Absent,
    }
}

fn find_type(object: &ObjectName) -> Found {
    let found = match &object.schema {
        Some(schema) => namespace(schema).and_then(|schema| type_in(schema, &object.name)),
        None => type_by_name(std::slice::from_ref(&object.name)),
    };
    match found {
        Some(found) if object.class == Class::Domain && found.kind != 'd' => {
            Found::OtherKind(found.word())
        }
        Some(found) => {
            Found::Present { catalog: pg_sys::TypeRelationId, oid: found.oid, column: 0 }
        }
        None => Found::Absent,
    }
}

/// The schema an object that was found is in.
pub fn schema_of(catalog: Oid, oid: Oid) -> Option<String> {
    let address = pg_sys::ObjectAddress { classId: catalog, objectId: oid, objectSubId: 0 };
    // SAFETY: a syscache look-up, of what was found in it just now.
    super::namespace_name(some_oid(unsafe { pg_sys::get_object_namespace(&address) })?)
}

/// Functions are found by the server's own rules, which raise when a name is ambiguous or an
/// argument's type is missing; the statement itself will say so then.
fn find_function(object: &ObjectName) -> Found {
    let Some(signature) = &object.signature else { return Found::Unknown };
    let kind = match object.class {
        Class::Function => pg_sys::ObjectType::OBJECT_FUNCTION,
        Class::Procedure => pg_sys::ObjectType::OBJECT_PROCEDURE,
        Class::Aggregate => pg_sys::ObjectType::OBJECT_AGGREGATE,
        _ => pg_sys::ObjectType::OBJECT_ROUTINE,
    };
    match look_up_function(object, signature, kind) {
        Ok(oid) => Found::in_catalog(pg_sys::ProcedureRelationId, oid),
        Err(error) if error.sqlstate() == WRONG_OBJECT_TYPE => {
            let any = pg_sys::ObjectType::OBJECT_ROUTINE;
            let found = look_up_function(object, signature, any).ok();
            match found.and_then(super::function) {
                Some(found) => Found::OtherKind(found.word()),
                None => Found::Unknown,
            }
        }
        Err(_) => Found::Unknown,
    }
}

const WRONG_OBJECT_TYPE: &str = "42809";

/// The function of the object's name with the arguments of an ObjectWithArgs.
fn look_up_function(
    object: &ObjectName,
    signature: &Node,
    kind: pg_sys::ObjectType::Type,
) -> Result<Oid, PgError> {
    let names: Vec<String> = object.schema.iter().chain([&object.name]).cloned().collect();
    let arena = Arena::new();
    // SAFETY: a copy of the ObjectWithArgs, with the name the object has.
    let look_up = || unsafe {
        let copy = pg_sys::copyObjectImpl(signature.as_ptr().cast());
        let copy = copy.cast::<pg_sys::ObjectWithArgs>();
        (*copy).objname = name_list(&names);
        pg_sys::LookupFuncWithArgs(kind, copy, true)
    };
    probe(&arena, || arena.enter(look_up))
}

fn find_collation(object: &ObjectName) -> Found {
    let names: Vec<String> = object.schema.iter().chain([&object.name]).cloned().collect();
    // SAFETY: with missing_ok it returns InvalidOid for what is not there.
    let found =
        probe(&Arena::new(), || unsafe { pg_sys::get_collation_oid(name_list(&names), true) });
    match found {
        Ok(oid) => Found::in_catalog(pg_sys::CollationRelationId, oid),
        Err(_) => Found::Unknown,
    }
}

fn find_statistics(object: &ObjectName) -> Found {
    let Some(schema) = super::creation_namespace(object.schema.as_deref()) else {
        return Found::Absent;
    };
    let name = c_string(&object.name);
    let tuple = CacheTuple::find(Cache::STATEXTNAMENSP, &[name_datum(&name), oid_datum(schema)]);
    let oid = tuple.map(|tuple| {
        // SAFETY: STATEXTNAMENSP is a cache of pg_statistic_ext.
        unsafe { tuple.form::<pg_sys::FormData_pg_statistic_ext>() }.oid
    });
    Found::in_catalog(pg_sys::StatisticExtRelationId, oid.unwrap_or(pg_sys::InvalidOid))
}

/// Objects that are in no schema.
fn find_global(object: &ObjectName) -> Found {
    let name = c_string(&object.name);
    let name = name.as_ptr();
    // SAFETY: with missing_ok these return InvalidOid for what is not there.
    unsafe {
        match object.class {
            Class::Schema => Found::in_catalog(
                pg_sys::NamespaceRelationId,
                pg_sys::get_namespace_oid(name, true),
            ),
            Class::Extension => Found::in_catalog(
                pg_sys::ExtensionRelationId,
                pg_sys::get_extension_oid(name, true),
            ),
            Class::Role => {
                Found::in_catalog(pg_sys::AuthIdRelationId, pg_sys::get_role_oid(name, true))
            }
            Class::Database => {
                Found::in_catalog(pg_sys::DatabaseRelationId, pg_sys::get_database_oid(name, true))
            }
            Class::Tablespace => Found::in_catalog(
                pg_sys::TableSpaceRelationId,
                pg_sys::get_tablespace_oid(name, true),
            ),
            Class::Language => {
                Found::in_catalog(pg_sys::LanguageRelationId, pg_sys::get_language_oid(name, true))
            }
            Class::Publication => Found::in_catalog(
                pg_sys::PublicationRelationId,
                pg_sys::get_publication_oid(name, true),
            ),
            Class::Subscription => Found::in_catalog(
                pg_sys::SubscriptionRelationId,
                pg_sys::get_subscription_oid(name, true),
            ),
            Class::EventTrigger => Found::in_catalog(
                pg_sys::EventTriggerRelationId,
                pg_sys::get_event_trigger_oid(name, true),
            ),
            Class::ForeignDataWrapper => Found::in_catalog(
                pg_sys::ForeignDataWrapperRelationId,
                pg_sys::get_foreign_data_wrapper_oid(name, true),
            ),
            Class::ForeignServer => Found::in_catalog(
                pg_sys::ForeignServerRelationId,
                pg_sys::get_foreign_server_oid(name, true),
            ),
            Class::AccessMethod => {
                Found::in_catalog(pg_sys::AccessMethodRelationId, pg_sys::get_am_oid(name, true))
            }
            _ => Found::Unknown,
        }
    }
}

/// The comment on an object.
pub fn comment(oid: Oid, catalog: Oid, column: i32) -> Option<String> {
    // SAFETY: reads a list of constants; a palloc'd string or NULL.
    unsafe {
        match pg_sys::IsSharedRelation(catalog) {
            true => shared_comment(oid, catalog),
            false => owned(pg_sys::GetComment(oid, catalog, column)),
        }
    }
}

/// The comment on a column.
pub fn column_comment(table: Oid, column: i16) -> Option<String> {
    comment(table, pg_sys::RelationRelationId, column.into())
}

/// The comment on an object of the whole cluster: a role, a database, a tablespace.
fn shared_comment(oid: Oid, catalog: Oid) -> Option<String> {
    let comments = scan(
        pg_sys::SharedDescriptionRelationId,
        pg_sys::SharedDescriptionObjIndexId,
        pg_sys::Anum_pg_shdescription_objoid,
        oid,
        // SAFETY: tuples of pg_shdescription, and the types its attributes have.
        |tuple, descriptor| unsafe {
            let class: Option<Oid> =
                scanned(tuple, descriptor, pg_sys::Anum_pg_shdescription_classoid);
            let text: Option<String> =
                scanned(tuple, descriptor, pg_sys::Anum_pg_shdescription_description);
            text.filter(|_| class == Some(catalog))
        },
    );
    comments.into_iter().flatten().next()
}

/// The owner of an object; `None` for kinds that have none.
pub fn owner_of(catalog: Oid, oid: Oid) -> Option<Oid> {
    // SAFETY: reads a table of constants; 0 for kinds that have no owner.
    oid_attribute(catalog, oid, unsafe { pg_sys::get_object_attnum_owner(catalog) })
}

/// An attribute of an object that is an OID, of the catalog's own cache.
fn oid_attribute(catalog: Oid, oid: Oid, attribute: i16) -> Option<Oid> {
    let cache = compat::object_cache(catalog)?;
    let number = u32::try_from(attribute).ok().filter(|number| *number != 0)?;
    CacheTuple::in_cache(cache, oid)?.attribute(number)
}

/// The role of that name.
pub fn role(name: &str) -> Option<Oid> {
    let name = c_string(name);
    // SAFETY: with missing_ok it returns InvalidOid for what is not there.
    some_oid(unsafe { pg_sys::get_role_oid(name.as_ptr(), true) })
}

/// The role's name; `public` for 0.
pub fn role_name(oid: Oid) -> String {
    if oid == pg_sys::InvalidOid {
        return "public".into();
    }
    // SAFETY: a palloc'd string or NULL, with noerr.
    owned(unsafe { pg_sys::GetUserNameFromId(oid, true) }).unwrap_or_default()
}

/// What pg_extension says of an extension.
#[derive(Clone, Debug)]
pub struct Extension {
    /// The schema of its objects.
    pub schema: String,
    /// Its version.
    pub version: String,
}

/// The extension of that name.
pub fn extension(name: &str) -> Option<Extension> {
    let name = c_string(name);
    // SAFETY: with missing_ok it returns InvalidOid for what is not there.
    let oid = some_oid(unsafe { pg_sys::get_extension_oid(name.as_ptr(), true) })?;
    let found = scan(
        pg_sys::ExtensionRelationId,
        pg_sys::ExtensionOidIndexId,
        pg_sys::Anum_pg_extension_oid,
        oid,
        // SAFETY: pg_extension's columns have these types.
        |tuple, descriptor| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_extension>();
            let version = scanned(tuple, descriptor, pg_sys::Anum_pg_extension_extversion);
            (form.extnamespace, version.unwrap_or_default())
        },
    );
    let (schema, version) = found.into_iter().next()?;
    Some(Extension { schema: super::namespace_name(schema)?, version })
}

/// What pg_policy says of a policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// polcmd.
    pub command: char,
    /// Whether it is permissive.
    pub permissive: bool,
    /// Its roles; 0 is PUBLIC.
    pub roles: Vec<Oid>,
    /// USING, a node string.
    pub using: Option<String>,
    /// WITH CHECK, a node string.
    pub check: Option<String>,
}

/// The policy of that name on the table.
pub fn policy(table: Oid, name: &str) -> Option<Policy> {
    let found = scan(
        pg_sys::PolicyRelationId,
        pg_sys::PolicyPolrelidPolnameIndexId,
        pg_sys::Anum_pg_policy_polrelid,
        table,
        // SAFETY: pg_policy's columns have these types.
        |tuple, descriptor| unsafe {
            let form = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_policy>();
            let roles = scanned(tuple, descriptor, pg_sys::Anum_pg_policy_polroles);
            let policy = Policy {
                command: char::from(form.polcmd as u8),
                permissive: form.polpermissive,
                roles: roles.unwrap_or_default(),
                using: scanned(tuple, descriptor, pg_sys::Anum_pg_policy_polqual),
                check: scanned(tuple, descriptor, pg_sys::Anum_pg_policy_polwithcheck),
            };
            (name_text(&form.polname), policy)
        },
    );
    found.into_iter().find(|(found_name, _)| found_name == name).map(|(_, policy)| policy)
}

/// What pg_sequence says of a sequence.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Its type.
    pub type_oid: Oid,
    /// START.
    pub start: i64,
    /// INCREMENT.
    pub increment: i64,
    /// MINVALUE.
    pub minimum: i64,
    /// MAXVALUE.
    pub maximum: i64,
    /// CACHE.
    pub cache: i64,
    /// CYCLE.
    pub cycle: bool,
}

/// The parameters of the sequence with that OID.
pub fn sequence(oid: Oid) -> Option<Sequence> {
    let tuple = CacheTuple::find(Cache::SEQRELID, &[oid_datum(oid)])?;
    // SAFETY: SEQRELID is a cache of pg_sequence.
    let form = unsafe { tuple.form::<pg_sys::FormData_pg_sequence>() };
    Some(Sequence {
        type_oid: form.seqtypid,
        start: form.seqstart,
        increment: form.seqincrement,
        minimum: form.seqmin,
        maximum: form.seqmax,
        cache: form.seqcache,
        cycle: form.seqcycle,
    })
}

/// The column that owns a sequence, so that it is dropped with it: its table and its name.
pub fn owned_by(sequence: Oid) -> Option<(RelationInfo, String)> {
    let (mut table, mut column) = (pg_sys::InvalidOid, 0);
    let kind = pg_sys::DependencyType::DEPENDENCY_AUTO as std::ffi::c_char;
    // SAFETY: reads pg_depend.
    let is_owned = unsafe { pg_sys::sequenceIsOwned(sequence, kind, &mut table, &mut column) };
    let table = super::relation_by_oid(table).filter(|_| is_owned)?;
    let column = super::column_name(table.oid, i16::try_from(column).ok()?)?;
    Some((table, column))
}

/// The column in the topmost of the tables that a partition is part of.
fn at_root(table: Oid, column: i16) -> Option<(Oid, i16)> {
    if !super::relation_by_oid(table)?.is_partition {
        return Some((table, column));
    }
    let parent = *super::parents(table).first()?;
    let name = super::column_name(table, column)?;
    at_root(parent, super::column(parent, &name)?.number)
}

/// The sequence behind an identity column: for a partition that of the topmost table.
pub fn identity_sequence(table: Oid, column: i16) -> Option<Oid> {
    let (table, column) = at_root(table, column)?;
    const INTERNAL: std::ffi::c_char = b'i' as std::ffi::c_char;
    let (mut of_table, mut of_column) = (pg_sys::InvalidOid, 0);
    // SAFETY: a list of OIDs, found in pg_depend; the two places are written to.
    let mut belongs = |sequence: Oid| unsafe {
        pg_sys::sequenceIsOwned(sequence, INTERNAL, &mut of_table, &mut of_column)
            && of_table == table
            && of_column == i32::from(column)
    };
    // SAFETY: as above.
    unsafe {
        let owned = pg_sys::getOwnedSequences(table);
        let length = owned.as_ref().map_or(0, |list| list.length);
        (0..length).map(|index| pg_sys::list_nth_oid(owned, index)).find(|oid| belongs(*oid))
    }
}

/// Whether a trigger of that name, not an internal one, is on the table.
pub fn trigger_exists(table: Oid, name: &str) -> bool {
    let name = c_string(name);
    // SAFETY: with missing_ok it returns InvalidOid for what is not there.
    some_oid(unsafe { pg_sys::get_trigger_oid(table, name.as_ptr(), true) }).is_some()
}

/// Whether a function, procedure, aggregate or window function of that name exists in the
/// schema, or along search_path; with `arguments` only one with these input types counts.
pub fn function_exists(schema: Option<&str>, name: &str, arguments: Option<&[Oid]>) -> bool {
    let Some(schemas) = search_schemas(schema) else { return false };
    let name = c_string(name);
    let candidates = super::function::functions_named(&name);
    candidates.iter().any(|function| {
        schemas.contains(&function.namespace)
            && arguments.is_none_or(|wanted| wanted == function.input_types.as_slice())
    })
}

fn search_schemas(schema: Option<&str>) -> Option<Vec<Oid>> {
    if let Some(schema) = schema {
        return Some(vec![namespace(schema)?]);
    }
    // SAFETY: a list of OIDs in the current context.
    unsafe { Some(oids(pg_sys::fetch_search_path(true))) }
}
