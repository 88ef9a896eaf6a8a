//! What a command leaves out it says, and what it advises helps.

use crate::support::command::Place;

const PAIR: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
                    [network]\ndelay = { exponential = { mean = \"10ms\" } }\n";

#[test]
fn cells_without_exact_figures_are_named() {
    let place = Place::new();
    let axes = "sweep.axes={\"cluster.nodes\"=[3,7,8,5]}";
    let out = place.synod(&["sweep", "duel", "--set", axes, "--seeds", "20", "--out", "r"]).exits(0).out;
    for note in [
        "note       Cell 1 has no exact figures: a sweep reckons with at most 50,000 states of a cell",
        "note       Cells 2 and 3 have no exact figures: the chains of the cells before have used up the 100,000 states",
        "`synod exact` with `--cell N`",
    ] {
        assert!(out.contains(note), "{note}: {out}");
    }
    assert_eq!(out.matches("; mean first choice: ").count(), 1, "that of the first cell: {out}");
    for file in ["r/report.md", "r/report.html", "r/report.tex"] {
        let text = std::fs::read_to_string(place.path(file)).expect("a report");
        assert!(text.contains("Cell 1 has no exact figures"), "{file}");
    }
    // What is advised gives what is missing.
    place.synod(&["exact", "duel", "--set", axes, "--cell", "3"]).exits(0);
    // Where all have them, or none is a small chain, there is nothing to be said.
    for axes in ["sweep.axes={\"cluster.nodes\"=[3,4]}", "sweep.axes={\"network.loss\"=[0.1,0.2]}"] {
        let out = place.synod(&["sweep", "duel", "--set", axes, "--seeds", "20"]).exits(0).out;
        assert!(!out.contains("exact figures"), "{out}");
    }
}

#[test]
fn a_baseline_that_is_not_used_is_told() {
    let place = Place::new();
    let base = ["sweep", "loss-sweep", "--set", "sweep.baseline=1", "--seeds", "5000"];
    let told = |more: &[&str]| place.synod(&[&base[..], more].concat()).exits(0).out;
    let note = "note       `baseline` of [sweep] is not used: with `--until-width`";
    assert!(told(&["--until-width", "0.2"]).contains(note));
    assert!(!told(&[]).contains(note));
}

#[test]
fn a_check_of_what_expects_nothing_says_so() {
    let place = Place::new();
    place.write("plain.toml", PAIR);
    let out = place.synod(&["check", "plain.toml", "--seeds", "20"]).exits(0).out;
    assert!(out.starts_with("plain.toml: nothing is expected over 20 seeds"), "{out}");
    assert!(!out.contains("0 of 0"), "{out}");
}

#[test]
fn an_exact_share_is_expected_over_constant_delays_too() {
    let place = Place::new();
    let check = |more: &[&str]| {
        let expected = ["check", "lab2", "--set", "expect.winner.A=\"exact\"", "--seeds", "20000"];
        place.synod(&[&expected[..], more].concat())
    };
    assert!(check(&[]).exits(0).out.contains(": 4 of 4 expectations hold"));
    // What no exact figure belongs to is refused as `synod exact` refuses it.
    let told = check(&["--set", "network.loss=0.1"]).exits(6);
    assert!(told.out.contains("FAILED winner.A is expected to be exact: "), "{told:#?}");
}

#[test]
fn a_comparison_takes_the_values_of_a_cell() {
    let place = Place::new();
    let pairs = ["--set-b", "protocol.retry={fixed={delay=\"5ms\"}}", "--seeds", "50"];
    let of_cell = place.synod(&[&["compare", "loss-sweep", "--cell", "2"][..], &pairs].concat()).exits(0);
    assert!(of_cell.out.contains("--cell 2"), "{}", of_cell.out);
    let show = place.synod(&["run", "loss-sweep", "--cell", "2", "--seed", "1"]).exits(0).out;
    let set =
        show.split("--set ").nth(1).and_then(|rest| rest.split(' ').next()).expect("what the cell sets");
    let spelt = place.synod(&[&["compare", "loss-sweep", "--set", set][..], &pairs].concat()).exits(0);
    let figures = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.contains("synod compare")).map(str::to_owned).collect()
    };
    assert_eq!(figures(&of_cell.out), figures(&spelt.out));
    // What is set in one alone stands over the cell.
    let lossless = ["compare", "loss-sweep", "--cell", "2", "--set-b", "network.loss=0", "--seeds", "50"];
    let out = place.synod(&lossless).exits(0).out;
    assert!(out.contains("network.loss"), "{out}");
    place.synod(&["compare", "loss-sweep", "--cell", "99", "--seeds", "5"]).exits(2);
}

/// Each remedy is tried.
#[test]
fn what_exact_advises_helps() {
    let place = Place::new();
    place.write("gap.toml", PAIR.to_owned() + "[protocol]\nretry = { exponential = { mean = \"1ms\" } }\n");
    let advised = |arguments: &[&str]| {
        let told = place.synod(&[&["exact", "gap.toml"][..], arguments].concat()).exits(2).err;
        let after = |flag: &str| {
            let rest = told.split(&format!("({flag} ")).nth(1)?;
            rest.split(')').next().map(str::to_owned)
        };
        (after("--gap"), after("--cut"), told)
    };
    // The first part of the chain is too large already, so that nothing was cut off.
    let (gap, cut, told) = advised(&["--states", "500"]);
    assert!(gap.is_some() && cut.is_none(), "{told}");
    // A part was small enough: what it leaves out is allowed for.
    let (gap, cut, told) = advised(&["--states", "20000", "--cut", "1e-14"]);
    assert!(gap.is_none(), "{told}");
    let cut = cut.unwrap_or_else(|| panic!("{told}"));
    place.synod(&["exact", "gap.toml", "--states", "20000", "--cut", &cut]).exits(0);
    let (_, cut, told) = advised(&["--gap", "1", "--cut", "1e-12"]);
    let cut = cut.unwrap_or_else(|| panic!("{told}"));
    place.synod(&["exact", "gap.toml", "--gap", "1", "--cut", &cut]).exits(0);
    // Where a run never tries again, rounds are nothing to save by.
    let told = place.synod(&["exact", "duel", "--states", "10"]).exits(2).err;
    assert!(!told.contains("--gap") && !told.contains("--cut"), "{told}");
}
