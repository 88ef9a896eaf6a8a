//! The search for a cycle, by Brent's method: a state is remembered, and those that follow are held against it, twice
//! as many each time (R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20, 1980).
//!
//! It compares rough fingerprints at the ends of attempts, and begins late: most runs never get here. Absent on purpose:
//! any proof (`examine`). A fingerprint may match where nothing recurs; it does not miss what does.

use super::super::deviate::Deviant;
use super::super::packet::Packet;
use super::super::world::World;
use super::branch::Branch;
use super::certificate::{Certificate, Refusal};
use super::examine::examine;
use super::rounds;

/// Matches that may prove wrong before it is given up for a while.
const ERRORS: u32 = 8;

/// Where the search stands.
#[derive(Clone, Debug, Default)]
pub(in crate::run) struct Hunt<'p> {
    errors: u32,
    remembered: Option<Box<Remembered<'p>>>,
    /// The proof that was found.
    pub certificate: Option<Certificate>,
}

#[derive(Clone, Debug)]
struct Remembered<'p> {
    branch: Branch<'p>,
    /// Of what is in flight there: a state that differs in it has another fingerprint, and most differ in it where
    /// anything is drawn.
    rough: (usize, u64),
    /// States that have been held against it, and after how many another is remembered.
    laps: u32,
    power: u32,
}

impl<'p> Hunt<'p> {
    /// Forgets the run before.
    pub fn begin_run(&mut self) {
        *self = Hunt::default();
    }

    /// The loop has returned for a look: holds the present state against the remembered one; true if a cycle is proved.
    pub fn sees_a_cycle(&mut self, world: &mut World<'p>, deviant: &Deviant<Packet>) -> bool {
        if world.probe.look() {
            self.forget();
        }
        let rough = world.agenda.rough(world.now);
        let remember = |power| Some(Box::new(Remembered::new(world, deviant, rough, power)));
        let Some(mut old) = self.remembered.take() else {
            self.remembered = remember(1);
            return false;
        };
        old.laps += 1;
        let before = &old.branch.world;
        if old.rough == rough && fingerprint(before) == fingerprint(world) {
            match examine(&old.branch, world.events() - before.events()) {
                Ok(certificate) => {
                    self.certificate = Some(certificate);
                    return true;
                }
                Err(refusal) => {
                    let drawn = matches!(refusal, Refusal::Draw(_) | Refusal::Tie(_));
                    if drawn || self.errors == ERRORS {
                        self.forget();
                        world.probe.pause();
                        return false;
                    }
                    self.errors += 1;
                }
            }
        }
        self.remembered = if old.laps == old.power { remember(2 * old.power) } else { Some(old) };
        false
    }

    /// After so many steps of a schedule: whether a round ends, and its state is proved to be that of a round before.
    pub fn sees_a_round_recur(&mut self, world: &mut World<'_>, steps: usize) -> bool {
        self.certificate = rounds::recurrence(world, steps);
        self.certificate.is_some()
    }

    fn forget(&mut self) {
        (self.remembered, self.errors) = (None, 0);
    }
}

impl<'p> Remembered<'p> {
    fn new(world: &World<'p>, deviant: &Deviant<Packet>, rough: (usize, u64), power: u32) -> Self {
        Remembered { branch: Branch::of(world, deviant), rough, laps: 0, power }
    }
}

/// What every recurrence of a state has in common, roughly: what is due when, apart from ballots.
fn fingerprint(world: &World<'_>) -> u64 {
    let now = world.now;
    // A sum, for what is in flight comes in no particular order.
    let mut sum = 0_u64;
    for (at, _, packet) in world.agenda.arrivals() {
        sum = sum.wrapping_add(mixed(mixed(at - now) ^ packet.outline()));
    }
    for (p, seat) in world.cast.seats.iter().enumerate() {
        let alarm = world.agenda.alarm(p).map_or(u64::MAX, |(at, _)| at - now);
        let stands = (seat.paxos.phase as u64) << 8 | u64::from(seat.paxos.yes.len());
        sum = mixed(sum ^ mixed(alarm)) ^ stands;
    }
    for node in &world.nodes {
        sum = mixed(sum ^ node.acceptor.vote.value().map_or(u64::MAX, |value| value.0.into()));
    }
    sum
}

/// A bijection of words that spreads their bits (the finalizer of splitmix64, Steele, Lea and Flood 2014).
fn mixed(word: u64) -> u64 {
    let word = (word ^ word >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ word >> 31
}
