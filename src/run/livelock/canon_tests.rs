//! States built by hand: what must not matter, and what must.

use crate::paxos::{Ballot, Request, Value, Vote};
use crate::run::hooks::NoHooks;
use crate::run::packet::Packet;
use crate::run::plan::Plan;
use crate::run::seat::{Alarm, Deadline};
use crate::run::world::World;
use crate::scenario::Scenario;
use crate::trace::{BallotId, Event, Observer};

use super::canon::Canon;

fn plan(more: &str) -> Plan {
    let text = format!(
        "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
         [protocol]\nretry = {{ fixed = {{ delay = \"5ms\" }} }}\n[network]\ndelay = {{ constant = \"10ms\" }}\n{more}"
    );
    Plan::new(&Scenario::parse(&text, "canon.toml").expect("valid")).expect("plans")
}

/// Two proposers that wait for their next attempts, A's due first; all rounds `up`.
fn waiting<'p>(plan: &'p Plan, up: u64) -> World<'p> {
    let mut world = World::new(plan);
    world.begin(0, &mut NoHooks);
    world.now = 1_000 * (1 + up);
    for p in 0..2 {
        let seat = &mut world.cast.seats[p];
        (seat.attempt, seat.current, seat.alarm) = (1, Some(p as u16), Alarm::Retry);
        let number = world.agenda.number();
        world.agenda.set_alarm(p, world.now + 100 + 7 * p as u64, number);
    }
    world.nodes[1].round = 10 + up;
    world.nodes[3].round = 11 + up;
    for node in 1..=3 {
        world.nodes[node].acceptor.promised = Ballot::new(11 + up, 3);
    }
    world
}

fn vote(world: &mut World<'_>, node: u8, ballot: Ballot, value: u16) {
    world.nodes[usize::from(node)].acceptor.vote = Vote { ballot, value: Value(value) };
    world.monitor.on(0, &Event::Voted { node, ballot: BallotId(ballot.to_bits()), value });
}

/// A's accept in `ballot` is on its way to node 2.
fn accept_in_flight(world: &mut World<'_>, ballot: Ballot) {
    let packet = Packet::request(0, 1, ballot, Request::Accept(Value(0))).to(2, 0);
    world.agenda.arrive(world.now + 50, packet, &mut world.cast);
}

fn canon(world: &World<'_>) -> Canon {
    Canon::of(world).expect("somebody is alive")
}

#[test]
fn a_shift_of_time_and_rounds_does_not_matter_and_a_gap_does() {
    let plan = plan("");
    let (one, two) = (canon(&waiting(&plan, 0)), canon(&waiting(&plan, 40)));
    assert_eq!((&one.words, two.base - one.base), (&two.words, 40));
    let mut wider = waiting(&plan, 40);
    wider.nodes[1].acceptor.promised = Ballot::new(52, 3);
    assert_ne!(canon(&wider).words, one.words);
    let mut later = waiting(&plan, 40);
    let number = later.agenda.number();
    later.agenda.set_alarm(1, later.now + 101, number);
    assert_ne!(canon(&later).words, one.words);
}

/// Node 1 has voted in A's ballot and then in B's. If A's accept can still be accepted at node 2, that completes a
/// quorum; a state in which node 1 never voted for A is another one, though every acceptor looks the same.
#[test]
fn an_overwritten_vote_matters_while_its_ballot_can_gain_votes() {
    let plan = plan("");
    let (a, b) = (Ballot::new(10, 1), Ballot::new(11, 3));
    let state = |overwritten: bool, promised: Ballot| {
        let mut world = waiting(&plan, 0);
        if overwritten {
            vote(&mut world, 1, a, 0);
        }
        vote(&mut world, 1, b, 1);
        world.nodes[2].acceptor.promised = promised;
        accept_in_flight(&mut world, a);
        canon(&world)
    };
    assert_ne!(state(true, Ballot::NONE), state(false, Ballot::NONE));
    assert_ne!(state(true, a), state(false, a));
    // Node 2 has promised more: the accept will be refused, and who has voted for A is history.
    assert_eq!(state(true, b), state(false, b));
}

#[test]
fn votes_below_all_that_is_to_come_count_by_their_order_and_value_alone() {
    let plan = plan("");
    let state = |first: u64, second: u64, value: u16| {
        let mut world = waiting(&plan, 0);
        vote(&mut world, 1, Ballot::new(first, 1), value);
        vote(&mut world, 2, Ballot::new(second, 1), 1);
        canon(&world)
    };
    assert_eq!(state(1, 2, 0), state(3, 9, 0));
    assert_ne!(state(1, 2, 0), state(2, 1, 0), "another one is the highest");
    assert_ne!(state(1, 2, 0), state(2, 2, 0), "equal is not less");
    assert_ne!(state(1, 2, 0), state(1, 2, 1));
}

/// A vote in a ballot that is in use is that ballot's, not a rank: an accept in flight is for the same one, or another.
#[test]
fn a_vote_that_equals_a_ballot_in_use_stays_equal_to_it() {
    let plan = plan("");
    let state = |voted: Ballot| {
        let mut world = waiting(&plan, 0);
        world.nodes[2].acceptor.promised = Ballot::NONE;
        vote(&mut world, 3, voted, 0);
        accept_in_flight(&mut world, Ballot::new(9, 1));
        canon(&world)
    };
    assert_ne!(state(Ballot::new(9, 1)), state(Ballot::new(8, 1)));
    assert_ne!(state(Ballot::new(8, 1)), state(Ballot::new(10, 1)), "below and above the accept in flight");
    assert_eq!(state(Ballot::new(8, 1)), state(Ballot::new(7, 3)));
}

#[test]
fn what_is_dead_does_not_matter() {
    let plan = plan("[cluster]\nnodes = 5\n");
    let one = canon(&waiting(&plan, 0));
    // A promise below everything that is to come refuses nothing.
    let mut stale = waiting(&plan, 0);
    stale.nodes[5].acceptor.promised = Ballot::new(4, 1);
    assert_eq!(canon(&stale), one);
    // What was seen is less than the node's counter by now.
    let mut known = waiting(&plan, 0);
    known.cast.seats[0].paxos.seen = 3;
    assert_eq!(canon(&known), one);
    known.cast.seats[0].paxos.seen = 12;
    assert_ne!(canon(&known), one);
    // A prepare that will be refused, and whose refusal nobody awaits.
    let mut refused = waiting(&plan, 0);
    let packet = Packet::request(0, 1, Ballot::new(9, 1), Request::Prepare).to(2, 0);
    refused.agenda.arrive(refused.now + 3, packet, &mut refused.cast);
    assert_eq!(canon(&refused), one);
}

/// A waits for the end of its attempt, and nothing is under way for it: what is left of the attempt says when it comes back.
/// The search for a cycle looks at alarms, too, and would not propose two such states; what proves is this form.
#[test]
fn what_is_left_of_an_attempt_matters() {
    let plan = plan("");
    let state = |left: u64| {
        let mut world = waiting(&plan, 0);
        let (at, number) = (world.now + left, world.agenda.number());
        let seat = &mut world.cast.seats[0];
        seat.paxos.begin(Value(0), Ballot::new(10, 1), &plan.rules);
        seat.alarm = Alarm::Timeout;
        seat.attempt_deadline = Deadline { at, number, lost: None };
        world.agenda.set_alarm(0, at, number);
        canon(&world)
    };
    assert_eq!(state(50), state(50));
    assert_ne!(state(50), state(60));
}
