//! What stands in the place of `own` where the feature is off: nodes of which there are none, so that nothing that asks for them
//! need know of it.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use super::deviate::Deviations;
use super::faults::Drawn;
use super::plan::Plan;
use crate::check::{Outcome, Violation};
use crate::own::{Note, Trouble};
use crate::trace::{Observer, SubmissionId};

/// A user's own nodes: none without the feature `own`.
#[derive(Clone, Debug)]
pub struct OwnNodes(Never);

#[derive(Clone, Debug)]
enum Never {}

impl OwnNodes {
    /// Which nodes they are.
    pub(super) fn identity(&self) -> u128 {
        match self.0 {}
    }
}

/// Who plays somebody's nodes.
#[derive(Debug)]
pub(super) struct Player<'p> {
    nodes: &'p OwnNodes,
}

impl<'p> Player<'p> {
    pub fn new(_: &'p Plan, nodes: &'p OwnNodes) -> Self {
        Player { nodes }
    }

    pub fn deviate(&mut self, _: Deviations) {
        match self.nodes.0 {}
    }

    pub fn run_unless(&mut self, _: &AtomicBool, _: u64, _: &mut dyn Observer) -> Option<&Outcome> {
        match self.nodes.0 {}
    }

    pub fn trouble(&self) -> Option<&Trouble> {
        match self.nodes.0 {}
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        match self.nodes.0 {}
    }

    pub fn plan(&self) -> &'p Plan {
        match self.nodes.0 {}
    }

    pub fn drawn(&self) -> &[Drawn] {
        match self.nodes.0 {}
    }

    pub fn violations(&self) -> &[Violation] {
        match self.nodes.0 {}
    }

    pub fn replies(&self) -> Option<&BTreeMap<SubmissionId, String>> {
        match self.nodes.0 {}
    }

    pub fn notes(&self) -> &[Note] {
        match self.nodes.0 {}
    }
}
