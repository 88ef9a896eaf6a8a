//! Which rules a search has used.

use synod::run::{Bounds, Exploration, Move};

use super::{ONCE, TWICE, TWO, protocol, visit};

fn count(found: &Exploration, it: Move) -> u64 {
    found.moves[Move::ALL.iter().position(|other| *other == it).expect("it is one of them")]
}

/// Six states in a row: begin, promise, hear it, vote, hear it.
#[test]
fn the_moves_of_a_single_node_can_be_counted_by_hand() {
    let alone = "[cluster]\nnodes = 1\n[[proposer]]\nname = \"A\"\nnode = 1\n";
    let found = visit(alone, &ONCE);
    let expected = [Move::Begins, Move::Promises, Move::ProposesOwn, Move::Votes, Move::Learns];
    for it in Move::ALL {
        assert_eq!(count(&found, it), u64::from(expected.contains(&it)), "{}", it.name());
    }
}

/// A value is adopted by an attempt that begins after a vote, refused is what comes late, and an attempt fails by refusals.
#[test]
fn what_a_search_has_used_is_told_apart_from_what_it_has_not() {
    let found = visit(&protocol("give_up = \"first-reject\""), &ONCE);
    let never: Vec<Move> = Move::ALL.into_iter().filter(|&it| count(&found, it) == 0).collect();
    // That a last attempt has failed changes nothing any more, and is left out.
    assert_eq!(never, [Move::BeginsAgain, Move::Fails, Move::CallFails, Move::Restarts]);
    let found = visit(&protocol("give_up = \"first-reject\""), &TWICE);
    assert!(count(&found, Move::Fails) > 0);
    assert!(count(&visit(TWO, &TWICE), Move::BeginsAgain) > 0);
    let alone = "[[proposer]]\nname = \"A\"\nnode = 1\n";
    let found = visit(alone, &ONCE);
    assert_eq!((count(&found, Move::Adopts), count(&found, Move::Refuses)), (0, 0));
    let restarts = Bounds { restarts: 1, ..ONCE };
    assert!(count(&visit(TWO, &restarts), Move::Restarts) > 0);
    let calls = visit(&format!("{}[network]\nloss = 0.1\n", protocol("transport = \"sequential\"")), &ONCE);
    assert!(count(&calls, Move::CallFails) > 0 && count(&calls, Move::Fails) > 0);
}
