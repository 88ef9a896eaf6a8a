//! A user's own Paxos: what its nodes are told, what they answer, and what becomes of it in virtual time.
//!
//! The contract of a node is in `node`; `wire` spells it as lines of JSON, `trouble` says how a node can end a run. Absent on
//! purpose: processes (`child`), and the protocol's own code, which this room never asks: whatever is said about a user's run
//! comes from what the user's nodes do.

mod address;
mod agenda;
mod book;
mod clock;
mod engine;
mod injector;
mod mail;
mod map;
mod node;
mod obey;
mod parcel;
mod trouble;
pub mod wire;

pub use engine::{Note, Run};
pub use map::{Map, Meaning, Told};
pub use node::{After, Ask, Begin, Body, CallError, Draw, Effect, Effects, Input, Nodes, Report, What};
pub use trouble::{At, Trouble, Wrong};
