//! Doing something as another role.
//!
//! Parsing a stored definition once more calls what the server calls for constants: the input
//! functions of their types, and so the CHECK of a domain that is part of one. Whoever owns the
//! definition has chosen those, so they run with that role's rights, as in REINDEX and ANALYZE;
//! and only for a role that has these rights anyway, or anybody could have them run. The same
//! holds for statements that were written for another role.

use super::{catalog, compat};
use pg_sys::Oid;
use pgrx::pg_sys;
use std::ffi::c_int;

/// Runs `body` as `owner`, in a security-restricted operation. Raises insufficient_privilege
/// unless the current role has the owner's privileges.
pub(super) fn as_owner<T>(owner: Oid, body: impl FnOnce() -> T) -> T {
    need_privileges_of(owner);
    as_role(owner, body)
}

/// Runs `body` as `role`. If that is another role than the current one, in a
/// security-restricted operation: what runs cannot go back to the role that called, nor leave
/// something in the session that would run as that role later (temporary tables, deferred
/// triggers). The caller has seen to it that this may be done.
pub fn as_role<T>(role: Oid, body: impl FnOnce() -> T) -> T {
    let before = Identity::current();
    if before.role == role {
        return body();
    }
    let restricted = pg_sys::SECURITY_LOCAL_USERID_CHANGE | pg_sys::SECURITY_RESTRICTED_OPERATION;
    let _back = SwitchBack(before);
    Identity { role, context: before.context | restricted as c_int }.assume();
    body()
}

/// The role of that name, if there is one.
pub fn role(name: &str) -> Option<Oid> {
    catalog::role(name)
}

/// Whether the current role may do SET ROLE to this one.
pub fn may_become(role: Oid) -> bool {
    compat::may_set_role(role)
}

/// Whether the current role is a superuser.
pub fn is_superuser() -> bool {
    // SAFETY: a syscache look-up.
    unsafe { pg_sys::superuser() }
}

/// Whether the role has all privileges of the other, being that, a member of it or a superuser.
pub fn has_privileges_of(role: Oid, other: Oid) -> bool {
    // SAFETY: syscache look-ups.
    unsafe { pg_sys::has_privs_of_role(role, other) }
}

fn need_privileges_of(role: Oid) {
    use pg_sys::AclResult::ACLCHECK_NOT_OWNER;
    if !has_privileges_of(Identity::current().role, role) {
        let kind = pg_sys::ObjectType::OBJECT_TABLE;
        // SAFETY: the error is the server's, so that it is caught as one.
        unsafe { pg_sys::aclcheck_error(ACLCHECK_NOT_OWNER, kind, c"the definition".as_ptr()) }
    }
}

#[derive(Clone, Copy)]
struct Identity {
    role: Oid,
    context: c_int,
}

impl Identity {
    fn current() -> Identity {
        let mut identity = Identity { role: pg_sys::InvalidOid, context: 0 };
        // SAFETY: both places are written to.
        unsafe {
            pg_sys::GetUserIdAndSecContext(&mut identity.role, &mut identity.context);
        }
        identity
    }

    fn assume(self) {
        // SAFETY: sets two variables of the backend.
        unsafe { pg_sys::SetUserIdAndSecContext(self.role, self.context) }
    }
}

/// Restores the role also when an error unwinds.
struct SwitchBack(Identity);

impl Drop for SwitchBack {
    fn drop(&mut self) {
        self.0.assume();
    }
}
