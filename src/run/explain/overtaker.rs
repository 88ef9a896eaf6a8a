//! Which message is handled instead of a late one: heard while the run is played, so that no trace is kept.

use crate::run::deviate::Subject;
use crate::scenario::Scenario;
use crate::trace::{Event, Message, MessageId, Observer};

use super::Place;

/// Listens for the message that is handled before a late one, at its place and after it had arrived.
pub(super) struct Overtaker<'a> {
    scenario: &'a Scenario,
    /// The late message, which of its deliveries, and where; none for deviations that make nothing late.
    late: Option<(MessageId, u32, Place)>,
    /// The number of the event at which it would have been handled, from 1.
    arrived: usize,
    /// Events so far.
    events: usize,
    /// Deliveries of the late message so far.
    times: u32,
    /// What has passed it; for good, once it is handled itself.
    before: Option<(Message, u64)>,
    is_over: bool,
}

impl<'a> Overtaker<'a> {
    pub fn of(scenario: &'a Scenario, subject: Subject, arrived: usize) -> Self {
        let late = match subject {
            Subject::Arrival(id, nth) => Some((id, nth, Place::of(scenario, id))),
            _ => None,
        };
        Overtaker { scenario, late, arrived, events: 0, times: 0, before: None, is_over: false }
    }

    /// The message, and when it was handled, ns. A late one that is never handled was passed by what came last.
    pub fn found(self) -> Option<(Message, u64)> {
        self.before
    }
}

impl Observer for Overtaker<'_> {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.events += 1;
        let (Some((late, nth, here)), Event::Delivered { message }, false) = (self.late, event, self.is_over)
        else {
            return;
        };
        self.times += u32::from(message.id == late);
        if message.id == late && self.times == nth {
            self.is_over = true;
        } else if self.events >= self.arrived && Place::of(self.scenario, message.id) == here {
            self.before = Some((*message, at_ns));
        }
    }
}
