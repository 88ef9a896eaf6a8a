//! All states of a search that are few enough to be drawn, and the steps between them.
//!
//! Absent on purpose: the drawing (`report`).

use std::collections::BTreeMap;

use super::act::{Applied, Model};
use super::packed::representative;
use super::schedule;
use super::search::told;
use super::state::State;
use crate::run::condition::Facts;
use crate::scenario::script;
use crate::trace::{BallotId, ProposerId, SubmissionId};

/// States and steps; the first state is where the search begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Level by level.
    pub states: Vec<GraphState>,
    /// In the order of the states that they leave.
    pub steps: Vec<GraphStep>,
}

/// A state, as far as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphState {
    /// Steps of a shortest way to it.
    pub depth: u32,
    /// By acceptor, from node 1.
    pub acceptors: Vec<GraphAcceptor>,
    /// By proposer: attempts begun, the phase of the one that is running (0 for none), whether its client was told a value.
    pub proposers: Vec<(u8, u8, bool)>,
    /// Messages under way.
    pub flight: usize,
    /// Whose value is chosen.
    pub winner: Option<ProposerId>,
    /// Whether it is one that was asked for.
    pub is_asked_for: bool,
}

/// An acceptor in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphAcceptor {
    /// Its promise.
    pub promised: Option<BallotId>,
    /// The ballot and the value of its vote.
    pub vote: Option<(BallotId, SubmissionId)>,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphStep {
    /// The state that it leaves.
    pub from: usize,
    /// The state that follows.
    pub to: usize,
    /// What happens, in the notation of scripts.
    pub act: String,
    /// Whether an invariant breaks by it. The search does not go on behind it.
    pub breaks: bool,
}

fn seen_of(model: &Model<'_>, state: &State, depth: u32) -> GraphState {
    let acceptor = |node| GraphAcceptor { promised: state.promised(node), vote: state.vote(node) };
    let proposer = |seat: &super::state::Seat| {
        (seat.attempts, crate::run::stage::number(seat.paxos.phase), seat.answered)
    };
    GraphState {
        depth,
        acceptors: (1..=model.plan.rules.nodes).map(acceptor).collect(),
        proposers: state.seats.iter().map(proposer).collect(),
        flight: state.flight.len(),
        winner: state.winner(),
        is_asked_for: model.is_asked_for(state),
    }
}

/// The graph; none if it has more than `most` states.
pub(super) fn graph(model: &Model<'_>, names: &[&str], most: usize) -> Option<Graph> {
    let stands_for = representative(model);
    let initial = stands_for(model.initial());
    let mut graph = Graph { states: vec![seen_of(model, &initial, 0)], steps: Vec::new() };
    let (mut bytes, mut actions) = (Vec::new(), Vec::new());
    let mut numbers = BTreeMap::from([(initial.fingerprint(&mut bytes), 0)]);
    let mut level = vec![(0, initial)];
    for depth in 1.. {
        let mut next = Vec::new();
        for (from, state) in level {
            model.actions(&state, &mut actions);
            for &action in &actions {
                let Applied { state: child, broken, .. } = model.step(&state, action);
                let child = stands_for(child);
                let new = graph.states.len();
                let to = *numbers.entry(child.fingerprint(&mut bytes)).or_insert(new);
                let act =
                    script::write(&schedule::acts(&told(model, &state, action)), names).replace('\n', " ");
                graph.steps.push(GraphStep { from, to, act, breaks: broken.is_some() });
                if to == new {
                    graph.states.push(seen_of(model, &child, depth));
                    if broken.is_none() {
                        next.push((to, child));
                    }
                }
                if graph.states.len() > most {
                    return None;
                }
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    Some(graph)
}
