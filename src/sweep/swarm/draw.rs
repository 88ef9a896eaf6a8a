//! Draws of a block's knobs, each at an address of its own.

use crate::sim::{Address, Region, Words};

/// What is drawn; its number is its address.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(super) enum Knob {
    Nodes,
    Quorum,
    Proposers,
    Homes,
    Texts,
    Starts,
    Rounds,
    Submits,
    Reads,
    Transport,
    Ballots,
    Rejection,
    GiveUp,
    Advance,
    Retry,
    MaxAttempts,
    PhaseTimeout,
    AttemptTimeout,
    RpcTimeout,
    LocalPreemption,
    Announce,
    OwnMessages,
    Delay,
    Loss,
    Phases,
    Kinds,
    Links,
    Unreachable,
    ClockRate,
    Duplicates,
    Crashes,
    Partitions,
    OneWays,
    Pauses,
    Slow,
    Stop,
    Ties,
    Repeated,
}

/// The draws of one block.
pub(super) struct Draw {
    words: Words,
}

impl Draw {
    pub(super) fn new(block: u64) -> Self {
        let mut words = Words::new(1, 3);
        words.begin_run(block);
        Draw { words }
    }

    /// The i-th number of a knob, below `n`.
    pub(super) fn below(&mut self, knob: Knob, i: usize, n: u64) -> u64 {
        let address = Address { region: Region::Swarm, caller: knob as u8, attempt: 0 };
        ((self.words.rare(address, i) >> 32) * n) >> 32
    }

    /// Whether the knob is there at all, in `percent` of the blocks.
    pub(super) fn has(&mut self, knob: Knob, percent: u64) -> bool {
        self.below(knob, 0, 100) < percent
    }

    /// Yes or no, the i-th of a knob.
    pub(super) fn flip(&mut self, knob: Knob, i: usize) -> bool {
        self.below(knob, i, 2) == 1
    }

    /// One of a list, the i-th of a knob.
    pub(super) fn one_of<T: Clone>(&mut self, knob: Knob, i: usize, list: &[T]) -> T {
        list[self.below(knob, i, list.len() as u64) as usize].clone()
    }

    /// One of a list, the only draw of a knob.
    pub(super) fn pick<T: Clone>(&mut self, knob: Knob, list: &[T]) -> T {
        self.one_of(knob, 0, list)
    }
}
