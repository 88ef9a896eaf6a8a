//! The second engine: runs of nodes that somebody else wrote.
//!
//! It stands on the same network, words and faults as the first, and shows the same events; of the protocol it knows what the
//! map of the nodes' messages says. Nodes are reached through a [`Clusters`], so that nothing here knows of processes.

mod address;
mod agenda;
mod answers;
mod book;
mod clients;
mod clock;
pub(super) mod cluster;
mod engine;
mod fit;
mod injector;
mod mail;
mod notes;
mod obey;
mod parcel;
mod player;
mod setting;
mod twin;

pub use cluster::{Clusters, OwnNodes};
pub use engine::Run;
pub(super) use player::Player;
pub use twin::{Split, Twins, twins};
