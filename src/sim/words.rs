//! Addressed randomness: every random word of a run is a pure function of (epoch key, seed, address).
//!
//! Nothing is consumed, so nothing that happens in a run can shift a later draw. Absent on purpose: what a word
//! means (that is `delay`), and any other source of randomness.
//!
//! # Layout, version 1
//!
//! One ChaCha8 key per engine epoch; the stream number is the run's seed; the block position is the address. A
//! *refill* is the 4 blocks (256 bytes, 32 words of 64 bits) that `rand_chacha` makes at a time, and refill `r`
//! begins at block `4 r`:
//!
//! ```text
//!   r, 62 bits   │ region (4) │ caller (8) │ 0 (2) │ attempt (40) │ part (8) │
//!
//!   region 0  opening   r = caller / 2; the first attempts of two callers share it, 16 words each (clusters of
//!                       at most 3 nodes; in larger ones a first attempt lies in region 1 as any other)
//!   region 1  attempts  the words of one attempt, 32 to a part
//!   region 2  ties      the tie keys of that attempt's messages, same shape
//!   region 3  announce  the fates of that attempt's announcements, word n for node n, and their tie keys, word 64 + n
//!   region 4  agenda    tie keys of submissions and reads: caller = kind, attempt = index, word = the how-manieth read
//!   region 5  rare      duplicates, service times, drawn faults, retries after a crash (see below)
//!   region 6  reserved for correlated delays
//!   region 8  swarm     the knobs of a swarm's scenario: stream = block, caller = knob
//!   region 9  foreign   messages of a user's own nodes that have no place above: caller = sender, attempt = type (8) and the
//!                       how-manieth on its link (24), word 4 · receiver for the fate, + 1 for the tie key, + 2 for a copy;
//!                       and timers drawn from a range: caller = node, type 255, word 0 and 1
//!   region 10 own       the words of activations of a user's own nodes: caller = node, attempt and word by the cause's hash
//!   region 11 again     messages with a place above that are sent again: caller and attempt as there, with the how-manieth
//!                       time (8) above the attempt (24), word m by the message's place, 1024 + m for its tie key
//! ```
//!
//! Region 5 is divided by the upper 8 of the 40 bits of the attempt:
//!
//! ```text
//!   0  duplicates  caller and attempt of the message; word m for whether there is a copy and its delay, word 4096 + m
//!                  for the fate of the answer to a copy, where m is the message's place (see `place`)
//!   1  service     caller and attempt of the message; word m for the time that a slow node takes over it, 4096 + m
//!                  for its copy
//!   2  faults      caller = kind of fault, attempt = node, or 0, plus 256 for every 2048 cycles; four words a cycle:
//!                  the time to the fault, how long it lasts, whom it strikes, reserved
//!   3  restarts    caller, attempt = the how-manieth restart that it lives to see: the wait before it tries again
//! ```
//!
//! Within an attempt, word 0 is the start delay (attempt 1 only), 1 the tie key of the start, 2 the back-off after
//! the attempt, 3 the tie key of its timers (time-outs, and the retry that follows); then come four words a node:
//! prepare, its reply, accept, its reply. A word's upper 32 bits make the delay, its lower 32 the loss.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The engine epoch: raised whenever any (scenario, seed) gives another trace than before.
pub const EPOCH: u32 = 3;

/// The key carries the version of the layout: another layout gets another key, never the same words elsewhere.
const KEY: [u8; 32] = *b"synod: addressed words, layout 1";

/// 64-bit words in a refill.
const REFILL: usize = 32;
/// Words of an attempt in a cluster of at most 3 nodes.
const SMALL: usize = 16;
/// Words before the first node's.
const HEAD: usize = 4;

/// A part of the address space; see the module's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Region {
    /// First attempts of small clusters.
    Opening = 0,
    /// Fates of messages, starts and back-offs.
    Attempts = 1,
    /// Tie keys of messages.
    Ties = 2,
    /// Fates of announcements.
    Announce = 3,
    /// Tie keys of submissions and reads.
    Agenda = 4,
    /// Duplicates, faults, service times.
    Rare = 5,
    /// The knobs of a swarm's scenarios.
    Swarm = 8,
    /// Messages of a user's own nodes that have no place above, and their timers.
    Foreign = 9,
    /// The own randomness of a user's own nodes.
    Own = 10,
    /// Messages that are sent again.
    Again = 11,
}

/// The place of a refill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// In this part of the space.
    pub region: Region,
    /// For this caller.
    pub caller: u8,
    /// For this attempt of the caller.
    pub attempt: u32,
}

