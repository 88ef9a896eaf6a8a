//! The fingerprint of a run: 128 bits over the scenario hash, the seed and every event.
//!
//! Fields are written little-endian and at fixed widths, a tag byte first, into xxh3-128; nothing depends on how Rust
//! lays out or hashes a type. The layout is part of the engine epoch.

use std::fmt;

use xxhash_rust::xxh3::Xxh3;

use super::{Answer, Event, Message, MessageId, Observer, SubmissionId};

/// A run's fingerprint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub u128);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Bytes gathered before they are hashed.
const BUFFER: usize = 4096;
/// No event is longer.
const LONGEST: usize = 64;
/// Stands for "no value".
const NO_VALUE: SubmissionId = SubmissionId::MAX;

/// Takes a run's digest.
#[derive(Clone)]
pub struct DigestObserver {
    hasher: Xxh3,
    buffer: Box<[u8; BUFFER]>,
    used: usize,
}

impl fmt::Debug for DigestObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DigestObserver").field("used", &self.used).finish_non_exhaustive()
    }
}

impl DigestObserver {
    /// For a run of the scenario with this hash.
    pub fn new(scenario_hash: u128, seed: u64) -> Self {
        let mut digest = DigestObserver { hasher: Xxh3::new(), buffer: Box::new([0; BUFFER]), used: 0 };
        digest.begin(scenario_hash, seed);
        digest
    }

    /// Begins another run.
    pub fn begin(&mut self, scenario_hash: u128, seed: u64) {
        self.hasher.reset();
        self.used = 0;
        self.put(&scenario_hash.to_le_bytes());
        self.put(&seed.to_le_bytes());
    }

    /// The digest of all events so far.
    pub fn finish(&mut self) -> Digest {
        self.hasher.update(&self.buffer[..self.used]);
        self.used = 0;
        Digest(self.hasher.digest128())
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, bytes: &[u8; N]) {
        self.buffer[self.used..self.used + N].copy_from_slice(bytes);
        self.used += N;
    }

    fn put_id(&mut self, id: &MessageId) {
        self.put(&id.attempt.to_le_bytes());
        self.put(&[id.proposer, id.phase, id.node, u8::from(id.reply)]);
    }

    fn put_message(&mut self, message: &Message) {
        self.put_id(&message.id);
        self.put(&message.ballot.0.to_le_bytes());
        self.put(&message.about.0.to_le_bytes());
        self.put(&message.value.unwrap_or(NO_VALUE).to_le_bytes());
        self.put(&[message.kind as u8]);
    }

    fn put_event(&mut self, event: &Event) {
        match *event {
            Event::Submitted { proposer, submission } => {
                self.put(&[1, proposer]);
                self.put(&submission.to_le_bytes());
            }
            Event::Started { proposer, attempt, ballot } => {
                self.put(&[2, proposer]);
                self.put(&attempt.to_le_bytes());
                self.put(&ballot.0.to_le_bytes());
            }
            Event::Proposed { proposer, ballot, value } => {
                self.put(&[3, proposer]);
                self.put(&ballot.0.to_le_bytes());
                self.put(&value.to_le_bytes());
            }
            Event::Sent { ref message, delay_ns, lost } => {
                self.put(&[4, u8::from(lost)]);
                self.put_message(message);
                self.put(&delay_ns.to_le_bytes());
            }
            // Its contents were hashed when it was sent.
            Event::Delivered { ref message } => {
                self.put(&[5, message.kind as u8]);
                self.put_id(&message.id);
            }
            Event::CallFailed { proposer, node, phase } => self.put(&[6, proposer, node, phase]),
            Event::Promised { node, ballot } => {
                self.put(&[7, node]);
                self.put(&ballot.0.to_le_bytes());
            }
            Event::Voted { node, ballot, value } => {
                self.put(&[8, node]);
                self.put(&ballot.0.to_le_bytes());
                self.put(&value.to_le_bytes());
            }
            _ => self.put_rare_event(event),
        }
    }

    fn put_rare_event(&mut self, event: &Event) {
        match *event {
            Event::Learned { proposer, ballot, value } => {
                self.put(&[9, proposer]);
                self.put(&ballot.0.to_le_bytes());
                self.put(&value.to_le_bytes());
            }
            Event::NodeLearned { node, value } => {
                self.put(&[10, node]);
                self.put(&value.to_le_bytes());
            }
            Event::Failed { proposer, attempt, why, phase, count } => {
                self.put(&[11, proposer, why as u8, phase, count]);
                self.put(&attempt.to_le_bytes());
            }
            Event::RetryAfter { proposer, delay_ns } => {
                self.put(&[12, proposer]);
                self.put(&delay_ns.to_le_bytes());
            }
            Event::Answered { proposer, submission, answer, counter } => {
                let (told, value) = match answer {
                    Answer::Succeeded { value } => ([0, 0], value),
                    Answer::Failed { phase, count } => ([phase, count], NO_VALUE),
                };
                self.put(&[13, proposer, told[0], told[1]]);
                self.put(&submission.to_le_bytes());
                self.put(&value.to_le_bytes());
                self.put(&counter.to_le_bytes());
            }
            Event::Read { node, value } => {
                self.put(&[14, node]);
                self.put(&value.unwrap_or(NO_VALUE).to_le_bytes());
            }
            Event::Stopped { reason } => self.put(&[15, reason as u8]),
            _ => {}
        }
    }
}

impl Observer for DigestObserver {
    #[inline(never)]
    fn on(&mut self, at_ns: u64, event: &Event) {
        if self.used + LONGEST > BUFFER {
            self.hasher.update(&self.buffer[..self.used]);
            self.used = 0;
        }
        self.put(&at_ns.to_le_bytes());
        self.put_event(event);
    }
}
