//! Runs made step by step: what is offered can happen, and the schedule that is taken away gives the same run, event by event.

use crate::support::dice::Dice;
use crate::support::totals::shipped_with;
use synod::run::{Bounds, Plan, Session, SessionError, Simulator, explore};
use synod::scenario::Scenario;
use synod::scenario::script::{Act, Exchange, Part, parse};
use synod::trace::{Answer, Event, Recorder, StopReason};

fn scenario(name: &str, set: &[&str]) -> Scenario {
    let sets: Vec<(&str, &str)> = set.iter().filter_map(|it| it.split_once('=')).collect();
    shipped_with(name, &sets)
}

/// The run of a scripted scenario.
fn played(scenario: &Scenario) -> Vec<(u64, Event)> {
    let plan = Plan::new(scenario).unwrap_or_else(|e| panic!("{:?}: {e}", scenario.script)).without_proofs();
    let mut recorder = Recorder::default();
    Simulator::new(&plan).run(0, &mut recorder);
    recorder.events
}

/// The steps of a schedule, each message by itself.
fn single_steps(scenario: &Scenario) -> Vec<Act> {
    let names: Vec<&str> = scenario.proposer.iter().map(|proposer| &proposer.name[..]).collect();
    let schedule = &scenario.script.as_ref().expect("a script").schedule;
    let steps = parse(schedule, &names, scenario.cluster.nodes).expect("a schedule").steps;
    let single = |act| match act {
        Act::Deliver(it, Part::Both) => vec![Act::Deliver(it, Part::Request), Act::Deliver(it, Part::Answer)],
        act => vec![act],
    };
    steps.into_iter().flat_map(|step| single(step.act)).collect()
}

/// Every step that is offered can be taken, on a branch.
fn all_can_happen(session: &Session<'_>) {
    for act in session.moves().into_iter().chain(session.copies()) {
        session.branch(act).unwrap_or_else(|e| panic!("{act:?} after {}: {e}", session.schedule()));
    }
}

/// Branches are clones that go on.
trait Branch: Sized {
    fn branch(&self, act: Act) -> Result<Self, SessionError>;
}

impl Branch for Session<'_> {
    fn branch(&self, act: Act) -> Result<Self, SessionError> {
        let mut branch = self.clone();
        branch.apply(act).map(|()| branch)
    }
}

#[test]
fn a_textbook_case_step_by_step() {
    let told_failed = scenario("textbook/told-failed", &[]);
    let plan = Plan::by_hand(&told_failed).expect("plans");
    let mut session = Session::new(&plan);
    for act in single_steps(&told_failed) {
        all_can_happen(&session);
        assert!(session.moves().contains(&act), "{act:?} is not offered after {}", session.schedule());
        session.apply(act).expect("offered");
    }
    // A waits: whether it goes on is not known, as it is in the script.
    assert!(!session.record().iter().any(|(_, event)| matches!(event, Event::Answered { proposer: 0, .. })));
    session.finish();
    let told = |events: &[(u64, Event)]| {
        let mut answers = events.iter().filter_map(|(_, event)| match event {
            Event::Answered { proposer: 0, answer, .. } => Some(*answer),
            _ => None,
        });
        answers.next()
    };
    let failed = Some(Answer::Failed { phase: 2, count: 1 });
    assert_eq!((told(session.record()), told(&played(&told_failed))), (failed, failed));
    let again = session.scenario(&told_failed).expect("steps were taken");
    assert!(again.script.as_ref().expect("a script").schedule.ends_with("giveup A"));
    assert_eq!(played(&again), session.record());
}

/// Scenarios of every transport, rule and size that scripts can have.
fn of_all_kinds() -> Vec<Scenario> {
    let sets: [(&str, &[&str]); 9] = [
        ("duel", &[]),
        ("w2", &["protocol.local_preemption=true"]),
        ("lab2", &[]),
        ("lab2", &["protocol.max_attempts=2", "protocol.announce=true"]),
        ("five-proposers", &["protocol.give_up=first-reject"]),
        ("duel", &["cluster.nodes=5", "protocol.rejection=silent"]),
        ("duel", &["protocol.mutant=ignores-votes"]),
        ("lab2", &["protocol.mutant=forgets-promise-on-restart", "protocol.own_messages=network"]),
        ("duplicates", &["protocol.repeated=reject"]),
    ];
    sets.iter().map(|(name, set)| scenario(name, set)).collect()
}

