//! Requests of the client's or the administrator's to stop.

use pgrx::pg_sys;

/// Raises the error of a cancelled statement, or ends the session, if that was asked for. The
/// server looks by itself while it runs a query; long loops of our own call this.
pub fn check() {
    // SAFETY: reads the flag that signal handlers set, and acts on it as every loop of the server's.
    unsafe {
        if pg_sys::InterruptPending != 0 {
            pg_sys::ProcessInterrupts();
        }
    }
}
