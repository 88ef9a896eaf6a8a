//! The search for a cycle, by Brent's method: a state is remembered, and those that follow are held against it, twice
//! as many each time (R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20, 1980).
//!
//! It compares rough fingerprints at the ends of attempts, and begins late: most runs never get here. Absent on purpose:
//! any proof (`examine`). A fingerprint may match where nothing recurs; it does not miss what does.

use super::super::world::World;
use super::examine::{Refusal, examine};

/// Failed attempts before the first look.
const PATIENCE: u32 = 16;
/// Matches that may prove wrong before it is given up for a while.
const ERRORS: u32 = 8;
/// Failures of one instant after which it is not waited for its end any more.
const CROWD: u32 = 64;

/// Where the search stands.
#[derive(Clone, Debug)]
pub(in crate::run) struct Hunt<'p> {
    /// Failed attempts of this run.
    failures: u32,
    /// From so many on it is looked.
    look_from: u32,
    /// Failures since the last look: more than one if they are of one instant.
    crowd: u32,
    errors: u32,
    remembered: Option<Box<Remembered<'p>>>,
}

#[derive(Clone, Debug)]
struct Remembered<'p> {
    world: World<'p>,
    /// Of what is in flight there: a state that differs in it has another fingerprint, and most differ in it where
    /// anything is drawn.
    rough: (usize, u64),
    /// States that have been held against it, and after how many another is remembered.
    laps: u32,
    power: u32,
}

impl Default for Hunt<'_> {
    fn default() -> Self {
        Hunt { failures: 0, look_from: PATIENCE, crowd: 0, errors: 0, remembered: None }
    }
}

impl Hunt<'_> {
    /// Forgets the run before.
    pub(in crate::run) fn begin_run(&mut self) {
        *self = Hunt::default();
    }

    /// Whether the loop has paused for a look.
    pub(in crate::run) fn is_due(&self) -> bool {
        self.crowd > 0
    }

    /// Looks for nothing.
    pub(super) fn resting() -> Self {
        Hunt { look_from: u32::MAX, ..Hunt::default() }
    }

    /// Gives up for now: again when there have been as many failures once more.
    fn pause(&mut self) {
        (self.remembered, self.errors) = (None, 0);
        self.look_from = self.failures.saturating_mul(2);
    }
}

impl<'p> World<'p> {
    /// An attempt has failed: from some number on the main loop pauses at the end of the instant.
    #[inline]
    pub(in crate::run) fn note_failure(&mut self) {
        self.hunt.failures += 1;
        if self.hunt.failures >= self.hunt.look_from && self.stopped.is_none() {
            self.hunt.crowd += 1;
            self.limit = self.now.saturating_add(1);
            if self.hunt.crowd > CROWD {
                // An instant without an end: nothing that was sent in it arrives, so no state comes back.
                self.limit = self.plan.end();
                self.hunt.crowd = 0;
                self.hunt.pause();
            }
        }
    }

    /// The main loop pauses: holds the present state against the remembered one; true if a cycle is proved.
    pub(in crate::run) fn looks_like_a_cycle(&mut self) -> bool {
        self.hunt.crowd = 0;
        let rough = self.agenda.rough(self.now);
        let Some(mut old) = self.hunt.remembered.take() else {
            self.remember(rough, 1);
            return false;
        };
        old.laps += 1;
        if old.rough == rough && old.world.fingerprint() == self.fingerprint() {
            match examine(&old.world, self.events() - old.world.events()) {
                Ok(certificate) => {
                    self.certificate = Some(certificate);
                    return true;
                }
                Err(Refusal::Draw(_) | Refusal::Tie(_)) => {
                    self.hunt.pause();
                    return false;
                }
                Err(_) if self.hunt.errors == ERRORS => {
                    self.hunt.pause();
                    return false;
                }
                Err(_) => self.hunt.errors += 1,
            }
        }
        if old.laps == old.power {
            self.remember(rough, 2 * old.power);
        } else {
            self.hunt.remembered = Some(old);
        }
        false
    }

    fn remember(&mut self, rough: (usize, u64), power: u32) {
        let world = self.replica();
        self.hunt.remembered = Some(Box::new(Remembered { world, rough, laps: 0, power }));
    }

    /// What every recurrence of a state has in common, roughly: what is due when, apart from ballots.
    fn fingerprint(&self) -> u64 {
        let now = self.now;
        // A sum, for what is in flight comes in no particular order.
        let mut sum = 0_u64;
        for (at, _, packet) in self.agenda.arrivals() {
            sum = sum.wrapping_add(mixed(mixed(at - now) ^ packet.outline()));
        }
        for (p, seat) in self.cast.seats.iter().enumerate() {
            let alarm = self.agenda.alarm(p).map_or(u64::MAX, |(at, _)| at - now);
            let stands = (seat.paxos.phase as u64) << 8 | u64::from(seat.paxos.yes.len());
            sum = mixed(sum ^ mixed(alarm)) ^ stands;
        }
        for node in &self.nodes {
            sum = mixed(sum ^ node.acceptor.vote.value().map_or(u64::MAX, |value| value.0.into()));
        }
        sum
    }
}

/// A bijection of words that spreads their bits (the finalizer of splitmix64, Steele, Lea and Flood 2014).
fn mixed(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ word >> 31
}
