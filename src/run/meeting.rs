//! Whether submissions race: two proposers of which each began before the other's client had its answer.
//!
//! This is the one meaning of the word in what Synod prints. Absent on purpose: who wins, and why.

use crate::trace::{Event, Observer, ProposerId};

/// When each proposer was at work, as events are told.
#[derive(Clone, Debug, Default)]
pub struct Meeting {
    /// From the beginning of an attempt to the client's answer, ns; the latter open.
    spans: Vec<(ProposerId, u64, Option<u64>)>,
}

impl Meeting {
    /// Whether two of them were at work at one time.
    pub fn met(&self) -> bool {
        self.spans.iter().enumerate().any(|(i, a)| {
            self.spans[..i].iter().any(|b| {
                let (from, until) = (a.1.max(b.1), a.2.unwrap_or(u64::MAX).min(b.2.unwrap_or(u64::MAX)));
                a.0 != b.0 && from <= until
            })
        })
    }

    /// Who began first.
    pub fn began_first(&self) -> Option<ProposerId> {
        self.spans.iter().min_by_key(|span| span.1).map(|span| span.0)
    }

    /// Where no two met: the first whose client had its answer, the next to begin after that, and how much later, ns.
    pub fn apart(&self) -> Option<(ProposerId, ProposerId, u64)> {
        if self.met() {
            return None;
        }
        let first = self.spans.iter().min_by_key(|span| span.1)?;
        let answered = first.2?;
        let later = self.spans.iter().filter(|span| span.0 != first.0 && span.1 >= answered);
        let next = later.min_by_key(|span| span.1)?;
        Some((first.0, next.0, next.1 - answered))
    }
}

impl Observer for Meeting {
    fn on(&mut self, at_ns: u64, event: &Event) {
        match *event {
            Event::Started { proposer, .. } => {
                let open = self.spans.iter().any(|span| span.0 == proposer && span.2.is_none());
                if !open {
                    self.spans.push((proposer, at_ns, None));
                }
            }
            Event::Answered { proposer, .. } => {
                for span in self.spans.iter_mut().filter(|span| span.0 == proposer && span.2.is_none()) {
                    span.2 = Some(at_ns);
                }
            }
            _ => {}
        }
    }
}
