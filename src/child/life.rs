//! The life of a process, and its end: it and what it started are killed, and it is waited for.

use std::process::{Child, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A process, as those who may have to end it hold it.
pub(super) struct Life {
    child: Mutex<Child>,
    /// Its number, and that of its group.
    pid: u32,
}

/// A signal.
#[derive(Clone, Copy)]
pub(super) enum Signal {
    /// To whoever shows a stack at it.
    Where,
    Kill,
}

impl Life {
    pub fn new(child: Child) -> Self {
        Self { pid: child.id(), child: Mutex::new(child) }
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a signal to the process and to what it has started, unless it has been waited for: then its number is another's.
    pub fn signal(&self, signal: Signal) {
        let mut child = self.child();
        if !self.is_waited_for(&mut child) {
            self.send(&mut child, signal);
        }
    }

    #[cfg(unix)]
    fn send(&self, _: &mut Child, signal: Signal) {
        use rustix::process::{Pid, Signal as Named, kill_process_group};
        let named = match signal {
            Signal::Where => Named::USR2,
            Signal::Kill => Named::KILL,
        };
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        // Where nobody is left there is nobody to tell.
        let _ = pid.map(|pid| kill_process_group(pid, named));
    }

    #[cfg(not(unix))]
    fn send(&self, child: &mut Child, signal: Signal) {
        if let Signal::Kill = signal {
            let _ = child.kill();
        }
    }

    /// Waits for a process that has nothing more to say; kills it if it does not end within this time, and in any case what it
    /// has started. How it ended, or nothing if it had to be killed.
    pub fn end(&self, grace: Duration) -> Option<ExitStatus> {
        const LOOKS: u32 = 100;
        let looks = if grace.is_zero() { 1 } else { LOOKS };
        let by_itself = (0..looks).any(|_| {
            let ended = self.has_ended();
            if !ended && looks > 1 {
                // Nobody unparks it, and if somebody did it would only look more often.
                std::thread::park_timeout(grace / LOOKS);
            }
            ended
        });
        let mut child = self.child();
        if !self.is_waited_for(&mut child) {
            self.send(&mut child, Signal::Kill);
        }
        child.wait().ok().filter(|_| by_itself)
    }

    /// Whether somebody has waited for it, so that its number may be another's.
    #[cfg(unix)]
    fn is_waited_for(&self, _: &mut Child) -> bool {
        // The system knows a child until it is waited for.
        self.look().is_err()
    }

    #[cfg(not(unix))]
    fn is_waited_for(&self, child: &mut Child) -> bool {
        child.try_wait().is_ok_and(|status| status.is_some())
    }

    /// Whether it has ended, be it waited for or not.
    #[cfg(unix)]
    fn has_ended(&self) -> bool {
        !matches!(self.look(), Ok(None))
    }

    #[cfg(not(unix))]
    fn has_ended(&self) -> bool {
        self.is_waited_for(&mut self.child())
    }

    /// Looks whether it has ended, without waiting for it.
    #[cfg(unix)]
    fn look(&self) -> rustix::io::Result<Option<rustix::process::WaitIdStatus>> {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw).ok_or(rustix::io::Errno::CHILD)?;
        waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT)
    }
}

/// How it ended, in words.
pub(super) fn in_words(status: Option<ExitStatus>) -> String {
    let Some(status) = status else { return "it closed its stdout and went on, so it was killed".to_owned() };
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("it was ended by signal {signal}{}", name_of(signal));
    }
    status.code().map_or_else(|| "it ended".to_owned(), |code| format!("it ended with exit status {code}"))
}

/// The names of signals that programs end by, which have these numbers everywhere.
#[cfg(unix)]
fn name_of(signal: i32) -> &'static str {
    match signal {
        1 => ", SIGHUP",
        2 => ", SIGINT",
        4 => ", SIGILL",
        6 => ", SIGABRT",
        8 => ", SIGFPE",
        9 => ", SIGKILL (by somebody, or for want of memory)",
        11 => ", SIGSEGV",
        13 => ", SIGPIPE",
        15 => ", SIGTERM",
        _ => "",
    }
}
