//! One run with everything that is ever asked of it: its outcome, its violations, its votes, its digest, its trace.
//!
//! For looking at single runs; sweeps drive [`Simulator`] directly.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use crate::check::{Checks, Outcome, Progress, Refused, Violation, Votes};
use crate::own::{Note, Trouble};
use crate::scenario::{Fault, Scenario, ScenarioHash, hash};
use crate::sim::EPOCH;
use crate::text::Tree;
use crate::trace::{
    Beginning, Digest, DigestObserver, Event, FORMAT, Header, JsonLines, Observer, Recorder, StopReason,
    SubmissionId, Trailer, Watching,
};

use super::deviate::{Deviations, plan_for};
use super::error::PlanError;
use super::livelock::Certificate;
use super::plan::Plan;
use super::setup::Setup;
use super::simulator::Simulator;
use super::token::Token;
use super::watch::NEVER;

/// A run and all that can be said of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The scenario's hash.
    pub scenario_hash: ScenarioHash,
    /// The seed.
    pub seed: u64,
    /// What it came to.
    pub outcome: Outcome,
    /// Its broken invariants, of all that there are ([`Checks::All`]), with evidence.
    pub violations: Vec<Violation>,
    /// The first request that an acceptor refused without a reason.
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
    /// Its events with their times, ns, as far as they are kept.
    pub events: Vec<(u64, Event)>,
    /// How many events it has beside these.
    pub unkept: u64,
    /// What ended it, if one of somebody's nodes did.
    pub trouble: Option<Trouble>,
    /// What somebody's nodes said to people.
    pub notes: Vec<Note>,
    /// What they told their clients, as they said it.
    pub replies: BTreeMap<SubmissionId, String>,
    /// Whether only its beginning was played: its outcome is how things stand then, and nothing is known of its end.
    pub is_cut: bool,
}

