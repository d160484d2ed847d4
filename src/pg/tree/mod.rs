//! Reading the server's raw parse trees.
//!
//! [`Node`] is a pointer into a tree together with the arena that keeps the tree alive.
//! [`model`] holds what statements say as plain values; [`read`] makes them; [`prune`] leaves
//! parts of a statement out; [`locking`] reads what locks depend on.

pub mod locking;
pub mod model;
pub mod prune;
pub mod read;

use super::arena::Arena;
use super::owned;
use pgrx::pg_sys;
use std::ffi::c_char;
use std::fmt;
use std::rc::Rc;

/// A node of a parse tree.
#[derive(Clone)]
pub struct Node {
    pointer: *mut pg_sys::Node,
    arena: Rc<Arena>,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({:?})", self.tag())
    }
}

impl Node {
    /// A node made in, or outliving, the arena; `None` for NULL.
    pub(super) fn new<T>(arena: &Rc<Arena>, pointer: *mut T) -> Option<Node> {
        (!pointer.is_null()).then(|| Node { pointer: pointer.cast(), arena: arena.clone() })
    }

    /// The nodes of a list.
    pub(super) fn list(arena: &Rc<Arena>, list: *mut pg_sys::List) -> Vec<Node> {
        pointers(list).filter_map(|pointer| Node::new(arena, pointer)).collect()
    }

    pub(super) fn as_ptr(&self) -> *mut pg_sys::Node {
        self.pointer
    }

    pub(super) fn arena(&self) -> &Rc<Arena> {
        &self.arena
    }

    fn tag(&self) -> pg_sys::NodeTag {
        // SAFETY: every node begins with its tag.
        unsafe { (*self.pointer).type_ }
    }

    /// The node as this struct, if that is what it is.
    pub(super) fn get<T: Tagged>(&self) -> Option<&T> {
        // SAFETY: the tag was checked, and the arena outlives the borrow.
        (self.tag() == T::TAG).then(|| unsafe { &*self.pointer.cast::<T>() })
    }

    /// A node beside this one in the same tree.
    pub(super) fn sibling<T>(&self, pointer: *mut T) -> Option<Node> {
        Node::new(&self.arena, pointer)
    }

    fn siblings(&self, list: *mut pg_sys::List) -> Vec<Node> {
        Node::list(&self.arena, list)
    }

    /// The statement in a RawStmt or PlannedStmt.
    pub(super) fn statement(&self) -> Option<Node> {
        match self.get::<pg_sys::RawStmt>() {
            Some(raw) => self.sibling(raw.stmt),
            None => self.sibling(self.get::<pg_sys::PlannedStmt>()?.utilityStmt),
        }
    }

    /// The body of CREATE FUNCTION that is parsed with it: BEGIN ATOMIC …, RETURN ….
    pub fn sql_body(&self) -> Option<Node> {
        self.sibling(self.get::<pg_sys::CreateFunctionStmt>()?.sql_body)
    }

    /// The one expression of a parsed `SELECT expression`, if that is all there is.
    pub(super) fn sole_target(&self) -> Option<Node> {
        let select = self.statement()?;
        let select = select.get::<pg_sys::SelectStmt>()?;
        let closed = select.distinctClause.is_null()
            && select.fromClause.is_null()
            && select.whereClause.is_null()
            && select.groupClause.is_null()
            && select.havingClause.is_null()
            && select.windowClause.is_null()
            && select.sortClause.is_null()
            && select.limitOffset.is_null()
            && select.limitCount.is_null()
            && select.lockingClause.is_null()
            && select.larg.is_null();
        let targets = self.siblings(select.targetList);
        match targets.as_slice() {
            [target] if closed => {
                let target = target.get::<pg_sys::ResTarget>()?;
                if !target.name.is_null() {
                    return None;
                }
                self.sibling(target.val)
            }
            _ => None,
        }
    }

