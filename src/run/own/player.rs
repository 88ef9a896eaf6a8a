//! Plays the runs of a plan with somebody's nodes: one after the other for whoever asks, and those that follow ahead of that, for
//! a program that answers many at a wake-up is asked many at once.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::{Outcome, Violation};
use crate::own::{Ask, Begin, Cluster, Effects, Note, Trouble};
use crate::run::deviate::Deviations;
use crate::run::faults::Drawn;
use crate::run::plan::Plan;
use crate::trace::{Event, Observer, StopReason, SubmissionId};

use super::cluster::OwnNodes;
use super::engine::Run;

/// Runs that go on side by side, at most.
const MOST_LANES: usize = 256;
/// Runs that are played ahead, for each lane: so the last of them do not leave most lanes idle for long.
const AHEAD: u64 = 8;
/// Events that are kept of runs played ahead, at most; more, and no further one is begun.
const KEPT: usize = 1 << 20;

/// A run that was played, as it is handed on.
#[derive(Debug)]
struct Played {
    outcome: Outcome,
    violations: Vec<Violation>,
    notes: Vec<Note>,
    replies: BTreeMap<SubmissionId, String>,
    drawn: Vec<Drawn>,
    events: Vec<(u64, Event)>,
}

/// The seeds that are still to be begun.
struct Due {
    /// The next one; none after the last that there is.
    next: Option<u64>,
    left: u64,
}

impl Due {
    fn take(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let seed = self.next?;
        self.next = seed.checked_add(1);
        Some(seed)
    }
}

/// A run that goes on in a lane.
struct Lane<'p> {
    run: Run<'p>,
    seed: u64,
    /// What its nodes are told first, until they are.
    begin: Option<Begin>,
    events: Events,
}

/// Keeps events.
#[derive(Debug, Default)]
struct Events(Vec<(u64, Event)>);

impl Observer for Events {
    fn on(&mut self, at_ns: u64, event: &Event) {
        self.0.push((at_ns, *event));
    }
}

/// Plays runs.
pub(in crate::run) struct Player<'p> {
    plan: &'p Plan,
    nodes: &'p OwnNodes,
    cluster: Option<Box<dyn Cluster>>,
    lanes: Vec<Lane<'p>>,
    /// Runs that nobody has asked for yet, by their seeds.
    ahead: BTreeMap<u64, Played>,
    last: Option<Played>,
    last_seed: Option<u64>,
    deviations: Deviations,
    trouble: Option<Trouble>,
    answers: Vec<Effects>,
}

impl std::fmt::Debug for Player<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Player").field("nodes", &self.nodes).finish_non_exhaustive()
    }
}

impl<'p> Player<'p> {
    pub fn new(plan: &'p Plan, nodes: &'p OwnNodes) -> Self {
        Player {
            plan,
            nodes,
            cluster: None,
            lanes: Vec::new(),
            ahead: BTreeMap::new(),
            last: None,
            last_seed: None,
            deviations: Deviations::default(),
            trouble: None,
            answers: Vec::new(),
        }
    }

    /// From now on runs deviate in this.
    pub fn deviate(&mut self, deviations: Deviations) {
        // What was played ahead was played without.
        self.ahead.clear();
        (self.last_seed, self.deviations) = (None, deviations);
    }

    /// Plays a seed; none, soon after `stop` is set. A run that a node ends stops for that ([`Player::trouble`]).
    pub fn run_unless(
        &mut self,
        stop: &AtomicBool,
        seed: u64,
        observer: &mut dyn Observer,
    ) -> Option<&Outcome> {
        self.trouble = None;
        let follows = self.last_seed == seed.checked_sub(1) && seed > 0;
        self.last_seed = Some(seed);
        if !self.ahead.contains_key(&seed) {
            self.ahead.clear();
            let many = if follows { self.most_lanes() } else { 1 };
            match self.play(stop, seed, many) {
                Ok(true) => {}
                Ok(false) => return None,
                // Whose fault it was shows when each is played alone.
                Err(_) if many > 1 => self.play_alone(stop, seed)?,
                Err(trouble) => self.give_up(seed, trouble),
            }
        }
        let played = self.ahead.remove(&seed)?;
        for (at_ns, event) in &played.events {
            observer.on(*at_ns, event);
        }
        Some(&self.last.insert(played).outcome)
    }

    fn most_lanes(&self) -> usize {
        let lanes = self.cluster.as_ref().map_or(1, |cluster| usize::from(cluster.lanes()));
        lanes.min(MOST_LANES)
    }

    fn play_alone(&mut self, stop: &AtomicBool, seed: u64) -> Option<()> {
        self.ahead.clear();
        match self.play(stop, seed, 1) {
            Ok(true) => Some(()),
            Ok(false) => None,
            Err(trouble) => {
                self.give_up(seed, trouble);
                Some(())
            }
        }
    }

