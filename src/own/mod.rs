//! A user's own Paxos: what its nodes are told, what they answer, and what becomes of it in virtual time.
//!
//! The contract of a node is in `node`; how a user's program is described is in `file`, and what its messages mean in `map`.
//! Absent on purpose: processes (`child`), and the protocol's own code, which this room never asks: whatever is said about a
//! user's run comes from what the user's nodes do.

pub mod file;
pub mod map;
mod node;

pub use node::{After, Ask, Begin, Body, CallError, Draw, Effect, Effects, Input, Nodes, Report, What};