    /// Whether it is a literal.
    pub(super) fn is_constant(&self) -> bool {
        self.tag() == pg_sys::NodeTag::T_A_Const
    }

    /// Whether it is a name.
    pub(super) fn is_column_name(&self) -> bool {
        self.tag() == pg_sys::NodeTag::T_ColumnRef
    }

    /// Whether the expression is one that `DEFAULT` takes without parentheses in every place:
    /// a constant, a function call, or a cast of one.
    pub fn is_simple_expression(&self) -> bool {
        use pg_sys::NodeTag::*;
        match self.tag() {
            T_A_Const | T_FuncCall | T_SQLValueFunction => true,
            T_TypeCast => self
                .get::<pg_sys::TypeCast>()
                .and_then(|cast| self.sibling(cast.arg))
                .is_some_and(|argument| argument.is_simple_expression()),
            _ => false,
        }
    }
}

/// A struct of the parser's with the tag its nodes have.
///
/// # Safety
/// Every node with this tag must be this struct.
pub(super) unsafe trait Tagged {
    /// The tag.
    const TAG: pg_sys::NodeTag;
}

macro_rules! tagged {
    ($($name:ident = $tag:ident),* $(,)?) => {
        $(
            // SAFETY: PostgreSQL's makeNode gives T_Name to struct Name and to no other.
            unsafe impl Tagged for pg_sys::$name {
                const TAG: pg_sys::NodeTag = pg_sys::NodeTag::$tag;
            }
        )*
    };
}

tagged! {
    AccessPriv = T_AccessPriv,
    AlterDatabaseSetStmt = T_AlterDatabaseSetStmt,
    AlterDatabaseStmt = T_AlterDatabaseStmt,
    AlterDomainStmt = T_AlterDomainStmt,
    AlterEnumStmt = T_AlterEnumStmt,
    AlterForeignServerStmt = T_AlterForeignServerStmt,
    AlterObjectSchemaStmt = T_AlterObjectSchemaStmt,
    AlterOwnerStmt = T_AlterOwnerStmt,
    AlterPolicyStmt = T_AlterPolicyStmt,
    AlterPublicationStmt = T_AlterPublicationStmt,
    AlterRoleStmt = T_AlterRoleStmt,
    AlterSeqStmt = T_AlterSeqStmt,
    AlterSubscriptionStmt = T_AlterSubscriptionStmt,
    AlterTableCmd = T_AlterTableCmd,
    AlterTableStmt = T_AlterTableStmt,
    AlterUserMappingStmt = T_AlterUserMappingStmt,
    ColumnRef = T_ColumnRef,
    CollateClause = T_CollateClause,
    ColumnDef = T_ColumnDef,
    CommentStmt = T_CommentStmt,
    CompositeTypeStmt = T_CompositeTypeStmt,
    Constraint = T_Constraint,
    CopyStmt = T_CopyStmt,
    CreateDomainStmt = T_CreateDomainStmt,
    CreateEnumStmt = T_CreateEnumStmt,
    CreateExtensionStmt = T_CreateExtensionStmt,
    CreateForeignServerStmt = T_CreateForeignServerStmt,
    CreateForeignTableStmt = T_CreateForeignTableStmt,
    CreateFunctionStmt = T_CreateFunctionStmt,
    CreatePolicyStmt = T_CreatePolicyStmt,
    CreatePublicationStmt = T_CreatePublicationStmt,
    CreateRangeStmt = T_CreateRangeStmt,
    CreateRoleStmt = T_CreateRoleStmt,
    CreateSchemaStmt = T_CreateSchemaStmt,
    CreateSeqStmt = T_CreateSeqStmt,
    CreateStatsStmt = T_CreateStatsStmt,
    CreateStmt = T_CreateStmt,
    CreateSubscriptionStmt = T_CreateSubscriptionStmt,
    CreateTableAsStmt = T_CreateTableAsStmt,
    CreateTableSpaceStmt = T_CreateTableSpaceStmt,
    CreateTrigStmt = T_CreateTrigStmt,
    CreateUserMappingStmt = T_CreateUserMappingStmt,
    CreatedbStmt = T_CreatedbStmt,
    DefElem = T_DefElem,
    DefineStmt = T_DefineStmt,
    DeleteStmt = T_DeleteStmt,
    DropRoleStmt = T_DropRoleStmt,
    DropStmt = T_DropStmt,
    DropSubscriptionStmt = T_DropSubscriptionStmt,
    DropTableSpaceStmt = T_DropTableSpaceStmt,
    DropdbStmt = T_DropdbStmt,
    FunctionParameter = T_FunctionParameter,
    GrantRoleStmt = T_GrantRoleStmt,
    GrantStmt = T_GrantStmt,
    IndexElem = T_IndexElem,
    IndexStmt = T_IndexStmt,
    InsertStmt = T_InsertStmt,
    LockStmt = T_LockStmt,
    ObjectWithArgs = T_ObjectWithArgs,
    PartitionBoundSpec = T_PartitionBoundSpec,
    PartitionCmd = T_PartitionCmd,
    PartitionElem = T_PartitionElem,
    PartitionSpec = T_PartitionSpec,
    PlannedStmt = T_PlannedStmt,
    Query = T_Query,
    RangeVar = T_RangeVar,
    RawStmt = T_RawStmt,
    RefreshMatViewStmt = T_RefreshMatViewStmt,
    ReindexStmt = T_ReindexStmt,
    RenameStmt = T_RenameStmt,
    ReplicaIdentityStmt = T_ReplicaIdentityStmt,
    ResTarget = T_ResTarget,
    RoleSpec = T_RoleSpec,
    RuleStmt = T_RuleStmt,
    SelectStmt = T_SelectStmt,
    StatsElem = T_StatsElem,
    TableLikeClause = T_TableLikeClause,
    TargetEntry = T_TargetEntry,
    TriggerTransition = T_TriggerTransition,
    TruncateStmt = T_TruncateStmt,
    TypeCast = T_TypeCast,
    TypeName = T_TypeName,
    UpdateStmt = T_UpdateStmt,
    VacuumRelation = T_VacuumRelation,
    VacuumStmt = T_VacuumStmt,
    ViewStmt = T_ViewStmt,
}

