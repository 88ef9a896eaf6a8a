//! The first events of a run, however long it is: a recorder whose memory has a bound.

use super::{Event, Observer};

/// Keeps the first events, and counts the others.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// In order, with times in ns.
    pub events: Vec<(u64, Event)>,
    /// Events that happened after these.
    pub unkept: u64,
    most: usize,
}

impl Beginning {
    /// Keeps so many events at most.
    pub const fn new(most: usize) -> Self {
        Beginning { events: Vec::new(), unkept: 0, most }
    }
}

impl Observer for Beginning {
    fn on(&mut self, at_ns: u64, event: &Event) {
        if self.events.len() < self.most {
            self.events.push((at_ns, *event));
        } else {
            self.unkept += 1;
        }
    }
}
