//! A message of somebody's nodes on its way, and the calls that wait for one.

use crate::trace::{Message, NodeId};

use super::address::Spot;
use super::book::Owner;
use crate::own::Body;

/// What a message is to its two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freight {
    /// Nobody waits for an answer.
    OneWay,
    /// A call's request, by the engine's number of the request.
    Request(u64),
    /// The answer to that.
    Reply(u64),
    /// The error that its handler raised, in place of an answer.
    Raised(u64),
}

/// A message on its way.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub from: NodeId,
    pub to: NodeId,
    pub body: Body,
    pub freight: Freight,
    /// As observers see it.
    pub message: Message,
    /// Where its words are.
    pub spot: Spot,
    /// Whether it is a second copy.
    pub is_copy: bool,
    /// Whether the answer to it is to a second copy.
    pub of_copy: bool,
}

/// All messages on their way, each under a number that is used again.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    all: Vec<Option<Parcel>>,
    free: Vec<u32>,
    /// About how much memory their bodies take, bytes.
    weight: usize,
}

impl Parcels {
    pub fn clear(&mut self) {
        self.all.clear();
        self.free.clear();
        self.weight = 0;
    }

    /// About how much memory the bodies of all take, bytes.
    pub fn weight(&self) -> usize {
        self.weight
    }

    pub fn insert(&mut self, parcel: Parcel) -> u32 {
        self.weight += weight(&parcel.body);
        match self.free.pop() {
            Some(at) => {
                self.all[at as usize] = Some(parcel);
                at
            }
            None => {
                self.all.push(Some(parcel));
                // A run has fewer events than 32 bits count.
                (self.all.len() - 1) as u32
            }
        }
    }

    pub fn get(&self, at: u32) -> Option<&Parcel> {
        self.all.get(at as usize)?.as_ref()
    }

    pub fn take(&mut self, at: u32) -> Option<Parcel> {
        let parcel = self.all.get_mut(at as usize)?.take()?;
        self.free.push(at);
        self.weight -= weight(&parcel.body);
        Some(parcel)
    }
}

/// About how much memory a body takes, bytes.
fn weight(body: &Body) -> usize {
    let own = size_of::<Body>();
    match body {
        Body::Null | Body::Bool(_) | Body::Number(_) => own,
        Body::String(text) => own + text.len(),
        Body::Array(items) => own + items.iter().map(weight).sum::<usize>(),
        // An entry has its hash and its place beside name and value.
        Body::Object(fields) => {
            own + fields.iter().map(|(name, value)| 2 * own + name.len() + weight(value)).sum::<usize>()
        }
    }
}

/// A call that its node waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// The engine's number of its request.
    pub request: u64,
    pub owner: Option<Owner>,
}

/// A request as its callee has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub caller: NodeId,
    pub call: u64,
    pub callee: NodeId,
    /// As observers saw it.
    pub message: Message,
    pub of_copy: bool,
    /// Whether its node has it.
    pub is_handled: bool,
    /// Whether it has its answer.
    pub is_answered: bool,
}

/// A timer that is set in the step that goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewTimer {
    pub node: NodeId,
    pub id: u64,
    pub at: u64,
    /// Its scheduling number.
    pub number: u64,
    /// Where its owner does not say it.
    pub tie: u64,
}

/// A timer that is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timer {
    pub owner: Option<Owner>,
    /// Whether it is what goes before a client's submission: a draw of the scenario's.
    pub is_start: bool,
}
