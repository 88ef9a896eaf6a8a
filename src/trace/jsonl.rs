//! The record of one run as JSON Lines: a header, one line per event, a trailer.
//!
//! Lines are compared byte for byte when a recorded run is replayed. Absent on purpose: reading events back; a replay
//! re-runs the scenario that the header carries.

use serde::{Deserialize, Serialize};

use super::{Event, Observer};
use crate::text::Tree;

/// Version of the format; raised when a line of a given run changes.
pub const FORMAT: u32 = 1;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub synod_trace: u32,
    /// The engine epoch.
    pub epoch: u32,
    /// The scenario's hash.
    pub scenario_hash: String,
    /// The run's seed.
    pub seed: u64,
    /// What is otherwise in it than its seed has it, in the notation of tokens; `-` for nothing.
    #[serde(default = "nothing", skip_serializing_if = "is_nothing")]
    pub deviations: String,
    /// The identity of somebody's own nodes that play in it. Absent where the built-in plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<String>,
    /// The scenario's file name or title, for people.
    pub scenario: String,
    /// Warnings that hold for the run: a mutant, quorums that need not intersect. Absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The scenario as JSON, complete: a trace needs no other file.
    pub source: Tree,
}

fn nothing() -> String {
    "-".to_owned()
}

fn is_nothing(deviations: &str) -> bool {
    deviations == "-"
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trailer {
    /// Number of events.
    pub events: u64,
    /// The run's digest.
    pub digest: String,
}

#[derive(Serialize)]
struct Line<'a> {
    at_ns: u64,
    #[serde(flatten)]
    event: &'a Event,
}

/// Writes each event as a line of JSON into memory.
#[derive(Clone, Debug, Default)]
pub struct JsonLines {
    /// The lines, each ended by `\n`.
    pub bytes: Vec<u8>,
    /// How many.
    pub lines: u64,
}

impl Observer for JsonLines {
    fn on(&mut self, at_ns: u64, event: &Event) {
        // Writing plain data into memory cannot fail.
        if serde_json::to_writer(&mut self.bytes, &Line { at_ns, event }).is_ok() {
            self.bytes.push(b'\n');
            self.lines += 1;
        }
    }
}
