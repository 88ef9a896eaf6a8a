//! One run with everything that is ever asked of it: its outcome, its violations, its votes, its digest, its trace.
//!
//! For looking at single runs; sweeps drive [`Simulator`] directly.

use crate::check::{Outcome, Progress, Refused, Violation, Votes};
use crate::scenario::{Fault, Scenario, ScenarioHash, hash};
use crate::sim::EPOCH;
use crate::trace::{Digest, DigestObserver, Event, FORMAT, Header, JsonLines, Observer, Recorder, Trailer};

use super::deviate::{Deviations, plan_for};
use super::livelock::Certificate;
use super::plan::PlanError;
use super::token::Token;
use super::world::Simulator;

/// A run and all that can be said of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The scenario's hash.
    pub scenario_hash: ScenarioHash,
    /// The seed.
    pub seed: u64,
    /// What it came to.
    pub outcome: Outcome,
    /// Its broken invariants, with evidence.
    pub violations: Vec<Violation>,
    /// The first accept that an acceptor refused without a reason.
    pub refused: Option<Refused>,
    /// Each node's last vote.
    pub votes: Votes,
    /// Its fingerprint.
    pub digest: Digest,
    /// Its name.
    pub token: Token,
    /// The faults that were drawn for it, as far as they have happened.
    pub drawn_faults: Vec<Fault>,
    /// The proof that it would have gone on for ever, if it stopped at one.
    pub livelock: Option<Certificate>,
    /// Its events with their times, ns.
    pub events: Vec<(u64, Event)>,
}

impl Record {
    /// Runs a seed and keeps everything.
    ///
    /// # Errors
    /// When the scenario asks for what the engine cannot do.
    pub fn of(scenario: &Scenario, seed: u64) -> Result<Record, PlanError> {
        Record::with(scenario, seed, &Deviations::default())
    }

    /// Runs a seed with deviations and keeps everything.
    ///
    /// # Errors
    /// When the scenario asks for what the engine cannot do, or has nothing that such deviations could be about.
    pub fn with(scenario: &Scenario, seed: u64, deviations: &Deviations) -> Result<Record, PlanError> {
        let plan = plan_for(scenario, deviations)?;
        let scenario_hash = hash(scenario);
        let mut observer = (
            (Votes::new(scenario.cluster.nodes), DigestObserver::new(scenario_hash.0, seed)),
            (Recorder::default(), Progress::new(scenario.cluster.nodes)),
        );
        let mut simulator = Simulator::new(&plan);
        simulator.deviate(deviations.clone());
        let outcome = simulator.run(seed, &mut observer).clone();
        let ((votes, mut digest), (recorder, progress)) = observer;
        Ok(Record {
            scenario_hash,
            seed,
            violations: simulator.violations().to_vec(),
            refused: progress.refused(),
            drawn_faults: simulator.drawn_faults(),
            livelock: simulator.livelock().cloned(),
            votes,
            digest: digest.finish(),
            token: Token::new(scenario_hash, EPOCH, seed, deviations.clone(), &outcome),
            outcome,
            events: recorder.events,
        })
    }

    /// The trace as JSON Lines; it carries the scenario, so that it needs no other file.
    ///
    /// # Errors
    /// When the scenario cannot be written as JSON.
    pub fn to_jsonl(&self, scenario: &Scenario) -> Result<Vec<u8>, serde_json::Error> {
        let header = Header {
            synod_trace: FORMAT,
            epoch: EPOCH,
            scenario_hash: self.scenario_hash.to_string(),
            seed: self.seed,
            deviations: self.token.deviations.to_string(),
            scenario: scenario.title.clone(),
            labels: scenario.labels(),
            source: serde_json::to_value(scenario)?,
        };
        let mut bytes = crate::text::visible_json(&serde_json::to_string(&header)?).into_bytes();
        bytes.push(b'\n');
        let mut lines = JsonLines::default();
        for (at_ns, event) in &self.events {
            lines.on(*at_ns, event);
        }
        bytes.extend(lines.bytes);
        let trailer = Trailer { events: lines.lines, digest: self.digest.to_string() };
        bytes.extend(serde_json::to_vec(&trailer)?);
        bytes.push(b'\n');
        Ok(bytes)
    }
}
