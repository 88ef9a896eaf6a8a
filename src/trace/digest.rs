//! The fingerprint of a run: 128 bits over the scenario hash, the seed and every event.
//!
//! An event is two to five little-endian words of 64 bits, the first of them its tag and its time; they go through
//! xxh3-128. Nothing depends on how Rust lays out or hashes a type. The layout is part of the engine epoch:
//!
//! ```text
//!   word 0   │ tag (6) │ time, ns (58) │
//!   message  │ attempt (32) │ value (16) │ proposer (6) │ node (6) │ lost (1) │ which (3) │, then by tag
//! ```
//!
//! `which` is prepare, promise, accept, accepted, announce, the rejection of a prepare, that of an accept.

use std::fmt;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::{Answer, Event, Kind, Message, Observer, SubmissionId};

/// A run's fingerprint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u128);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Bytes gathered before they are hashed.
const BUFFER: usize = 16384;
/// No event is longer.
const LONGEST: usize = 40;
const TAG_SHIFT: u32 = 58;
/// Stands for "no value".
const NO_VALUE: SubmissionId = SubmissionId::MAX;

/// Takes a run's digest.
#[derive(Clone)]
pub struct DigestObserver {
    hasher: Xxh3,
    buffer: Box<[u8; BUFFER]>,
    used: usize,
    /// Whether the hasher has taken anything of this run.
    flushed: bool,
}

impl fmt::Debug for DigestObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DigestObserver").field("used", &self.used).finish_non_exhaustive()
    }
}

impl DigestObserver {
    /// For a run of the scenario with this hash.
    pub fn new(scenario_hash: u128, seed: u64) -> Self {
        let mut digest =
            DigestObserver { hasher: Xxh3::new(), buffer: Box::new([0; BUFFER]), used: 0, flushed: false };
        digest.begin(scenario_hash, seed);
        digest
    }

    /// Begins another run.
    pub fn begin(&mut self, scenario_hash: u128, seed: u64) {
        if self.flushed {
            self.hasher.reset();
        }
        (self.used, self.flushed) = (0, false);
        self.put([scenario_hash as u64, (scenario_hash >> 64) as u64, seed]);
    }

    /// The digest of all events since the beginning; to go on, begin another run.
    pub fn finish(&mut self) -> Digest {
        let bytes = &self.buffer[..self.used];
        // At one go where the buffer holds all of the run: the same digest, at a third of the price.
        let digest = if self.flushed {
            self.hasher.update(bytes);
            self.hasher.digest128()
        } else {
            xxh3_128(bytes)
        };
        Digest(digest)
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, words: [u64; N]) {
        let out = &mut self.buffer[self.used..self.used + 8 * N];
        for (out, word) in out.chunks_exact_mut(8).zip(words) {
            out.copy_from_slice(&word.to_le_bytes());
        }
        self.used += 8 * N;
    }

    #[cold]
    #[inline(never)]
    fn flush(&mut self) {
        self.hasher.update(&self.buffer[..self.used]);
        (self.used, self.flushed) = (0, true);
    }

    #[cold]
    #[inline(never)]
    fn put_rare(&mut self, at_ns: u64, event: &Event) {
        let head = |tag: u64| tag << TAG_SHIFT | at_ns;
        match *event {
            Event::Submitted { proposer, submission } => {
                self.put([head(6), u64::from(proposer) | u64::from(submission) << 8]);
            }
            Event::CallFailed { proposer, node, phase } => {
                self.put([head(7), bytes(proposer, node, phase, 0)])
            }
            Event::Learned { proposer, ballot, value } => {
                self.put([head(8), u64::from(proposer) | u64::from(value) << 8, ballot.0]);
            }
            Event::NodeLearned { node, value } => {
                self.put([head(9), u64::from(node) | u64::from(value) << 8])
            }
            Event::Failed { proposer, attempt, why, phase, count } => {
                self.put([head(10), bytes(proposer, why as u8, phase, count) | u64::from(attempt) << 32]);
            }
            Event::RetryAfter { proposer, delay_ns } => self.put([head(11), u64::from(proposer), delay_ns]),
            Event::Answered { proposer, submission, answer, counter } => {
                let (phase, count, value) = match answer {
                    Answer::Succeeded { value } => (0, 0, value),
                    Answer::Failed { phase, count } => (phase, count, NO_VALUE),
                };
                let told = bytes(proposer, phase, count, 0);
                self.put([head(12), told | u64::from(submission) << 32 | u64::from(value) << 48, counter]);
            }
            Event::Read { node, value } => {
                self.put([head(13), u64::from(node) | u64::from(value.unwrap_or(NO_VALUE)) << 8]);
            }
            Event::ReadFailed { node } => self.put([head(14), u64::from(node)]),
            Event::Stopped { reason } => self.put([head(15), reason as u64]),
            Event::Crashed { node } => self.put([head(16), u64::from(node)]),
            Event::Restarted { node } => self.put([head(17), u64::from(node)]),
            Event::Paused { node } => self.put([head(18), u64::from(node)]),
            Event::Resumed { node } => self.put([head(19), u64::from(node)]),
            Event::Slowed { node, slow } => self.put([head(20), bytes(node, u8::from(slow), 0, 0)]),
            Event::ClockRate { node, ppm } => self.put([head(21), u64::from(node) | u64::from(ppm) << 32]),
            Event::Cut { from, to } => self.put([head(22), u64::from(from), to.0]),
            Event::Duplicated { ref message, delay_ns } => {
                self.put([head(23), name(message, false), delay_ns]);
            }
            Event::Dropped { ref message, why, copy } => {
                self.put([head(24), name(message, true), bytes(why as u8, u8::from(copy), 0, 0)]);
            }
            Event::Queued { ref message } => self.put([head(25), name(message, false)]),
            Event::Aborted { proposer, attempt } => {
                self.put([head(26), u64::from(proposer) | u64::from(attempt) << 8]);
            }
            Event::Abandoned { proposer, submission } => {
                self.put([head(27), u64::from(proposer) | u64::from(submission) << 8]);
            }
            // Written where they are taken, for they are many.
            Event::Started { .. }
            | Event::Proposed { .. }
            | Event::Sent { .. }
            | Event::Delivered { .. }
            | Event::Promised { .. }
            | Event::Voted { .. } => {}
        }
    }
}

