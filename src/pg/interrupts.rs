//! Requests of the client's or the administrator's to stop.

use pgrx::pg_sys;
use std::time::{Duration, Instant};

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

/// Sleeps, and acts meanwhile on requests to stop, as `pg_sleep` in misc.c does.
pub fn sleep(duration: Duration) {
    let end = Instant::now() + duration;
    loop {
        check();
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        let events = pg_sys::WL_LATCH_SET | pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH;
        // Rounded up, so that the last round does not spin.
        let milliseconds = i64::try_from(left.as_millis()).unwrap_or(i64::MAX - 1) + 1;
        let what = pg_sys::WaitEventTimeout::WAIT_EVENT_PG_SLEEP;
        // SAFETY: the latch of this process, which signal handlers set.
        unsafe {
            pg_sys::WaitLatch(pg_sys::MyLatch, events as i32, milliseconds, what);
            pg_sys::ResetLatch(pg_sys::MyLatch);
        }
    }
}
