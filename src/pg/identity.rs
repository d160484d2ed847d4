//! Doing something as another role.
//!
//! Parsing a stored definition once more calls what the server calls for constants: the input
//! functions of their types, and so the CHECK of a domain that is part of one. Whoever owns the
//! definition has chosen those, so they run with that role's rights, as in REINDEX and ANALYZE.

use pg_sys::Oid;
use pgrx::pg_sys;
use std::ffi::c_int;

/// Runs `body` as `role`, in a security-restricted operation.
pub(super) fn as_role<T>(role: Oid, body: impl FnOnce() -> T) -> T {
    let before = Identity::current();
    if before.role == role {
        return body();
    }
    let restricted = pg_sys::SECURITY_LOCAL_USERID_CHANGE | pg_sys::SECURITY_RESTRICTED_OPERATION;
    let _back = SwitchBack(before);
    Identity { role, context: before.context | restricted as c_int }.assume();
    body()
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
