//! A search that is kept and gone on with finds what it would have found; and nothing else is gone on with.

use std::io::{Read, Result, Write};

use synod::run::{
    Asked, Bounds, Condition, Course, Exploration, ExploreError, Keeper, Threads, explore_kept,
};

use super::{FULL, ONCE, TWICE, TWO, protocol, scenario, visit};

/// Keeps in memory; each time that it is asked for the `every`th time it wants the search kept, and perhaps ended: while the
/// states become more, for a way that was found is not to be looked for again and again.
#[derive(Default)]
struct Shelf {
    kept: Option<Vec<u8>>,
    asked: u64,
    most: u64,
    every: u64,
    ends: bool,
    times: u64,
}

impl Keeper for Shelf {
    fn go_on(&mut self, states: u64) -> Course {
        self.asked += 1;
        if states <= self.most || !self.asked.is_multiple_of(self.every) {
            return Course::GoOn;
        }
        self.most = states;
        if self.ends { Course::Stop } else { Course::Keep }
    }

    fn kept(&mut self) -> Result<Option<Box<dyn Read + '_>>> {
        Ok(self.kept.as_deref().map(|bytes| Box::new(bytes) as Box<dyn Read>))
    }

    fn keep(&mut self, write: &mut dyn FnMut(&mut dyn Write) -> Result<()>) -> Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        (self.kept, self.times) = (Some(bytes), self.times + 1);
        Ok(())
    }
}

fn search(
    text: &str,
    bounds: &Bounds,
    to: Option<&Condition>,
    shelf: &mut Shelf,
) -> std::result::Result<Exploration, ExploreError> {
    explore_kept(&scenario(text), bounds, Asked { to, ..Asked::default() }, (shelf, true))
}

/// What is found by a search that ends again and again, each time on other threads.
fn in_pieces(text: &str, bounds: &Bounds, question: Option<&Condition>, every: u64) -> (Exploration, u64) {
    let mut shelf = Shelf { every, ends: true, ..Shelf::default() };
    for round in 0..10_000 {
        let threads = Threads::start(1 + round % 3, 1 << 21).expect("threads");
        let found = threads.on(|| search(text, bounds, question, &mut shelf)).expect("it goes on");
        if found.complete || found.violation.is_some() || found.reached.is_some() {
            return (found, shelf.times);
        }
    }
    panic!("{text}: it does not end");
}

#[test]
fn what_is_found_is_the_same_however_often_it_was_interrupted() {
    let lab = protocol("ballots = \"lab\"");
    let five = format!("[cluster]\nnodes = 5\n{TWO}[protocol]\nballots = \"lab\"\nretry = \"none\"\n");
    let mutant = protocol("mutant = \"takes-lowest-vote\"");
    let reduced = Bounds { reductions: true, ..TWICE };
    // With ends from which nothing can be chosen.
    let stuck = format!("{}attempt_timeout = \"1s\"\n", protocol("ballots = \"lab\""));
    let cases = [
        (&lab, ONCE, 3),
        (&stuck, ONCE, 3),
        (&lab, Bounds { duplicates: true, ..TWICE }, 70),
        (&lab, reduced, 11),
        (&five, Bounds { reductions: true, ..ONCE }, 3),
        (&mutant, Bounds { reductions: true, ..TWICE }, 70),
    ];
    for (text, bounds, every) in cases {
        for exact in [false, true] {
            let bounds = Bounds { exact, ..bounds };
            let (found, times) = in_pieces(text, &bounds, None, every);
            assert_eq!(found, visit(text, &Bounds { exact: false, ..bounds }), "{text}, exact: {exact}");
            assert!(times > 0, "{text}: it was never kept");
        }
    }
    assert!(visit(&stuck, &ONCE).stuck > Some(0), "nothing is stuck");
    assert!(in_pieces(&lab, &ONCE, None, 3).1 > 3);
    // Kept on the way, and not ended.
    let mut shelf = Shelf { every: 2, ..Shelf::default() };
    assert_eq!(search(&lab, &ONCE, None, &mut shelf), Ok(visit(&lab, &ONCE)));
    assert!(shelf.times > 5);
}

