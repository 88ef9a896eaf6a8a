//! ^C and SIGTERM: a flag that long work looks at between runs, and which of the two it was.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
static SIGNAL: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// The flag; from now on a first signal sets it, a second one ends the process at once.
pub fn flag() -> &'static AtomicBool {
    STOP.get_or_init(|| {
        let (stop, which) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        for signal in [SIGINT, SIGTERM] {
            // Without a handler a signal still ends the process: no reason to fail.
            let _ = register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop));
            let _ = register_usize(signal, Arc::clone(&which), signal as usize);
            let _ = register(signal, Arc::clone(&stop));
        }
        SIGNAL.get_or_init(|| which);
        stop
    })
}

/// The exit code of an interrupted command: 128 and the signal's number, 130 for ^C and 143 for SIGTERM.
pub fn code() -> u8 {
    let signal = SIGNAL.get().map_or(0, |signal| signal.load(Ordering::SeqCst));
    if signal == SIGTERM as usize { 143 } else { 130 }
}
