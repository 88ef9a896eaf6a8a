//! A scenario from serde, whatever the format: read by its keys, then checked, so that none is had that breaks a rule.
//!
//! Absent on purpose: files with their places and samples (`document`).

use serde::de::{Deserialize, Deserializer, Error};

use super::error::Problem;
use super::model::{
    Cluster, Expect, Fault, Faults, Network, Proposer, Protocol, Read, Run, Scenario, Script, Submit, Sweep,
};
use super::node::Node;
use super::reader;

/// The keys of a scenario, not yet checked.
#[derive(serde::Deserialize)]
#[serde(rename = "Scenario", deny_unknown_fields, rename_all = "kebab-case")]
struct Keys {
    #[serde(default)]
    title: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    cluster: Cluster,
    proposer: Vec<Proposer>,
    #[serde(default)]
    submit: Vec<Submit>,
    #[serde(default)]
    protocol: Protocol,
    #[serde(default)]
    network: Network,
    #[serde(default)]
    script: Option<Script>,
    #[serde(default)]
    fault: Vec<Fault>,
    #[serde(default)]
    faults: Faults,
    #[serde(default)]
    read: Vec<Read>,
    #[serde(default)]
    run: Run,
    #[serde(default)]
    expect: Option<Expect>,
    #[serde(default)]
    sweep: Option<Sweep>,
}

impl From<Keys> for Scenario {
    fn from(keys: Keys) -> Scenario {
        Scenario {
            title: keys.title,
            file: keys.file,
            cluster: keys.cluster,
            proposer: keys.proposer,
            submit: keys.submit,
            protocol: keys.protocol,
            network: keys.network,
            script: keys.script,
            fault: keys.fault,
            faults: keys.faults,
            read: keys.read,
            run: keys.run,
            expect: keys.expect,
            sweep: keys.sweep,
        }
    }
}

/// Reads the keys of a tree; the rules between them are still to be checked.
pub(super) fn unchecked(root: &Node) -> Result<Scenario, Problem> {
    reader::read::<Keys>(root).map(Scenario::from)
}

impl<'de> Deserialize<'de> for Scenario {
    /// Fails on keys that do not exist, on values of another type, and where [`Scenario::validate`] does.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scenario, D::Error> {
        let scenario = Scenario::from(Keys::deserialize(deserializer)?);
        scenario.validate().map_err(D::Error::custom)?;
        Ok(scenario)
    }
}
