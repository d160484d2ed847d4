//! Doing something as the owner of a definition.
//!
//! Parsing a stored definition once more calls what the server calls for constants: the input
//! functions of their types, and so the CHECK of a domain that is part of one. Whoever owns the
//! definition has chosen those, so they run with that role's rights, as in REINDEX and ANALYZE;
//! and only for a role that has these rights anyway, or anybody could have them run.

use pg_sys::Oid;
use pgrx::pg_sys;
use std::ffi::c_int;

/// Runs `body` as `owner`, in a security-restricted operation. Raises insufficient_privilege
/// unless the current role has the owner's privileges.
pub(super) fn as_owner<T>(owner: Oid, body: impl FnOnce() -> T) -> T {
    let before = Identity::current();
    if before.role == owner {
        return body();
    }
    need_privileges_of(owner);
    let restricted = pg_sys::SECURITY_LOCAL_USERID_CHANGE | pg_sys::SECURITY_RESTRICTED_OPERATION;
    let _back = SwitchBack(before);
    Identity { role: owner, context: before.context | restricted as c_int }.assume();
    body()
}

fn need_privileges_of(role: Oid) {
    use pg_sys::AclResult::ACLCHECK_NOT_OWNER;
    // SAFETY: syscache look-ups; the error is the server's, so that it is caught as one.
    unsafe {
        if !pg_sys::has_privs_of_role(pg_sys::GetUserId(), role) {
            let kind = pg_sys::ObjectType::OBJECT_TABLE;
            pg_sys::aclcheck_error(ACLCHECK_NOT_OWNER, kind, c"the definition".as_ptr());
        }
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
