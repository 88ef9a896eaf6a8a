//! The network where it does more than delay and lose: duplicates, links that keep the order, links with windows.
//!
//! Asked instead of `routes` only by plans that need it. Absent on purpose: partitions, which are faults.

use crate::scenario::Probability;
use crate::scenario::model::{self, Network};
use crate::sim::{Course, Fate, Sampler};
use crate::trace::Kind;

use super::delays::sampler;
use super::error::PlanError;
use super::routes::{KINDS, model_kind};

/// What befalls messages, by kind, link and time.
#[derive(Clone, Debug)]
pub(super) struct Detail {
    by_kind: Vec<Layer>,
    links: Vec<DetailedLink>,
    /// By sender and receiver: which links match, in the order of the file.
    by_pair: Vec<Vec<u16>>,
    side: usize,
    /// Whether any link keeps the order of its messages.
    pub keeps_order: bool,
}

/// What befalls a message, with what its loss is made of.
#[derive(Clone, Debug)]
struct Layer {
    course: Course,
    /// The loss that the network takes, and that measured with the delay; together they are the fate's.
    losses: [Probability; 2],
}

#[derive(Clone, Debug)]
struct DetailedLink {
    kind: Option<model::Kind>,
    /// In force from (inclusive) and until (exclusive), ns.
    from: u64,
    until: u64,
    /// By kind.
    delay: Option<Vec<Sampler>>,
    /// Measured with the delay.
    lost: Probability,
    loss: Option<Probability>,
    duplicate: Option<u64>,
    fifo: Option<bool>,
}

impl Detail {
    /// Whether this network needs it.
    pub(super) fn is_needed(network: &Network) -> bool {
        let some = |duplicate: Option<Probability>| duplicate.is_some_and(|p| p.threshold() > 0);
        some(Some(network.duplicate))
            || network.kind.values().any(|kind| some(kind.duplicate))
            || network.link.iter().any(|link| {
                let window = link.from_time.is_some() || link.until_time.is_some();
                some(link.duplicate) || link.fifo == Some(true) || window
            })
    }

    pub(super) fn new(network: &Network, nodes: u8) -> Result<Detail, PlanError> {
        let side = usize::from(nodes) + 1;
        let by_kind = (0..KINDS).map(|kind| layer(network, model_kind(kind)));
        let mut by_pair = vec![Vec::new(); side * side];
        for (i, link) in network.link.iter().enumerate() {
            // At most 10,000 links: fits.
            by_pair[usize::from(link.from) * side + usize::from(link.to)].push(i as u16);
        }
        Ok(Detail {
            by_kind: by_kind.collect::<Result<_, _>>()?,
            links: network.link.iter().map(detailed).collect::<Result<_, _>>()?,
            by_pair,
            side,
            keeps_order: network.link.iter().any(|link| link.fifo == Some(true)),
        })
    }

    /// What befalls a message of this kind that enters the network now; the last link that matches and is in force
    /// wins, key by key.
    pub(super) fn course(&self, now: u64, kind: Kind, from: u8, to: u8) -> Course {
        let Layer { mut course, mut losses } = self.by_kind[kind as usize].clone();
        let named = model_kind(kind as usize);
        for &link in &self.by_pair[usize::from(from) * self.side + usize::from(to)] {
            let link = &self.links[usize::from(link)];
            if (link.kind.is_some() && link.kind != named) || !(link.from..link.until).contains(&now) {
                continue;
            }
            if let Some(delay) = &link.delay {
                course.fate.delay = delay[kind as usize].clone();
                losses[1] = link.lost;
            }
            losses[0] = link.loss.unwrap_or(losses[0]);
            course.fate.loss = threshold(losses);
            course.duplicate = link.duplicate.unwrap_or(course.duplicate);
            course.keeps_order = link.fifo.unwrap_or(course.keeps_order);
        }
        course
    }
}

/// How many of 2³² words mean one loss or the other.
fn threshold([loss, lost]: [Probability; 2]) -> u64 {
    loss.or(lost).threshold()
}

/// The default, overridden by kind.
fn layer(network: &Network, kind: Option<model::Kind>) -> Result<Layer, PlanError> {
    let over = kind.and_then(|kind| network.kind.get(&kind)).cloned().unwrap_or_default();
    let delay = over.delay.as_ref().unwrap_or(&network.delay);
    let losses = [over.loss.unwrap_or(network.loss), delay.lost()];
    let course = Course {
        fate: Fate { delay: sampler(delay, kind)?, loss: threshold(losses) },
        duplicate: over.duplicate.unwrap_or(network.duplicate).threshold(),
        keeps_order: false,
    };
    Ok(Layer { course, losses })
}

fn detailed(link: &model::Link) -> Result<DetailedLink, PlanError> {
    let of_kinds = |delay| (0..KINDS).map(|kind| sampler(delay, model_kind(kind))).collect();
    let delay = link.delay.as_ref().map(of_kinds).transpose()?;
    Ok(DetailedLink {
        kind: link.kind,
        from: link.from_time.map_or(0, |time| time.ns()),
        until: link.until_time.map_or(u64::MAX, |time| time.ns()),
        delay,
        lost: link.delay.as_ref().map_or(Probability::ZERO, model::Delay::lost),
        loss: link.loss,
        duplicate: link.duplicate.map(|duplicate| duplicate.threshold()),
        fifo: link.fifo,
    })
}
