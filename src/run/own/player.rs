//! Plays the runs of a plan with somebody's nodes, one after the other.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::check::{Outcome, Violation};
use crate::own::{Ask, Cluster, Effects, Trouble};
use crate::run::faults::Drawn;
use crate::run::plan::Plan;
use crate::trace::{Observer, StopReason};

use super::cluster::OwnNodes;
use super::engine::{Note, Run};

/// A run in one lane of a cluster that it has for itself.
pub(in crate::run) struct Player<'p> {
    nodes: &'p OwnNodes,
    run: Run<'p>,
    cluster: Option<Box<dyn Cluster>>,
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
        let run = Run::new(plan, nodes.map.clone(), nodes.values.clone());
        Player { nodes, run, cluster: None, trouble: None, answers: Vec::new() }
    }

    /// Plays a seed; none, soon after `stop` is set. A run that a node ends stops for that ([`Player::trouble`]).
    pub fn run_unless(
        &mut self,
        stop: &AtomicBool,
        seed: u64,
        observer: &mut impl Observer,
    ) -> Option<&Outcome> {
        self.trouble = None;
        let played = self.play(stop, seed, observer);
        match played {
            Ok(true) => {}
            Ok(false) => {
                // What it was asked last goes on in it: the next run begins anew.
                return None;
            }
            Err(trouble) => {
                self.cluster = None;
                self.trouble = Some(trouble);
                self.run.end(StopReason::NodeFailed);
            }
        }
        self.run.show(observer);
        Some(self.run.outcome())
    }

    fn play(&mut self, stop: &AtomicBool, seed: u64, observer: &mut impl Observer) -> Result<bool, Trouble> {
        let begin = self.run.begin(seed);
        if self.cluster.is_none() {
            self.cluster = Some(self.nodes.take()?);
        }
        let Some(cluster) = &mut self.cluster else { return Ok(false) };
        cluster.ask(&[(0, Ask::Reset(&begin))], &mut self.answers)?;
        loop {
            let effects = self.answers.first_mut().map(std::mem::take).unwrap_or_default();
            self.run.obey(effects).map_err(|what| cluster.blame(0, what))?;
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            let Some(input) = self.run.next() else { break };
            cluster.ask(&[(0, Ask::Step(input))], &mut self.answers)?;
            self.run.show(observer);
        }
        cluster.ask(&[(0, Ask::End)], &mut self.answers)?;
        Ok(true)
    }

    /// What ended the last run, if a node did.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    pub fn outcome(&self) -> &Outcome {
        self.run.outcome()
    }

    pub fn plan(&self) -> &'p Plan {
        self.run.plan
    }

    /// The faults that were drawn in the last run.
    pub fn drawn(&self) -> &Vec<Drawn> {
        &self.run.drawn
    }

    pub fn violations(&self) -> &[Violation] {
        self.run.violations()
    }

    /// What the nodes said to people in the last run.
    pub fn notes(&self) -> &[Note] {
        self.run.notes()
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster.take() {
            self.nodes.give_back(cluster);
        }
    }
}