#[test]
fn whatever_is_chosen_the_schedule_gives_the_same_run() {
    const WALKS: u64 = 12;
    let (mut steps, mut gave_up, mut copies) = (0, 0, 0);
    for (i, scenario) in of_all_kinds().iter().enumerate() {
        let plan = Plan::by_hand(scenario).expect("plans");
        for walk in 0..WALKS {
            let mut dice = Dice(1000 * i as u64 + walk);
            let mut session = Session::new(&plan);
            for step in 0..60 {
                if step % 20 == 0 {
                    all_can_happen(&session);
                }
                // Crashes and reads are as many as all else at the beginning; messages are what a run is made of.
                let mut moves = session.moves();
                if !dice.one_in(4) && moves.iter().any(|act| matches!(act, Act::Deliver(..))) {
                    moves.retain(|act| matches!(act, Act::Deliver(..)));
                }
                if dice.one_in(8) {
                    moves.extend(session.copies());
                }
                let act = moves[dice.roll(moves.len())];
                gave_up += u32::from(matches!(act, Act::GiveUp(_)));
                copies += u32::from(session.copies().contains(&act));
                session.apply(act).expect("offered");
                steps += 1;
            }
            let outcome = session.finish().clone();
            let again = session.scenario(scenario).expect("steps were taken");
            let schedule = &again.script.as_ref().expect("a script").schedule;
            assert_eq!(played(&again), session.record(), "{}: {schedule}", scenario.title);
            let plan = Plan::new(&again).expect("plans").without_proofs();
            assert_eq!(*Simulator::new(&plan).run(0, &mut synod::trace::Blind), outcome);
        }
    }
    assert!(steps > 6_000 && gave_up > 20 && copies > 20, "{steps} {gave_up} {copies}");
}

#[test]
fn a_client_that_gives_up_is_told_of_its_last_failure() {
    let plan = Plan::by_hand(&scenario("duel", &[])).expect("plans");
    let mut session = Session::new(&plan);
    let impossible = |session: &mut Session<'_>, act| session.apply(act).expect_err("refused").to_string();
    let refused = impossible(&mut session, Act::GiveUp(0));
    assert_eq!(refused, "giveup A: A's client has submitted nothing; write `start A` first");
    session.apply(Act::Start(0)).expect("it starts");
    let refused = impossible(&mut session, Act::GiveUp(0));
    assert_eq!(refused, "giveup A: attempt 1 of A is not over; write `timeout A` first");
    session.apply(Act::Timeout(0)).expect("it runs");
    session.apply(Act::GiveUp(0)).expect("it waits");
    let (_, last) = *session.record().last().expect("events");
    let failed = Answer::Failed { phase: 1, count: 0 };
    assert!(matches!(last, Event::Answered { proposer: 0, answer, .. } if answer == failed), "{last:?}");
    assert_eq!(impossible(&mut session, Act::GiveUp(0)), "giveup A: A's client has its answer");
    // Its node crashes between failure and reply: nobody tells it.
    session.apply(Act::Start(1)).expect("it starts");
    session.apply(Act::Timeout(1)).expect("it runs");
    // B lives on node 3.
    session.apply(Act::Crash(3)).expect("it is up");
    session.apply(Act::GiveUp(1)).expect("it waits");
    let (_, last) = *session.record().last().expect("events");
    assert!(matches!(last, Event::Abandoned { proposer: 1, .. }), "{last:?}");
}

#[test]
fn what_cannot_be_taken_is_refused_and_changes_nothing() {
    let plan = Plan::by_hand(&scenario("duel", &[])).expect("plans");
    let mut session = Session::new(&plan);
    assert_eq!(session.scenario(&scenario("duel", &[])), None);
    session.apply(Act::Start(0)).expect("it starts");
    let exchange = Exchange { proposer: 0, attempt: 1, phase: 1, node: 2 };
    let (before, steps) = (session.record().to_vec(), session.acts().len());
    for act in [
        Act::Deliver(exchange, Part::Both),
        Act::Deliver(exchange, Part::Answer),
        Act::Deliver(Exchange { phase: 2, ..exchange }, Part::Request),
        Act::Restart(1),
        Act::Timeout(1),
    ] {
        session.apply(act).expect_err("refused");
        assert!(session.record() == before && session.acts().len() == steps, "{act:?}");
    }
    session.finish();
    assert_eq!(session.apply(Act::Start(1)), Err(SessionError::Over(StopReason::ScriptEnded)));
    assert!(session.moves().is_empty() && session.copies().is_empty());
    let ends = session.record().len();
    session.finish();
    assert_eq!(session.record().len(), ends);
}

#[test]
fn handlers_in_two_steps_have_no_place_in_it() {
    let split = scenario("duel", &["protocol.mutant=prepare-not-atomic"]);
    let refused = Plan::by_hand(&split).expect_err("refused").to_string();
    assert!(refused.contains("a handler in two steps takes time"), "{refused}");
}

/// The shortest way to break an invariant breaks it here as well, in the same step.
#[test]
fn a_counterexample_can_be_stepped_through() {
    let broken = scenario("duel", &["protocol.mutant=ignores-votes"]);
    let found =
        explore(&broken, &Bounds::ONCE, &mut |_| true).expect("explores").violation.expect("a violation");
    let plan = Plan::by_hand(&broken).expect("plans");
    let mut session = Session::new(&plan);
    let steps = single_steps(&found.scenario);
    let (last, before) = steps.split_last().expect("steps");
    for act in before {
        assert!(session.moves().contains(act), "{act:?}");
        session.apply(*act).expect("offered");
    }
    assert!(session.violations().is_empty());
    session.apply(*last).expect("offered");
    assert!(session.violations().iter().any(|it| it.invariant == found.invariant));
}
