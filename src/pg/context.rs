//! Errors in a statement inside the client's.
//!
//! The position of a syntax or name error belongs to the text it was found in. Clients show it
//! in the text they sent, unless the error says which text it is about: `internalquery` and
//! `internalpos`. SPI does the same in `_SPI_error_callback`.

use pgrx::pg_sys;
use std::ffi::{CString, c_char, c_int, c_void};

// elog.c; pgrx leaves these out of its bindings. Called by the server while it builds an error,
// where none of them raises.
unsafe extern "C-unwind" {
    fn geterrposition() -> c_int;
    fn errposition(position: c_int) -> c_int;
    fn internalerrposition(position: c_int) -> c_int;
    fn internalerrquery(query: *const c_char) -> c_int;
}

/// Runs `body`; an error with a position in it is one in `text`.
pub fn within<T>(text: &CString, body: impl FnOnce() -> T) -> T {
    let mut callback = pg_sys::ErrorContextCallback {
        // SAFETY: a global of the backend's only thread.
        previous: unsafe { pg_sys::error_context_stack },
        callback: Some(place),
        arg: text.as_ptr().cast_mut().cast(),
    };
    let _pop = Pop(callback.previous);
    // SAFETY: the callback lives in this frame, and `_pop` takes it off before the frame ends,
    // also when an error unwinds.
    unsafe { pg_sys::error_context_stack = &mut callback };
    body()
}

struct Pop(*mut pg_sys::ErrorContextCallback);

impl Drop for Pop {
    fn drop(&mut self) {
        // SAFETY: puts back what was there when the frame began.
        unsafe { pg_sys::error_context_stack = self.0 };
    }
}

/// # Safety
/// Called by errfinish with the text given to [`within`].
unsafe extern "C-unwind" fn place(text: *mut c_void) {
    // SAFETY: an error is being built; the text outlives the statement.
    unsafe {
        let position = geterrposition();
        if position > 0 {
            errposition(0);
            internalerrposition(position);
            internalerrquery(text.cast());
        }
    }
}
