//! Race tables: small, complete where arrivals alone decide, and honest where they do not.

use std::sync::atomic::AtomicBool;

use synod::sweep::{RaceTable, Silent, race_table};

use super::scenario;

fn table(name: &str, first: u64, count: u64) -> RaceTable {
    let stop = AtomicBool::new(false);
    race_table(&scenario(name), first, count, &Silent, &stop).expect("plans").expect("not stopped")
}

#[test]
fn with_one_attempt_each_the_labs_table_explains_every_fresh_run() {
    for (name, most) in [("lab2", 8), ("lab2-exponential", 8), ("lab2-loopback", 8)] {
        for first in [0, 1_000_000] {
            // Half of them are fresh.
            let table = table(name, first, 80_000);
            assert!(table.races.len() <= most, "{name}: {} patterns", table.races.len());
            assert!(table.fresh >= 40_000);
            assert_eq!((table.known, table.right), (table.fresh, table.fresh), "{name} from {first}");
            assert!(table.races.iter().all(|race| race.winners.len() == 1));
        }
    }
}

#[test]
fn a_table_adds_up_and_names_runs_that_have_its_patterns() {
    let table = table("duel", 17, 20_000);
    assert_eq!(table.races.iter().map(|race| race.runs()).sum::<u64>(), table.learnt);
    assert!(table.right <= table.known && table.known <= table.fresh);
    assert!(table.known * 100 > table.fresh * 99, "{} of {}", table.known, table.fresh);
    assert!(table.races.is_sorted_by_key(|race| std::cmp::Reverse(race.runs())));
    for race in &table.races[..20] {
        let one = self::table("duel", race.seed, 1);
        assert_eq!(one.races[0].pattern, race.pattern);
    }
}
