//! A user's own Paxos: what its nodes are told, what they answer, and what that means.
//!
//! The contract of a node is in `node`; `wire` spells it as lines of JSON. How a user's program is described is in `file`, what
//! its messages mean in `map`, how a node can end a run in `trouble`. Absent on purpose: what becomes of it in virtual time
//! (`run`), processes (`child`), and the protocol's own code, which this room never asks: whatever is said about a user's run
//! comes from what the user's nodes do.

#[cfg(feature = "own")]
pub mod file;
#[cfg(feature = "own")]
mod guess;
#[cfg(feature = "own")]
pub mod map;
#[cfg(feature = "own")]
mod node;
mod note;
mod provenance;
mod trouble;
#[cfg(feature = "own")]
pub mod wire;

#[cfg(feature = "own")]
pub use guess::{Conversation, Guess, guesses, is_understood};
#[cfg(feature = "own")]
pub use map::{Map, Meaning, Told};
#[cfg(feature = "own")]
pub use node::{
    After, Ask, Begin, Body, CallError, Cluster, Draw, Effect, Effects, Input, Local, Nodes, Report, What,
};
pub use note::Note;
pub use provenance::Provenance;
pub use trouble::{At, Trouble, Wrong};
