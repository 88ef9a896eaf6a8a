//! Breadth first through all states: the first violation that is found has a shortest schedule.
//!
//! Absent on purpose: what a step does (`act`) and how its schedule is written (`schedule`).

use super::act::{Action, Applied, Model};
use super::found::{Exploration, Way};
use super::keeper::{Course, Keeper};
use super::moves::MoveCounts;
use super::outlook::Outlook;
use super::room::Room;
use super::state::State;
use super::visited::Visited;

/// How many states pass between two looks at whether to go on.
const PAUSE: usize = 1 << 10;

/// The counts, and the way to a broken invariant or to a state that was asked for.
pub(super) fn search(model: &Model<'_>, keeper: &mut dyn Keeper) -> (Exploration, Option<Way>) {
    let mut counts = MoveCounts::default();
    let (found, way) = visit(model, keeper, &mut counts);
    (Exploration { moves: counts.each(), ..found }, way)
}

fn visit(model: &Model<'_>, keeper: &mut dyn Keeper, counts: &mut MoveCounts) -> (Exploration, Option<Way>) {
    let chosen = vec![0; model.plan.proposers.len()];
    let mut found = Exploration { complete: true, chosen, ..Exploration::default() };
    let (mut visited, mut bytes, mut actions) = (Visited::new(), Vec::new(), Vec::new());
    let mut outlook = Outlook::new();
    let initial = model.initial();
    if model.is_asked_for(&initial) {
        (found.states, found.complete) = (1, false);
        return (found, Some((Vec::new(), None)));
    }
    visited.insert(initial.fingerprint(&mut bytes), 0);
    let (mut frontier, mut next) = (vec![(0, initial)], Vec::new());
    let mut room = Room::new(model.bounds.most_bytes);
    // Numbers of states have 32 bits.
    let most_states = model.bounds.most_states.min(u64::from(u32::MAX) - 1);
    loop {
        room.turn(&frontier);
        for (number, state) in frontier.drain(..) {
            model.actions(&state, &mut actions);
            outlook.leave(number, note(model, &state, &mut found));
            for &action in &actions {
                found.transitions += 1;
                let Applied { state: child, broken, moves } = model.step(&state, action);
                counts.count(moves);
                if let Some(broken) = broken {
                    found.states = visited.len() as u64;
                    let mut path = retrace(model, &visited.way(number));
                    path.extend(told(model, &state, action));
                    (found.depth, found.complete) = (path.len() as u32, false);
                    return (found, Some((path, Some(broken))));
                }
                let (number, is_new) = visited.insert(child.fingerprint(&mut bytes), number);
                outlook.step(number);
                if is_new && model.is_asked_for(&child) {
                    found.states = visited.len() as u64;
                    let path = retrace(model, &visited.way(number));
                    (found.depth, found.complete) = (path.len() as u32, false);
                    return (found, Some((path, None)));
                }
                if is_new {
                    room.come(bytes.len());
                    next.push((number, child));
                }
            }
            let states = visited.len() as u64;
            let pause = (number as usize).is_multiple_of(PAUSE);
            let is_full = room.is_full(visited.bytes(), &next) || states >= most_states;
            if is_full || pause && keeper.go_on(states) == Course::Stop {
                (found.states, found.complete) = (states, false);
                return (found, None);
            }
        }
        if next.is_empty() {
            (found.states, found.stuck) = (visited.len() as u64, outlook.hopeless());
            return (found, None);
        }
        found.depth += 1;
        std::mem::swap(&mut frontier, &mut next);
    }
}

/// Counts the state, and tells whether something is chosen in it.
fn note(model: &Model<'_>, state: &State, found: &mut Exploration) -> bool {
    let winner = model.chosen(state);
    if let Some(count) = winner.and_then(|winner| found.chosen.get_mut(winner)) {
        *count += 1;
    }
    winner.is_some()
}

/// An action as single deliveries.
pub(super) fn told(model: &Model<'_>, state: &State, action: Action) -> Vec<Action> {
    match action {
        Action::Hear { .. } => {
            let heard = model.heard(state, action).into_iter();
            heard.filter(|&message| !model.was_heard(message)).map(Action::Deliver).collect()
        }
        action => vec![action],
    }
}

/// The actions along a way of fingerprints.
fn retrace(model: &Model<'_>, way: &[u64]) -> Vec<Action> {
    let (mut state, mut bytes, mut actions) = (model.initial(), Vec::new(), Vec::new());
    let mut path = Vec::new();
    for &print in way {
        model.actions(&state, &mut actions);
        let steps = actions.iter().map(|&action| (action, model.apply(&state, action).0));
        let mut steps = steps.filter(|(_, child)| child.fingerprint(&mut bytes) == print);
        let Some((action, child)) = steps.next() else { break };
        drop(steps);
        path.extend(told(model, &state, action));
        state = child;
    }
    path
}