/// Four bytes in one word.
fn bytes(a: u8, b: u8, c: u8, d: u8) -> u64 {
    u64::from(u32::from_le_bytes([a, b, c, d]))
}

/// A message's name and value in one word; see the module's picture.
#[inline(always)]
fn name(message: &Message, lost: bool) -> u64 {
    let id = &message.id;
    let which = match message.kind {
        Kind::Prepare => 0,
        Kind::Promise => 1,
        Kind::Accept => 2,
        Kind::Accepted => 3,
        Kind::Announce => 4,
        Kind::Other => 6,
        Kind::Reject => 3 + 2 * u64::from(id.phase),
    };
    u64::from(id.attempt) << 32
        | u64::from(message.value.unwrap_or(NO_VALUE)) << 16
        | u64::from(id.proposer & 63) << 10
        | u64::from(id.node & 63) << 4
        | u64::from(lost) << 3
        | which
}

impl Observer for DigestObserver {
    #[inline(always)]
    fn on(&mut self, at_ns: u64, event: &Event) {
        if self.used > BUFFER - LONGEST {
            self.flush();
            // Said here again, so that the compiler sees that what follows fits.
            self.used = 0;
        }
        let head = |tag: u64| tag << TAG_SHIFT | at_ns;
        match *event {
            Event::Sent { ref message, delay_ns, lost } => {
                self.put([head(0), name(message, lost), delay_ns, message.ballot.0, message.about.0]);
            }
            // Its contents were hashed when it was sent.
            Event::Delivered { ref message } => self.put([head(1), name(message, false)]),
            Event::Promised { node, ballot } => self.put([head(2), u64::from(node), ballot.0]),
            Event::Voted { node, ballot, value } => {
                self.put([head(3), u64::from(node) | u64::from(value) << 8, ballot.0]);
            }
            Event::Started { proposer, attempt, ballot } => {
                self.put([head(4), u64::from(proposer) | u64::from(attempt) << 8, ballot.0]);
            }
            Event::Proposed { proposer, ballot, value } => {
                self.put([head(5), u64::from(proposer) | u64::from(value) << 8, ballot.0]);
            }
            _ => self.put_rare(at_ns, event),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::BallotId;

    fn digest(events: u64, change: Option<u64>) -> Digest {
        let mut digest = DigestObserver::new(1, 2);
        for i in 0..events {
            let at = if change == Some(i) { i + 1_000_000 } else { i };
            digest.on(at, &Event::Promised { node: 3, ballot: BallotId(i) });
        }
        digest.finish()
    }

    #[test]
    fn short_and_long_runs_depend_on_every_event_and_on_nothing_before() {
        for events in [0, 1, 300, 341, 342, 5000] {
            assert_eq!(digest(events, None), digest(events, None));
            let mut seen = vec![digest(events, None)];
            seen.extend((0..events).step_by(97).map(|i| digest(events, Some(i))));
            let all = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), all, "{events} events");
        }
        let mut again = DigestObserver::new(9, 9);
        for i in 0..5000 {
            again.on(i, &Event::Promised { node: 1, ballot: BallotId(i) });
        }
        again.finish();
        again.begin(1, 2);
        again.on(0, &Event::Promised { node: 3, ballot: BallotId(0) });
        assert_eq!(again.finish(), digest(1, None));
    }
}
