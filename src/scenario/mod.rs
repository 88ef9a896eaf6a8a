//! Scenario files: their keys, defaults, checks, sweeps and hashes.
//!
//! Absent on purpose: everything that runs; nothing in here knows the protocol or the network.
//!
//! ```text
//!   file ── load ──▶ text ── read_toml / read_json ──▶ tree with positions ◀── set (--set, axes) ── path
//!                                                          │
//!                                     reader (serde) ──────┤──── validate ──▶ Scenario ──▶ canonical, hash
//!                                                          │
//!                                              cells ──────┘ (one scenario for each point of the grid)
//! ```
//!
//! [`Document`] is a file as written; [`Scenario`] is what it means; [`Cells`] is the grid of its sweep.

mod ballots;
mod bases;
mod canonical;
mod cells;
mod checked;
mod clients;
mod defaults;
mod depth;
mod differences;
mod document;
mod durations;
mod error;
mod keys;
mod labels;
mod load;
mod measured;
pub mod model;
mod node;
mod notes;
mod path;
mod plane;
mod planned;
mod presets;
mod print;
mod quotes;
mod ranges;
mod read_json;
mod read_toml;
mod reader;
mod samples;
mod schema;
pub mod script;
mod shape;
#[cfg(feature = "own")]
mod sheet;
pub mod shipped;
mod source;
mod suggest;
mod swap;
pub mod units;
mod validate;
mod written;

use crate::text as escape;
pub use crate::text::printable;
pub use bases::Bases;
pub use canonical::{HashError, ScenarioHash, canonical, hash};
pub use cells::{Cell, Cells, MOST_CELLS};
pub use clients::client_names;
pub use differences::{Difference, differences};
pub use document::Document;
#[cfg(feature = "cli")]
pub(crate) use document::LARGEST;
#[cfg(feature = "own")]
pub(crate) use error::Dialect;
pub use error::{ErrorKind, ScenarioError};
pub use keys::keys;
#[cfg(feature = "own")]
pub(crate) use load::{Words, program_file, text_of};
pub use model::*;
pub use path::{spelled_set, split_set};
pub use plane::{Plane, PlaneAxis, Scale};
pub use schema::schema;
pub use shape::{Net, Shape, Starts};
#[cfg(feature = "own")]
pub(crate) use sheet::Sheet;
pub use suggest::did_you_mean;
pub use swap::Swap;
pub use units::{Duration, Probability, UnitError};
pub use written::inline_toml;
