//! The key of a scripted run: its schedule.
//!
//! Absent on purpose: the notation, which `script` reads.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An exact schedule in place of a network: what it does not deliver stays in flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Script {
    /// The steps in order, as in `start A; A1:P1 A1:P2; A1:A1 A1:A2`; blanks, `;` and line ends separate them, `#`
    /// begins a comment. `start A`: A begins its next attempt. `A1:P2`: the prepare of A's attempt 1 is executed at
    /// node 2 and its answer reaches A; `A1:A2`: the accept; `A1:L2`: the announcement. `>` behind it: the request
    /// only; `<`: the answer only, given again: a duplicate; `!`: the call fails (sequential transport). `timeout A`,
    /// `crash 2`, `restart 2`, `read 1`. `giveup A`: A's client, whose attempt has failed, is told so now and not before.
    /// `repeat 5 { … }` counts k from 1: `Ak:P1`, `B(k-1):A3`; a group in `[ ]` is left out of a round in which it names an
    /// attempt below 1.
    pub schedule: String,
}
