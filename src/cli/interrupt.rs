//! ^C and SIGTERM: a flag that long work looks at between chunks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static STOP: AtomicBool = AtomicBool::new(false);
static INSTALLED: OnceLock<()> = OnceLock::new();

/// The flag; from now on a first ^C sets it, a second one ends the process at once.
pub fn flag() -> &'static AtomicBool {
    INSTALLED.get_or_init(|| {
        // Without a handler ^C still ends the process: no reason to fail.
        let _ = ctrlc::set_handler(|| {
            if STOP.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
    });
    &STOP
}
