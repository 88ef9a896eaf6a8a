//! The lab on the engine against a model of a few lines, written for this test from the lab's description alone.
//!
//! `SYNOD_RUNS=1000000 cargo test --release --test it lab_model::` is the full form; the default is a tenth of that.

mod chi_square;
mod model;

use std::collections::BTreeMap;

use crate::support::env;
use crate::support::totals::{scenario, totals};
use chi_square::{Verdict, above, compare};
use model::{Random, Setting, Slip, Told, run};
use synod::check::ClientOutcome;

type Table = BTreeMap<(Told, Told), u64>;

fn runs() -> u64 {
    env::runs(100_000)
}

fn modelled(loss: f64, slip: Slip, seed: u64) -> Table {
    let setting = Setting { last_start: 200_000_000, delay: (5_000_000, 50_000_000), loss, slip };
    let (mut random, mut table) = (Random(seed), Table::new());
    for _ in 0..runs() {
        *table.entry(run(&mut random, &setting)).or_default() += 1;
    }
    table
}

fn simulated(loss: f64) -> Table {
    let start = "start = { uniform = { min = \"0ms\", max = \"200ms\" } }";
    let text = format!(
        "[[proposer]]\nname = \"A\"\nnode = 1\n{start}\n[[proposer]]\nname = \"B\"\nnode = 3\n{start}\n\
         [protocol]\ntransport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n\
         [network]\nloss = {loss}\ndelay = {{ uniform = {{ min = \"5ms\", max = \"50ms\" }} }}\n"
    );
    let totals = totals(&scenario(&text), runs());
    let told = |client: usize, outcome: &ClientOutcome| match *outcome {
        ClientOutcome::Own => Told::Succeeded(client),
        ClientOutcome::Other => Told::Succeeded(1 - client),
        ClientOutcome::Failed { phase, count } => Told::Failed(phase, count),
        ClientOutcome::None => panic!("a client of the lab has no answer"),
    };
    totals.outcomes.iter().map(|(joint, &count)| ((told(0, &joint[0]), told(1, &joint[1])), count)).collect()
}

fn show(what: &str, verdict: &Verdict, a: &Table, b: &Table) {
    println!("{what}: chi-square {:.2}, {} degrees, p {:.4}", verdict.statistic, verdict.freedom, verdict.p);
    let keys: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
    for key in keys {
        let count = |table: &Table| table.get(key).copied().unwrap_or(0);
        println!("  {:>9} {:>9}  {key:?}", count(a), count(b));
    }
}

#[test]
fn the_tail_is_that_of_the_tables() {
    // Abramowitz and Stegun, table 26.8: the statistic that is passed with this probability.
    for (freedom, p, x) in [
        (1, 0.05, 3.841_459),
        (2, 0.05, 5.991_465),
        (3, 0.01, 11.344_867),
        (4, 0.001, 18.466_827),
        (7, 0.05, 14.067_140),
        (10, 0.001, 29.588_298),
        (11, 0.5, 10.340_998),
    ] {
        assert!((above(x, freedom) - p).abs() < 1e-6, "{freedom}: {} is not {p}", above(x, freedom));
    }
    assert_eq!(above(0.0, 0), 1.0);
}

#[test]
fn a_model_that_is_a_little_wrong_is_noticed() {
    for (slip, loss) in [
        (Slip::PeersBackwards, 0.0),
        (Slip::PeersBackwards, 0.1),
        (Slip::StopsEarly, 0.0),
        (Slip::StopsEarly, 0.1),
        (Slip::LossSeenAtOnce, 0.1),
    ] {
        let (right, wrong) = (modelled(loss, Slip::None, 1), modelled(loss, slip, 2));
        let verdict = compare(&right, &wrong);
        show(&format!("{slip:?}, loss {loss}"), &verdict, &right, &wrong);
        assert!(verdict.p < 1e-6, "{slip:?}, loss {loss}: {verdict:?}");
    }
    // Two samples of one model, on the other hand, do not differ.
    let verdict = compare(&modelled(0.1, Slip::None, 3), &modelled(0.1, Slip::None, 4));
    assert!(verdict.p > 0.001, "{verdict:?}");
}

#[test]
fn the_engine_agrees_with_the_model_without_and_with_losses() {
    for loss in [0.0, 0.1] {
        let (engine, model) = (simulated(loss), modelled(loss, Slip::None, 5));
        let verdict = compare(&engine, &model);
        show(&format!("engine and model, loss {loss}"), &verdict, &engine, &model);
        assert!(verdict.freedom >= 4, "{verdict:?}");
        assert!(verdict.p > 0.001, "loss {loss}: {verdict:?}");
    }
}
