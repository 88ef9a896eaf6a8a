//! A run as it stands, to be played on from there: what is there, and what is still to be otherwise than drawn.

use crate::run::deviate::Deviant;
use crate::run::engine::Engine;
use crate::run::packet::Packet;
use crate::run::plan::Plan;
use crate::run::probe::Probe;
use crate::run::world::World;
use crate::trace::{BallotId, Observer};

/// A copy of a run, which looks for no cycles.
#[derive(Clone, Debug)]
pub(super) struct Branch<'p> {
    pub world: World<'p>,
    pub deviant: Deviant<Packet>,
}

impl<'p> Branch<'p> {
    /// The beginning of a run without deviations.
    pub fn begin(plan: &'p Plan, seed: u64) -> Self {
        let mut branch = Branch { world: World::new(plan), deviant: Deviant::default() };
        branch.world.begin(seed, &mut branch.deviant);
        branch.world.probe = Probe::off();
        branch
    }

    /// A run as it stands, for a proof: without what can change nothing any more.
    pub fn of(world: &World<'p>, deviant: &Deviant<Packet>) -> Self {
        let requests = world.agenda.arrivals().map(|(_, _, packet)| packet.ballot);
        let attempts = world.cast.seats.iter().map(|seat| seat.paxos.ballot);
        // Ballots below can gain no votes any more; a long run has many of them.
        let lowest = requests.chain(attempts).min().unwrap_or_default();
        let world = World {
            agenda: world.agenda.clone(),
            cast: world.cast.clone(),
            nodes: world.nodes.clone(),
            monitor: world.monitor.since(BallotId(lowest.to_bits())),
            pool: world.pool.clone(),
            faults: world.faults.clone(),
            stop: None,
            is_left: false,
            probe: Probe::off(),
            ..*world
        };
        Branch { world, deviant: deviant.clone() }
    }

    /// The same once more.
    pub fn replica(&self) -> Self {
        Branch::of(&self.world, &self.deviant)
    }

    /// What plays it on.
    pub fn engine<'b, O: Observer + ?Sized>(
        &'b mut self,
        observer: &'b mut O,
    ) -> Engine<'b, 'p, O, Deviant<Packet>> {
        Engine { world: &mut self.world, observer, hooks: &mut self.deviant }
    }
}
