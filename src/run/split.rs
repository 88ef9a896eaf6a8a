//! Which handlers of a scenario take two steps; what that means stands in `handlers`.

use crate::paxos::Request;
use crate::scenario::model;

/// Which handlers take two steps, and how far apart they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Split {
    pub(super) gap_ns: u64,
    prepares: bool,
    accepts: bool,
}

impl Split {
    /// As the scenario has it; none where every handler is one step.
    pub(super) fn new(protocol: &model::Protocol) -> Option<Split> {
        const MUTANTS_GAP_NS: u64 = 1_000_000;
        let of_mutant = |prepares| Some(Split { gap_ns: MUTANTS_GAP_NS, prepares, accepts: !prepares });
        match (protocol.handlers, protocol.mutant) {
            (model::Handlers::Split(split), _) => {
                Some(Split { gap_ns: split.gap.ns(), prepares: true, accepts: true })
            }
            (model::Handlers::Atomic, model::Mutant::PrepareNotAtomic) => of_mutant(true),
            (model::Handlers::Atomic, model::Mutant::AcceptNotAtomic) => of_mutant(false),
            (model::Handlers::Atomic, _) => None,
        }
    }

    pub(super) fn takes(self, request: Request) -> bool {
        if request == Request::Prepare { self.prepares } else { self.accepts }
    }
}
