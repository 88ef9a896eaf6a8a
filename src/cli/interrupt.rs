//! ^C, SIGTERM and SIGHUP: obeyed within a second, whatever is being done, with a word on what is kept.
//!
//! Work that keeps something looks at the [`flag`] between its pieces, and its command says what it has ([`caught`]). What
//! does not look in time (a file that is parsed, a page that is rendered) has nothing to keep: the process ends in the middle
//! of it, with the words that were left for that ([`keep`]). All that is written bears it, as it bears a kill. A second
//! signal ends the process at once. Absent on purpose: what is kept, and how.
//!
//! ```text
//!   signal ──▶ flag ──▶ looked at in time? ──yes──▶ the command prints what it has ──▶ 129, 130, 143
//!                                          ──no───▶ the last words ──▶ 129, 130, 143
//! ```

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag::{register, register_conditional_shutdown, register_usize};

use super::exit::command_line;
use super::printer::Printer;

/// Longer than two processes are apart, shorter than two strokes of a key.
const GRACE: Duration = Duration::from_millis(200);
/// What work that looks at the flag may take beyond that to notice: a piece of it, a few times.
const PATIENCE: Duration = Duration::from_millis(500);

static SIGNALS: OnceLock<Signals> = OnceLock::new();
static STATE: Mutex<State> = Mutex::new(State { doing: None, kept: None, looks: false, caught: false });
static CAUGHT: Condvar = Condvar::new();

/// What the signals set.
struct Signals {
    stop: Arc<AtomicBool>,
    which: Arc<AtomicUsize>,
    /// From now on a signal ends the process at once.
    impatient: Arc<AtomicBool>,
}

/// What there is to say if the process is to end now.
struct State {
    /// What is being done.
    doing: Option<&'static str>,
    /// What is kept, and whether the command is worth giving again.
    kept: Option<(String, bool)>,
    /// Whether somebody looks at the flag.
    looks: bool,
    /// Whether somebody saw it.
    caught: bool,
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on signals are obeyed as the module says.
pub fn install(printer: &Printer) {
    #[cfg(unix)]
    watch(signals(), *printer);
    // Elsewhere there is nothing to wait with: a signal ends the process, until somebody looks at the flag.
    #[cfg(not(unix))]
    let _ = printer;
}

fn signals() -> &'static Signals {
    SIGNALS.get_or_init(|| {
        let [stop, impatient] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
        let which = Arc::new(AtomicUsize::new(0));
        for signal in wishes() {
            // Without a handler a signal still ends the process: no reason to fail.
            let _ = register_conditional_shutdown(signal, 128 + signal, Arc::clone(&impatient));
            let _ = register_usize(signal, Arc::clone(&which), signal as usize);
            let _ = register(signal, Arc::clone(&stop));
        }
        Signals { stop, which, impatient }
    })
}

/// The signals that are a wish to end. A terminal that closes sends SIGHUP; a command that was started to outlive it, by `nohup`,
/// ignores that signal, and goes on doing so. Where nobody can tell, the signal ends the process, and a journal is whole.
fn wishes() -> Vec<i32> {
    let mut all = vec![SIGINT, SIGTERM];
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    if ignored.is_some_and(|mask| mask & (1 << (SIGHUP - 1)) == 0) {
        all.push(SIGHUP);
    }
    all
}

/// The flag. Who asks for it looks at it every few hundred milliseconds, and says when it was seen.
pub fn flag() -> &'static AtomicBool {
    state().looks = true;
    &signals().stop
}

/// Whether an end is wished for.
pub fn is_wished() -> bool {
    SIGNALS.get().is_some_and(|signals| signals.stop.load(Ordering::Relaxed))
}

/// Whether an end is wished for; if so, what is said of it is the caller's business from now on.
pub fn caught() -> bool {
    let wished = is_wished();
    state().caught |= wished;
    CAUGHT.notify_all();
    wished
}

/// What is being done from now on; none between two things.
pub fn doing(what: Option<&'static str>) {
    state().doing = what;
}

/// What is said to be kept if the process ends from now on; followed by the command, if it is to be given `again`.
pub fn keep(what: impl Into<String>, again: bool) {
    state().kept = Some((what.into(), again));
}

/// Says what was interrupted, and what is kept.
pub fn say(printer: &Printer) {
    super::progress::clear();
    let state = state();
    let doing = state.doing.map_or_else(String::new, |what| format!(" while {what}"));
    match &state.kept {
        None => printer.error(&format!("interrupted{doing}")),
        Some((kept, false)) => printer.error(&format!("interrupted{doing}; {kept}")),
        Some((kept, true)) => {
            printer.error(&format!("interrupted{doing}; {kept}:"));
            printer.last_line(&command_line());
        }
    }
}

/// Waits for the first signal, and sees to it that it is obeyed.
#[cfg(unix)]
fn watch(signals: &'static Signals, printer: Printer) {
    /// Enough to wait, whatever the environment says of stacks.
    const STACK: usize = 256 << 10;
    // Where no signal can be waited for, the second ends the process in any case.
    let Ok(mut coming) = signal_hook::iterator::Signals::new(wishes()) else {
        return signals.impatient.store(true, Ordering::SeqCst);
    };
    let wait = move || {
        if coming.forever().next().is_none() {
            return;
        }
        let is_caught = is_caught_within(GRACE);
        signals.impatient.store(true, Ordering::SeqCst);
        if !is_caught && !is_caught_within(PATIENCE) {
            say(&printer);
            // Nothing is dropped here, so users' programs would be left to themselves.
            crate::child::kill_all();
            std::process::exit(code().into());
        }
    };
    // Without a thread nobody can be impatient, and work that looks at the flag still ends.
    let _ = std::thread::Builder::new().name("signals".to_owned()).stack_size(STACK).spawn(wait);
}

/// Whether somebody sees the flag within this time; if nobody looks, nobody will.
#[cfg(unix)]
fn is_caught_within(time: Duration) -> bool {
    let looks = state().looks;
    if !looks {
        return false;
    }
    let waited = CAUGHT.wait_timeout_while(state(), time, |state| !state.caught);
    waited.unwrap_or_else(PoisonError::into_inner).0.caught
}

/// The exit code of an interrupted command: 128 and the signal's number, 130 for ^C, 143 for SIGTERM and 129 for SIGHUP.
pub fn code() -> u8 {
    let signal = SIGNALS.get().map_or(0, |signals| signals.which.load(Ordering::SeqCst));
    u8::try_from(signal).ok().filter(|&signal| signal > 0).map_or(130, |signal| 128 + signal)
}
