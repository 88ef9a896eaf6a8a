//! ^C, SIGTERM and SIGHUP: a flag that long work looks at between runs, and which of them it was.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};

static STOP: OnceLock<Arc<AtomicBool>> = OnceLock::new();
static SIGNAL: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// The flag; from now on a first signal sets it. A second one ends the process at once, unless it comes right after the first:
/// a shell, `timeout` and a terminal's multiplexer send one wish twice, and it must not cost the last words.
pub fn flag() -> &'static AtomicBool {
    STOP.get_or_init(|| {
        let (stop, which) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let impatient = Arc::new(AtomicBool::new(false));
        for signal in signals() {
            // Without a handler a signal still ends the process: no reason to fail.
            let _ = register_conditional_shutdown(signal, 128 + signal, Arc::clone(&impatient));
            let _ = register_usize(signal, Arc::clone(&which), signal as usize);
            let _ = register(signal, Arc::clone(&stop));
        }
        arm(impatient);
        SIGNAL.get_or_init(|| which);
        stop
    })
}

/// The signals that are a wish to end. A terminal that closes sends SIGHUP; a command that was started to outlive it, by `nohup`,
/// ignores that signal, and goes on doing so. Where nobody can tell, the signal ends the process, and a journal is whole.
fn signals() -> Vec<i32> {
    let mut all = vec![SIGINT, SIGTERM];
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    if ignored.is_some_and(|mask| mask & (1 << (SIGHUP - 1)) == 0) {
        all.push(SIGHUP);
    }
    all
}

/// Sets the flag some time after the first signal.
#[cfg(unix)]
fn arm(impatient: Arc<AtomicBool>) {
    /// Longer than two processes are apart, shorter than two strokes of a key.
    const GRACE: std::time::Duration = std::time::Duration::from_millis(200);
    // Where no signal can be waited for, the second ends the process in any case.
    let Ok(mut signals) = signal_hook::iterator::Signals::new(signals()) else {
        return impatient.store(true, Ordering::SeqCst);
    };
    let flag = Arc::clone(&impatient);
    let wait = move || {
        if signals.forever().next().is_some() {
            pause(GRACE);
            flag.store(true, Ordering::SeqCst);
        }
    };
    // Without a thread nobody can be impatient, and the first signal still works.
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(wait);
}

/// Elsewhere there is nothing to wait with: a second signal counts when the work has looked at the first.
#[cfg(not(unix))]
fn arm(_impatient: Arc<AtomicBool>) {}

#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "a person's time, of which no result knows")]
fn pause(duration: std::time::Duration) {
    std::thread::sleep(duration);
}

/// The exit code of an interrupted command: 128 and the signal's number, 130 for ^C, 143 for SIGTERM and 129 for SIGHUP.
pub fn code() -> u8 {
    let signal = SIGNAL.get().map_or(0, |signal| signal.load(Ordering::SeqCst));
    u8::try_from(signal).ok().filter(|&signal| signal > 0).map_or(130, |signal| 128 + signal)
}