    /// A node has ended this run.
    fn give_up(&mut self, seed: u64, trouble: Trouble) {
        if let Some(lane) = self.lanes.first_mut() {
            lane.run.end(StopReason::NodeFailed);
            let mut played = lane.over();
            played.outcome.stopped = StopReason::NodeFailed;
            if trouble.is_of_file() {
                // What a wrong file makes of a program is not held against it.
                played.outcome.violated = Default::default();
                played.violations.clear();
            }
            self.ahead.insert(seed, played);
        }
        self.trouble = Some(trouble);
    }

    /// Plays this seed, and so many lanes full of those that follow; false, soon after `stop` is set.
    fn play(&mut self, stop: &AtomicBool, first: u64, lanes: usize) -> Result<bool, Trouble> {
        while self.lanes.len() < lanes {
            self.lanes.push(Lane::new(Run::new(
                self.plan,
                self.nodes.map.clone(),
                self.nodes.values.clone(),
            )));
        }
        let mut due = Due { next: Some(first), left: if lanes == 1 { 1 } else { AHEAD * lanes as u64 } };
        let mut active: Vec<usize> = (0..lanes).collect();
        active.retain(|&lane| match due.take() {
            Some(seed) => {
                self.lanes[lane].begin(seed, &self.deviations);
                true
            }
            None => false,
        });
        let mut cluster = self.cluster.take().map_or_else(|| self.nodes.take(), Ok)?;
        let (mut kept, deviations) = (0, self.deviations.clone());
        while !active.is_empty() {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            self.exchange(&mut *cluster, &active)?;
            let (all, ahead) = (&mut self.lanes, &mut self.ahead);
            let mut misread = None;
            active.retain(|&at| {
                let lane = &mut all[at];
                if lane.goes_on() {
                    return true;
                }
                misread = misread.take().or_else(|| lane.run.misread());
                let played = lane.over();
                kept += played.events.len();
                ahead.insert(lane.seed, played);
                let next = if kept < KEPT { due.take() } else { None };
                if let Some(seed) = next {
                    lane.begin(seed, &deviations);
                }
                next.is_some()
            });
            if let Some(wrong) = misread {
                return Err(wrong.into());
            }
        }
        let ends: Vec<_> = (0..lanes).map(|lane| (lane as u16, Ask::End)).collect();
        cluster.ask(&ends, &mut self.answers)?;
        self.cluster = Some(cluster);
        Ok(true)
    }

    /// Asks in each of these lanes what is due there, and obeys the answers.
    fn exchange(&mut self, cluster: &mut dyn Cluster, active: &[usize]) -> Result<(), Trouble> {
        // At most 256 lanes.
        let asks: Vec<(u16, Ask<'_>)> =
            active.iter().map(|&lane| (lane as u16, self.lanes[lane].question())).collect();
        cluster.ask(&asks, &mut self.answers)?;
        for (&lane, effects) in active.iter().zip(&mut self.answers) {
            let it = &mut self.lanes[lane];
            it.begin = None;
            let obeyed = it.run.obey(std::mem::take(effects));
            obeyed.map_err(|what| it.run.judged(cluster.blame(lane as u16, what)))?;
        }
        Ok(())
    }

    /// What ended the last run, if a node did.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// What the last run came to.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.last.as_ref().map(|last| &last.outcome)
    }

    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// The faults that were drawn in the last run.
    pub fn drawn(&self) -> &[Drawn] {
        self.last.as_ref().map_or(&[], |last| &last.drawn)
    }

    pub fn violations(&self) -> &[Violation] {
        self.last.as_ref().map_or(&[], |last| &last.violations)
    }

    /// What the nodes told their clients in the last run.
    pub fn replies(&self) -> Option<&BTreeMap<SubmissionId, String>> {
        self.last.as_ref().map(|last| &last.replies)
    }

    /// What the nodes said to people in the last run.
    pub fn notes(&self) -> &[Note] {
        self.last.as_ref().map_or(&[], |last| &last.notes)
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster.take() {
            self.nodes.give_back(cluster);
        }
    }
}

impl<'p> Lane<'p> {
    fn new(run: Run<'p>) -> Self {
        Lane { run, seed: 0, begin: None, events: Events::default() }
    }

    fn begin(&mut self, seed: u64, deviations: &Deviations) {
        self.seed = seed;
        self.run.deviate(deviations.clone());
        self.begin = Some(self.run.begin(seed));
        self.events.0.clear();
    }

    /// What is asked in it.
    fn question(&self) -> Ask<'_> {
        self.begin.as_ref().map_or_else(|| Ask::Step(self.run.input()), Ask::Reset)
    }

    /// Turns to what its nodes are told next; false if its run is over.
    fn goes_on(&mut self) -> bool {
        let goes_on = self.run.next_input().is_some();
        self.run.show(&mut self.events);
        goes_on
    }

    fn over(&mut self) -> Played {
        self.run.show(&mut self.events);
        Played {
            outcome: self.run.outcome().clone(),
            violations: self.run.violations().to_vec(),
            notes: self.run.notes().to_vec(),
            replies: self.run.replies().clone(),
            drawn: self.run.sources.drawn.clone(),
            events: std::mem::take(&mut self.events.0),
        }
    }
}