/// What a rare word is for: a part of region 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rare {
    /// Second copies of messages.
    Duplicates = 0,
    /// How long a slow node takes over a message.
    Service = 1,
    /// When faults strike, how long they last, and whom they strike.
    Faults = 2,
    /// The wait before a client tries again after a crash.
    Restarts = 3,
}

/// The place of a message among the rare words of its attempt: its word in the attempt for phases 1 and 2, 1024 + node
/// for an announcement (phase 3).
pub const fn place(phase: u8, node: u8, reply: bool) -> usize {
    if phase == 3 { 1024 + node as usize } else { Slot::message(phase, node, reply).0 }
}

/// Where the words about copies begin.
pub const OF_COPY: usize = 4096;

impl Address {
    fn refill(self, part: usize) -> u64 {
        (self.region as u64) << 58 | (self.caller as u64) << 50 | (self.attempt as u64) << 8 | part as u64
    }
}

/// The place of a word within an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(usize);

impl Slot {
    /// The start delay.
    pub const START: Slot = Slot(0);
    /// The tie key of the start.
    pub const START_TIE: Slot = Slot(1);
    /// The back-off after the attempt.
    pub const BACKOFF: Slot = Slot(2);
    /// The tie key of the attempt's timers; see [`Words::timer_tie`].
    pub const TIMER_TIE: Slot = Slot(3);

    /// The message of phase 1 or 2 to node `node` (from 1), or the reply to it.
    #[inline(always)]
    pub const fn message(phase: u8, node: u8, reply: bool) -> Slot {
        Slot(HEAD + 4 * (node as usize - 1) + 2 * (phase as usize - 1) + reply as usize)
    }
}

/// Two words, lowest byte first: those of a request and of the reply to it stand together.
type Pair = [[u8; 8]; 2];

/// The words of one run, with those of every caller's current attempt at hand.
#[derive(Clone, Debug)]
pub struct Words {
    rng: ChaCha8Rng,
    /// Words kept per caller, a power of two.
    stride: usize,
    stride_bits: u32,
    /// By caller: the attempt whose words are at hand.
    at_hand: Vec<u32>,
    /// By caller: the tie key of the current attempt's timers, for they may ring when the next attempt's words are
    /// already at hand.
    timer_ties: Vec<u64>,
    /// As the cipher gives them: each is read a few times at most, so nothing is gained by unpacking them.
    current: Vec<Pair>,
    ties: Vec<Pair>,
    tied: Option<(u8, u32)>,
}

impl Words {
    /// Room for the current attempt of each of `callers` callers in a cluster of `nodes` nodes.
    pub fn new(callers: usize, nodes: usize) -> Self {
        let stride = (HEAD + 4 * nodes).next_power_of_two().max(SMALL);
        Words {
            rng: ChaCha8Rng::from_seed(KEY),
            stride,
            stride_bits: stride.trailing_zeros(),
            at_hand: vec![0; callers],
            timer_ties: vec![0; callers],
            current: vec![Pair::default(); callers.next_multiple_of(2) * stride / 2],
            ties: vec![Pair::default(); stride / 2],
            tied: None,
        }
    }

    /// Turns to the run of this seed and makes every caller's first attempt current.
    #[inline]
    pub fn begin_run(&mut self, seed: u64) {
        // In this order: `set_stream` alone would refill at the old position (measured: 147 ns against 78).
        self.rng.set_word_pos(0);
        self.rng.set_stream(seed);
        self.tied = None;
        if self.stride == SMALL {
            // The first attempts lie side by side, from position 0.
            self.rng.fill_bytes(self.current.as_flattened_mut().as_flattened_mut());
            self.at_hand.fill(1);
        } else {
            for caller in 0..self.at_hand.len() {
                self.fetch(caller, 1);
            }
        }
        // A client that waits for its node before its first attempt has a timer too.
        for caller in 0..self.timer_ties.len() {
            self.timer_ties[caller] = self.current(caller, Slot::TIMER_TIE);
        }
    }

    /// Makes this attempt (from 1) the caller's current one.
    #[inline]
    pub fn begin_attempt(&mut self, caller: usize, attempt: u32) {
        if self.at_hand[caller] != attempt {
            self.fetch(caller, attempt);
        }
        self.timer_ties[caller] = self.current(caller, Slot::TIMER_TIE);
    }