#[test]
fn a_question_is_answered_by_the_same_schedule() {
    let text = protocol("ballots = \"lab\"");
    let condition = "vote.1 = \"A\" && vote.2 = none && vote.3 = \"B\" && attempts = 3";
    let condition = Condition::of_states(condition, &scenario(&text)).expect("it is a condition");
    let whole = synod::run::explore_until(&scenario(&text), &TWICE, Some(&condition), &mut |_| true);
    let (found, times) = in_pieces(&text, &TWICE, Some(&condition), 3);
    assert!(found.reached.is_some() && times > 3);
    assert_eq!(Ok(found), whole);
}

/// A search that was ended, as it is kept.
fn kept() -> Vec<u8> {
    let mut shelf = Shelf { every: 4, ends: true, ..Shelf::default() };
    search(TWO, &ONCE, None, &mut shelf).expect("it can be explored");
    shelf.kept.expect("it was kept")
}

fn refusal(text: &str, bounds: &Bounds, bytes: &[u8]) -> String {
    let mut shelf = Shelf { kept: Some(bytes.to_vec()), every: u64::MAX, ..Shelf::default() };
    let found = search(text, bounds, None, &mut shelf);
    match found {
        Err(ExploreError::Kept(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_search_is_not_gone_on_with() {
    let bytes = kept();
    let lossy = format!("{TWO}[[network.link]]\nfrom = 3\nto = 2\nloss = 1.0\n");
    for (text, bounds) in [
        (TWO, TWICE),
        (TWO, Bounds { duplicates: true, ..ONCE }),
        (TWO, Bounds { reductions: true, ..ONCE }),
        (TWO, Bounds { exact: true, ..ONCE }),
        (&lossy, ONCE),
        (&protocol("give_up = \"first-reject\""), ONCE),
    ] {
        assert!(refusal(text, &bounds, &bytes).contains("another search"), "{text}");
    }
    // Limits are no part of it.
    let more = Bounds { most_states: 30_000_000, most_bytes: 1 << 30, ..ONCE };
    let mut shelf = Shelf { kept: Some(bytes), every: u64::MAX, ..Shelf::default() };
    assert_eq!(search(TWO, &more, None, &mut shelf), Ok(visit(TWO, &ONCE)));
}

#[test]
fn what_is_damaged_is_refused() {
    let bytes = kept();
    for at in (0..bytes.len()).step_by(bytes.len() / 300 + 1) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        refusal(TWO, &ONCE, &changed);
        assert!(!refusal(TWO, &ONCE, &bytes[..at]).is_empty());
    }
    assert!(refusal(TWO, &ONCE, &[&bytes[..], b"x"].concat()).contains("damaged"));
    assert!(refusal(TWO, &ONCE, b"").contains("truncated"));
    assert!(refusal(TWO, &ONCE, &[b'x'; 5_000]).contains("not a search"));
    assert!(refusal(TWO, &ONCE, &bytes[..bytes.len() - 1]).contains("truncated"));
}

#[test]
fn states_that_cannot_be_packed_are_neither_kept_nor_told_apart_by_all_they_hold() {
    let text = protocol("transport = \"sequential\"");
    assert_eq!(
        search(&text, &ONCE, None, &mut Shelf { every: 9, ..Shelf::default() }),
        Err(ExploreError::Unpacked)
    );
    let exact = Bounds { exact: true, ..ONCE };
    assert_eq!(synod::run::explore(&scenario(&text), &exact, &mut |_| true), Err(ExploreError::Unpacked));
    assert_eq!(
        synod::run::explore(&scenario(TWO), &Bounds { exact: true, ..FULL }, &mut |_| true),
        Err(ExploreError::Unpacked)
    );
}
