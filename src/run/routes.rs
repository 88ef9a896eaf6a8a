//! Which fate a message meets, by its kind and its link.

use crate::scenario::Probability;
use crate::scenario::model::{self, Network};
use crate::sim::Fate;
use crate::trace::Kind;

use super::delays::sampler;
use super::error::PlanError;

/// Kinds of messages; announcements come last.
pub(super) const KINDS: usize = 6;

/// The fates of a scenario's messages.
#[derive(Clone, Debug)]
pub(super) struct Routes {
    by_kind: [Fate; KINDS],
    /// Where links differ.
    links: Option<Links>,
}

/// Fates by kind, sender and receiver.
#[derive(Clone, Debug)]
struct Links {
    fates: Vec<Fate>,
    /// kind × from × to → fate.
    index: Vec<u16>,
    side: usize,
}

impl Routes {
    pub(super) fn new(network: &Network, nodes: u8) -> Result<Routes, PlanError> {
        // Node 64 does not exist: no link overrides this.
        let anywhere = |kind| fate_of(network, kind, 64, 64);
        let by_kind = [anywhere(0)?, anywhere(1)?, anywhere(2)?, anywhere(3)?, anywhere(4)?, anywhere(5)?];
        let links = if network.link.is_empty() { None } else { Some(Links::new(network, nodes)?) };
        Ok(Routes { by_kind, links })
    }

    /// Whether all links are alike.
    pub(super) fn are_uniform(&self) -> bool {
        self.links.is_none()
    }

    /// Whether all answers meet the same fate, a no that of a yes, wherever they come from.
    pub(super) fn answers_are_alike(&self) -> bool {
        let [promise, accepted, reject] =
            [Kind::Promise, Kind::Accepted, Kind::Reject].map(|kind| &self.by_kind[kind as usize]);
        self.are_uniform() && promise == accepted && promise == reject
    }

    /// The fate of a message of this kind from node `from` to node `to` (0: a proposer on no node).
    #[inline(always)]
    pub(super) fn fate(&self, kind: Kind, from: u8, to: u8) -> &Fate {
        match &self.links {
            Some(links) => links.fate(kind, from, to),
            None => self.uniform_fate(kind),
        }
    }

    /// The same, where all links are alike.
    #[inline(always)]
    pub(super) fn uniform_fate(&self, kind: Kind) -> &Fate {
        &self.by_kind[kind as usize]
    }

    /// Whether some messages always arrive at the instant at which they are sent.
    pub(super) fn has_zero_delay(&self) -> bool {
        let links = self.links.iter().flat_map(|links| &links.fates);
        self.by_kind.iter().chain(links).any(|fate| fate.is_certain() && fate.delay.sample(0) == 0)
    }
}

impl Links {
    fn new(network: &Network, nodes: u8) -> Result<Links, PlanError> {
        let side = usize::from(nodes) + 1;
        let mut links = Links { fates: Vec::new(), index: Vec::new(), side };
        for kind in 0..KINDS {
            for (from, to) in (0..side * side).map(|i| (i / side, i % side)) {
                let fate = fate_of(network, kind, from, to)?;
                let known = links.fates.iter().position(|f| *f == fate);
                let fate = known.unwrap_or_else(|| {
                    links.fates.push(fate);
                    links.fates.len() - 1
                });
                // At most 6 · 64 · 64 of them: fits.
                links.index.push(fate as u16);
            }
        }
        Ok(links)
    }

    fn fate(&self, kind: Kind, from: u8, to: u8) -> &Fate {
        let at = (kind as usize * self.side + usize::from(from)) * self.side + usize::from(to);
        &self.fates[usize::from(self.index[at])]
    }
}

/// Which delay and loss the file gives a message.
pub(super) struct Chosen<'n> {
    pub delay: &'n model::Delay,
    /// Where it says so of the delay.
    pub origin: Origin,
    pub loss: Probability,
}

/// A table of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Network,
    Kind(model::Kind),
    /// The link of this place in the list, after those that stand for nodes.
    Link(usize),
}

/// The default, overridden by kind, overridden by link; the last link that matches wins, key by key.
pub(super) fn chosen_of(network: &Network, kind: Option<model::Kind>, from: usize, to: usize) -> Chosen<'_> {
    let mut chosen = Chosen { delay: &network.delay, origin: Origin::Network, loss: network.loss };
    if let Some((kind, over)) = kind.and_then(|kind| Some((kind, network.kind.get(&kind)?))) {
        if let Some(delay) = &over.delay {
            (chosen.delay, chosen.origin) = (delay, Origin::Kind(kind));
        }
        chosen.loss = over.loss.unwrap_or(chosen.loss);
    }
    for (i, link) in network.link.iter().enumerate() {
        let here = usize::from(link.from) == from && usize::from(link.to) == to;
        if here && (link.kind.is_none() || link.kind == kind) {
            if let Some(delay) = &link.delay {
                (chosen.delay, chosen.origin) = (delay, Origin::Link(i));
            }
            chosen.loss = link.loss.unwrap_or(chosen.loss);
        }
    }
    chosen
}

fn fate_of(network: &Network, kind: usize, from: usize, to: usize) -> Result<Fate, PlanError> {
    let kind = model_kind(kind);
    let Chosen { delay, origin: _, loss } = chosen_of(network, kind, from, to);
    // One word decides of both losses: of those that the network takes and of those that were measured with the delay.
    Ok(Fate { delay: sampler(delay, kind)?, loss: loss.or(delay.lost()).threshold() })
}

/// A kind's name in files; announcements have none.
pub(super) fn model_kind(kind: usize) -> Option<model::Kind> {
    use model::Kind::{Accept, Accepted, Prepare, Promise, Reject};
    [Prepare, Promise, Accept, Accepted, Reject].get(kind).copied()
}