/// The pointers of a List of nodes, none for NIL.
pub(super) fn pointers(list: *mut pg_sys::List) -> impl Iterator<Item = *mut pg_sys::Node> {
    // SAFETY: NIL or a valid List of pointers, as all lists in raw parse trees are.
    let (cells, count) = unsafe { list.as_ref() }
        .map_or((std::ptr::null(), 0), |list| (list.elements.cast_const(), list.length));
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: the first `length` cells of the array are in use.
    (0..count).map(move |index| unsafe { (*cells.add(index)).ptr_value }.cast())
}

/// The text of a String node, or of a Value on PostgreSQL 14.
fn string(node: *mut pg_sys::Node) -> Option<String> {
    // SAFETY: NULL, or a node of a tree; read as what its tag says.
    unsafe {
        (!node.is_null() && (*node).type_ == pg_sys::NodeTag::T_String)
            .then(|| owned(super::compat::string_value(node)))
            .flatten()
    }
}

/// What the catalog keeps as a node string.
pub(super) fn kept(node_string: &str) -> *mut pg_sys::Node {
    let text = super::c_string(node_string);
    // SAFETY: the catalog holds what nodeToString wrote.
    unsafe { pg_sys::stringToNode(text.as_ptr()) }.cast()
}

/// The texts of a list of String nodes.
pub(super) fn strings(list: *mut pg_sys::List) -> Vec<String> {
    pointers(list).filter_map(string).collect()
}

fn text(pointer: *const c_char) -> Option<String> {
    owned(pointer)
}

fn letter(value: c_char) -> char {
    char::from(value as u8)
}
