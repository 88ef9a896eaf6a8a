//! The stretch of a run that a picture shows: given, or chosen around the instant that decides.
//!
//! Absent on purpose: pictures. A long run drawn whole can be read by nobody, and by some viewers not at all.

use std::fmt;
use std::str::FromStr;

use crate::run::livelock::Certificate;
use crate::scenario::Duration;
use crate::trace::Event;

/// A stretch of virtual time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its beginning, ns.
    pub from_ns: u64,
    /// Its end, ns.
    pub until_ns: u64,
}

impl Window {
    /// All of a run.
    pub const ALL: Window = Window { from_ns: 0, until_ns: u64::MAX };

    /// Whether an instant lies in it.
    pub const fn holds(self, at_ns: u64) -> bool {
        self.from_ns <= at_ns && at_ns <= self.until_ns
    }

    /// The first period of a run that is proved to repeat itself, from a state to the one that is the same but for higher ballots.
    pub fn of_period(proof: &Certificate) -> Window {
        Window { from_ns: proof.prefix_ns, until_ns: proof.prefix_ns.saturating_add(proof.period_ns) }
    }

    /// At most about so many events: all, or those around the event `choice`, four fifths of them before it; without
    /// a choice, the first. Events of one instant are never parted, so there may be more.
    pub fn around(events: &[(u64, Event)], choice: Option<usize>, most: usize) -> Window {
        let Some(last) = events.len().checked_sub(1) else { return Window::ALL };
        if events.len() <= most {
            return Window::ALL;
        }
        let until = choice.map_or(most, |at| at + most / 5).clamp(most, last);
        Window { from_ns: events[until - most].0, until_ns: events[until].0 }
    }
}

/// `FROM..TO`, as in `437ms..440ms`; an end that is left out is the run's.
impl FromStr for Window {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || "write FROM..TO, e.g. 437ms..440ms; either end may be left out".to_owned();
        let (from, until) = text.split_once("..").ok_or_else(shape)?;
        let end = |text: &str, missing: u64| match text.trim() {
            "" => Ok(missing),
            text => text.parse::<Duration>().map(Duration::ns).map_err(|error| error.to_string()),
        };
        let window = Window { from_ns: end(from, 0)?, until_ns: end(until, u64::MAX)? };
        if window.from_ns > window.until_ns {
            return Err("ends before it begins".to_owned());
        }
        Ok(window)
    }
}

/// As [`FromStr`] reads it, in exact nanoseconds.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from_ns, self.until_ns) {
            (from, u64::MAX) => write!(f, "{from}ns.."),
            (from, until) => write!(f, "{from}ns..{until}ns"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::StopReason;

    #[test]
    fn windows_are_read_as_they_are_written() {
        let window: Window = "437ms..440.5ms".parse().unwrap();
        assert_eq!(window, Window { from_ns: 437_000_000, until_ns: 440_500_000 });
        assert_eq!(window.to_string().parse(), Ok(window));
        assert_eq!("..5us".parse(), Ok(Window { from_ns: 0, until_ns: 5_000 }));
        assert_eq!(Window::ALL.to_string().parse(), Ok(Window::ALL));
        for wrong in ["5ms", "5..6", "6ms..5ms", "a..b", "1ms..2ms..3ms"] {
            assert!(wrong.parse::<Window>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_long_run_is_shown_around_its_choice() {
        let events: Vec<_> =
            (0..1000).map(|i| (i, Event::Stopped { reason: StopReason::Quiescent })).collect();
        assert_eq!(Window::around(&events[..50], None, 50), Window::ALL);
        assert_eq!(Window::around(&events, Some(500), 100), Window { from_ns: 420, until_ns: 520 });
        assert_eq!(Window::around(&events, Some(10), 100), Window { from_ns: 0, until_ns: 100 });
        assert_eq!(Window::around(&events, Some(998), 100), Window { from_ns: 899, until_ns: 999 });
        assert_eq!(Window::around(&events, None, 100), Window { from_ns: 0, until_ns: 100 });
    }
}
