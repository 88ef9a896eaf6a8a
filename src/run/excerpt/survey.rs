//! What is to be known of a long run before a stretch of it is recorded: how long it is, where its choice lies, and how
//! many events the stretch has.
//!
//! Absent on purpose: events; a whole run is looked at, and a few hundred times are kept.

use std::collections::VecDeque;

use super::Window;
use super::choice::{Choice, ChoiceFinder};
use crate::run::livelock::Certificate;
use crate::scenario::Scenario;
use crate::trace::{Event, Observer};

/// Looks at a whole run.
#[derive(Clone, Debug)]
pub struct Survey {
    finder: ChoiceFinder,
    wanted: Option<Window>,
    /// Events in the stretch that is shown if nobody asks for another.
    around: usize,
    /// The times of the last events, one more than `around`; of the stretch around the choice, once that is complete.
    recent: VecDeque<u64>,
    /// The first events.
    first: Option<Window>,
    /// The stretch around the choice.
    found: Option<Window>,
    /// What the run repeats for ever.
    period: Option<Window>,
    /// How many events the run has.
    pub events: usize,
    /// When the first one happened, ns.
    pub first_ns: u64,
    /// When the last one happened, ns.
    pub last_ns: u64,
    /// How many events the stretch has that is asked for.
    pub in_window: usize,
}

impl Survey {
    /// For a run of this scenario; of a stretch of it, or of about so many events around its choice.
    pub fn new(scenario: &Scenario, wanted: Option<Window>, around: usize) -> Self {
        Survey {
            finder: ChoiceFinder::new(scenario),
            wanted,
            around,
            recent: VecDeque::with_capacity(around + 2),
            first: None,
            found: None,
            period: None,
            events: 0,
            first_ns: 0,
            last_ns: 0,
            in_window: 0,
        }
    }

    /// The run is proved to repeat this for ever; it is shown if it has no more events than fit.
    pub fn repeats(&mut self, proof: &Certificate) {
        self.period = Some(Window::of_period(proof)).filter(|_| proof.period_events as usize <= self.around);
    }

    /// The choice, if there has been one.
    pub const fn choice(&self) -> Option<Choice> {
        self.finder.found()
    }

    /// The stretch: the one that is asked for, else the default one.
    pub fn window(&self) -> Window {
        self.wanted.unwrap_or_else(|| self.default_window())
    }

    /// The period of a run that repeats itself with nothing chosen; else as [`Window::around`] has it.
    pub fn default_window(&self) -> Window {
        if let (Some(period), None) = (self.period, self.choice()) {
            return period;
        }
        if self.events <= self.around {
            return Window::ALL;
        }
        // A run that ends soon after its choice is shown from its end.
        let last = self.choice().and_then(|_| self.ends());
        self.found.or(last).or(self.first).unwrap_or(Window::ALL)
    }

    fn ends(&self) -> Option<Window> {
        let (&from_ns, &until_ns) = (self.recent.front()?, self.recent.back()?);
        Some(Window { from_ns, until_ns })
    }
}

impl Observer for Survey {
    fn on(&mut self, at_ns: u64, event: &Event) {
        let index = self.events;
        self.finder.on(index, at_ns, event);
        if index == 0 {
            self.first_ns = at_ns;
        }
        (self.events, self.last_ns) = (index + 1, at_ns);
        self.in_window += usize::from(self.wanted.is_some_and(|window| window.holds(at_ns)));
        if self.found.is_some() {
            return;
        }
        self.recent.push_back(at_ns);
        if self.recent.len() > self.around + 1 {
            self.recent.pop_front();
        }
        if index == self.around {
            self.first = self.ends();
        }
        let last = self.choice().map(|choice| (choice.event + self.around / 5).max(self.around));
        if last.is_some_and(|last| index >= last) {
            self.found = self.ends();
        }
    }
}
