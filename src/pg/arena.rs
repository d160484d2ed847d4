//! A memory context that lives as long as the Rust values that point into it.

use pgrx::pg_sys;
use std::rc::Rc;

/// Owns a memory context. Parse trees and copied errors live in one, shared by [`Rc`].
#[derive(Debug)]
pub struct Arena(pg_sys::MemoryContext);

impl Arena {
    /// A new, empty context below the current one.
    pub fn new() -> Rc<Arena> {
        // SAFETY: CurrentMemoryContext is always valid while a function runs; the sizes are
        // those of ALLOCSET_DEFAULT_SIZES.
        Rc::new(Arena(unsafe {
            pg_sys::AllocSetContextCreateInternal(
                pg_sys::CurrentMemoryContext,
                c"guarded_ddl".as_ptr(),
                pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            )
        }))
    }

    /// Runs `body` with this as the current memory context.
    pub fn enter<T>(&self, body: impl FnOnce() -> T) -> T {
        let _back = SwitchBack(switch_to(self.0));
        body()
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: this value owns the context, and every pointer into it is held together with
        // an Rc of it. Deleting a context raises no error.
        unsafe { pg_sys::MemoryContextDelete(self.0) }
    }
}

/// Restores the memory context also when an error unwinds.
struct SwitchBack(pg_sys::MemoryContext);

impl Drop for SwitchBack {
    fn drop(&mut self) {
        switch_to(self.0);
    }
}

fn switch_to(context: pg_sys::MemoryContext) -> pg_sys::MemoryContext {
    // SAFETY: callers pass a live context; this only sets CurrentMemoryContext.
    unsafe { pg_sys::MemoryContextSwitchTo(context) }
}
