//! What befalls messages, by kind, link and time.
//!
//! Absent on purpose: drawing from it, and cuts, which are faults.

use synod::scenario::model::{self, Delay, Link, Network};
use synod::scenario::units::Probability;

use super::words::Kind;

/// Delay, loss and duplication of a message, and whether its link keeps the order.
#[derive(Clone, Copy, Debug)]
pub struct Fate<'s> {
    pub delay: &'s Delay,
    pub loss: Probability,
    pub duplicate: Probability,
    pub fifo: bool,
}

/// The fate of a message that enters the network `now`: the default, overridden by its kind, overridden by its link;
/// the last link that matches and is in force wins, key by key. Announcements have no kind in files.
pub fn fate(network: &Network, kind: Kind, from: u8, to: u8, now: u64) -> Fate<'_> {
    let kind = match kind {
        Kind::Prepare => Some(model::Kind::Prepare),
        Kind::Promise => Some(model::Kind::Promise),
        Kind::Accept => Some(model::Kind::Accept),
        Kind::Accepted => Some(model::Kind::Accepted),
        Kind::Reject => Some(model::Kind::Reject),
        Kind::Announce => None,
    };
    let of_kind = kind.and_then(|kind| network.kind.get(&kind));
    let in_force = |link: &&Link| {
        link.from_time.is_none_or(|time| time.ns() <= now)
            && link.until_time.is_none_or(|time| now < time.ns())
    };
    let matches = |link: &&Link| {
        (link.from, link.to) == (from, to) && (link.kind.is_none() || link.kind == kind) && in_force(link)
    };
    let links = || network.link.iter().rev().filter(matches);
    let delay = links().find_map(|link| link.delay.as_ref()).or(of_kind.and_then(|k| k.delay.as_ref()));
    let loss = links().find_map(|link| link.loss).or(of_kind.and_then(|k| k.loss));
    let duplicate = links().find_map(|link| link.duplicate).or(of_kind.and_then(|k| k.duplicate));
    Fate {
        delay: delay.unwrap_or(&network.delay),
        loss: loss.unwrap_or(network.loss),
        duplicate: duplicate.unwrap_or(network.duplicate),
        fifo: links().find_map(|link| link.fifo).unwrap_or(false),
    }
}