    /// Brings this attempt's words to hand, in the place of the current one's: once nothing of that is asked for any
    /// more but the tie key of its timers. Best done as soon as it is known that there will be a next attempt, for a
    /// processor makes words beside other work, and would wait for them at the first message.
    pub fn fetch(&mut self, caller: usize, attempt: u32) {
        self.at_hand[caller] = attempt;
        let address = Address { region: Region::Attempts, caller: caller as u8, attempt };
        let words = &mut self.current[caller * self.stride / 2..][..self.stride / 2];
        for (part, words) in words.chunks_mut(REFILL / 2).enumerate() {
            read(&mut self.rng, address.refill(part), words);
        }
    }

    /// A word of the caller's current attempt, or of the one that was [fetched](Words::fetch).
    #[inline(always)]
    pub fn current(&self, caller: usize, slot: Slot) -> u64 {
        let at = (caller << self.stride_bits) + slot.0;
        u64::from_le_bytes(self.current[at / 2][at % 2])
    }

    /// The tie key of the timers of the caller's current attempt.
    pub fn timer_tie(&self, caller: usize) -> u64 {
        self.timer_ties[caller]
    }

    /// Where [`Words::exchange`] finds the caller's current phase (1 or 2).
    #[inline(always)]
    pub fn phase_base(&self, caller: usize, phase: u8) -> usize {
        (caller.wrapping_shl(self.stride_bits) + Slot::message(phase, 1, false).0) / 2
    }

    /// The words of a phase's request to node `node` (from 1), and of the reply to it.
    #[inline(always)]
    pub fn exchange(&self, phase_base: usize, node: u8) -> (u64, u64) {
        let [request, reply] = self.current[(phase_base + 2 * usize::from(node)).wrapping_sub(2)];
        (u64::from_le_bytes(request), u64::from_le_bytes(reply))
    }

    /// A word of any attempt (from 1), current or not.
    pub fn of_attempt(&mut self, caller: u8, attempt: u32, slot: Slot) -> u64 {
        if attempt == 1 && self.stride == SMALL {
            let pair = Address { region: Region::Opening, caller: 0, attempt: 0 };
            let first = usize::from(caller / 2) * REFILL + usize::from(caller % 2) * SMALL;
            return self.rare(pair, first + slot.0);
        }
        self.rare(Address { region: Region::Attempts, caller, attempt }, slot.0)
    }

    /// The tie key of a message of any attempt, current or past.
    pub fn message_tie(&mut self, caller: u8, attempt: u32, slot: Slot) -> u64 {
        if self.tied != Some((caller, attempt)) {
            let address = Address { region: Region::Ties, caller, attempt };
            for (part, words) in self.ties.chunks_mut(REFILL / 2).enumerate() {
                read(&mut self.rng, address.refill(part), words);
            }
            self.tied = Some((caller, attempt));
        }
        u64::from_le_bytes(self.ties[slot.0 / 2][slot.0 % 2])
    }

    /// The fate of an announcement to a node.
    pub fn announcement(&mut self, caller: u8, attempt: u32, node: u8) -> u64 {
        self.rare(Address { region: Region::Announce, caller, attempt }, usize::from(node))
    }

    /// The tie key of an announcement to a node.
    pub fn announcement_tie(&mut self, caller: u8, attempt: u32, node: u8) -> u64 {
        self.rare(Address { region: Region::Announce, caller, attempt }, 64 + usize::from(node))
    }

    /// A word of region 5; `index` is below 8192.
    pub fn of_rare(&mut self, what: Rare, caller: u8, number: u32, index: usize) -> u64 {
        let first = Address { region: Region::Rare, caller, attempt: number }.refill(index / REFILL);
        self.one(first | (what as u64) << 40, index)
    }

    /// One word at a rare address: position `index` counted from the refill's first word.
    pub fn rare(&mut self, address: Address, index: usize) -> u64 {
        self.one(address.refill(index / REFILL), index)
    }

    /// One word of the refill that begins at `r`; the index counts from an earlier refill's first word.
    fn one(&mut self, r: u64, index: usize) -> u64 {
        let mut words = [Pair::default(); REFILL / 2];
        read(&mut self.rng, r, &mut words);
        u64::from_le_bytes(words[index % REFILL / 2][index % 2])
    }
}

/// Fills `words` (at most a refill) from the beginning of refill `r` of the current stream.
#[inline]
fn read(rng: &mut ChaCha8Rng, r: u64, words: &mut [Pair]) {
    rng.set_word_pos(u128::from(r) << 6);
    rng.fill_bytes(words.as_flattened_mut().as_flattened_mut());
}