impl Record {
    /// Runs a seed and keeps everything.
    ///
    /// # Errors
    /// When the scenario asks for what the engine cannot do.
    pub fn of<'a>(setup: impl Into<Setup<'a>>, seed: u64) -> Result<Record, PlanError> {
        Record::with(setup, seed, &Deviations::default())
    }

    /// Runs a seed with deviations and keeps everything.
    ///
    /// # Errors
    /// When the scenario asks for what the engine cannot do, or has nothing that such deviations could be about.
    pub fn with<'a>(
        setup: impl Into<Setup<'a>>,
        seed: u64,
        deviations: &Deviations,
    ) -> Result<Record, PlanError> {
        let mut recorder = Recorder::default();
        let record = Record::watched(setup, seed, deviations, &mut recorder)?;
        Ok(Record { events: recorder.events, unkept: 0, ..record })
    }

    /// The same; none, soon after `stop` is set.
    ///
    /// # Errors
    /// As [`Record::with`].
    pub fn unless<'a>(
        stop: &AtomicBool,
        setup: impl Into<Setup<'a>>,
        seed: u64,
        deviations: &Deviations,
    ) -> Result<Option<Record>, PlanError> {
        let mut recorder = Recorder::default();
        let record = Record::watched_unless(stop, setup, seed, deviations, &mut recorder)?;
        Ok(record.map(|record| Record { events: recorder.events, unkept: 0, ..record }))
    }

    /// Runs a seed with deviations under the eyes of an observer, and keeps no events but their number.
    ///
    /// # Errors
    /// As [`Record::with`].
    pub fn watched<'a>(
        setup: impl Into<Setup<'a>>,
        seed: u64,
        deviations: &Deviations,
        observer: &mut dyn Observer,
    ) -> Result<Record, PlanError> {
        let record = Record::watched_unless(&NEVER, setup, seed, deviations, observer)?;
        Ok(record.unwrap_or_else(|| unreachable!("nobody sets this flag")))
    }

    /// The same; none, soon after `stop` is set.
    ///
    /// # Errors
    /// As [`Record::with`].
    pub fn watched_unless<'a>(
        stop: &AtomicBool,
        setup: impl Into<Setup<'a>>,
        seed: u64,
        deviations: &Deviations,
        observer: &mut dyn Observer,
    ) -> Result<Option<Record>, PlanError> {
        let setup = setup.into();
        let plan = plan_for(setup, deviations)?.watched_by(Checks::All);
        Ok(Record::played(stop, &plan, setup, seed, deviations, observer))
    }

    /// Runs a seed with deviations until so many events were handled, and keeps the first `kept` that tell of it; whole if
    /// the run ends before.
    ///
    /// # Errors
    /// As [`Record::with`].
    pub fn beginning<'a>(
        setup: impl Into<Setup<'a>>,
        seed: u64,
        deviations: &Deviations,
        (most_events, kept): (u32, usize),
    ) -> Result<Record, PlanError> {
        let setup = setup.into();
        let plan = plan_for(setup, deviations)?.watched_by(Checks::All).with_most_events(most_events);
        let mut beginning = Beginning::new(kept);
        let record = Record::played(&NEVER, &plan, setup, seed, deviations, &mut beginning);
        let mut record = record.unwrap_or_else(|| unreachable!("nobody sets this flag"));
        let is_short =
            record.outcome.stopped != StopReason::MaxEvents || setup.scenario.run.max_events <= most_events;
        record.is_cut = !is_short || beginning.unkept > 0;
        Ok(Record { events: beginning.events, unkept: 0, ..record })
    }

    fn played(
        stop: &AtomicBool,
        plan: &Plan,
        setup: Setup<'_>,
        seed: u64,
        deviations: &Deviations,
        watching: &mut dyn Observer,
    ) -> Option<Record> {
        let (scenario, scenario_hash) = (setup.scenario, setup.hash());
        let mut events = 0;
        let mut observer = (
            (Votes::new(scenario.cluster.nodes), DigestObserver::new(scenario_hash.0, seed)),
            (
                (watching, Watching(|_at_ns: u64, _: &Event| events += 1)),
                Progress::of(plan.roles().nodes, plan.answered_at_once()),
            ),
        );
        let mut simulator = Simulator::new(plan);
        simulator.deviate(deviations.clone());
        let outcome = simulator.run_unless(stop, seed, &mut observer).cloned()?;
        let ((votes, mut digest), (_, progress)) = observer;
        Some(Record {
            scenario_hash,
            seed,
            violations: simulator.violations().to_vec(),
            refused: progress.refused(),
            drawn_faults: simulator.drawn_faults(),
            livelock: simulator.livelock().cloned(),
            votes,
            digest: digest.finish(),
            token: setup.token(seed, deviations.clone(), &outcome),
            outcome,
            events: Vec::new(),
            unkept: events,
            trouble: simulator.trouble().cloned(),
            notes: simulator.notes().to_vec(),
            replies: simulator.replies().clone(),
            is_cut: false,
        })
    }

    /// How many events the run has, as far as it was played.
    pub fn count(&self) -> usize {
        self.events.len().saturating_add(usize::try_from(self.unkept).unwrap_or(usize::MAX))
    }

    /// The trace as JSON Lines; it carries the scenario, so that it needs no other file.
    ///
    /// # Errors
    /// When the scenario cannot be written as JSON.
    pub fn to_jsonl(&self, scenario: &Scenario) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = header(scenario, self.seed, &self.token.deviations, self.token.nodes)?;
        let mut lines = JsonLines::default();
        for (at_ns, event) in &self.events {
            lines.on(*at_ns, event);
        }
        bytes.extend(lines.bytes);
        bytes.extend(self.trailer(lines.lines)?);
        Ok(bytes)
    }

    /// The last line of the trace, after so many events.
    ///
    /// # Errors
    /// Never; as [`header`].
    pub fn trailer(&self, events: u64) -> Result<Vec<u8>, serde_json::Error> {
        line(&Trailer { events, digest: self.digest.to_string() })
    }
}

/// The first line of a trace; `nodes` is the identity of somebody's nodes that play.
///
/// # Errors
/// When the scenario cannot be written as JSON.
pub fn header(
    scenario: &Scenario,
    seed: u64,
    deviations: &Deviations,
    nodes: Option<u128>,
) -> Result<Vec<u8>, serde_json::Error> {
    line(&Header {
        synod_trace: FORMAT,
        epoch: EPOCH,
        scenario_hash: hash(scenario).to_string(),
        seed,
        deviations: deviations.to_string(),
        nodes: nodes.map(|nodes| format!("{nodes:032x}")),
        scenario: scenario.title.clone(),
        labels: scenario.labels(),
        source: Tree::of(scenario),
    })
}

fn line(value: &impl serde::Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = crate::text::visible_json(&serde_json::to_string(value)?).into_bytes();
    bytes.push(b'\n');
    Ok(bytes)
}
