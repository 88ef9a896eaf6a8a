//! Closed forms beside simulated figures: each is recognised where it applies, agrees there with a simulation, and is
//! kept away by any key that it does not speak of.

use crate::support::totals::{scenario, totals};
use synod::check::Counter;
use synod::report::{Quantity, Theory, closed_forms};
use synod::scenario::Scenario;
use synod::sweep::Totals;

const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";
const LAB: &str = "[protocol]\ntransport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n";

fn started(start: &str) -> String {
    TWO.replace("node = 1", &format!("node = 1\nstart = {start}"))
        .replace("node = 3", &format!("node = 3\nstart = {start}"))
}

/// Three proposers at the three nodes, starts uniform.
fn three() -> String {
    "[[proposer]]\nname = \"A\"\nnode = 1\nstart = S\n[[proposer]]\nname = \"B\"\nnode = 2\nstart = S\n[[proposer]]\nname = \"C\"\nnode = 3\nstart = S\n"
        .replace('S', "{ uniform = { min = \"0s\", max = \"20ms\" } }")
}

/// A scenario for each form, and how many figures it predicts.
fn forms() -> Vec<(&'static str, String, usize)> {
    [forms_of_rates(), forms_of_livelocks()].concat()
}

fn forms_of_rates() -> Vec<(&'static str, String, usize)> {
    let uniform = |ms: u32| started(&format!("{{ uniform = {{ min = \"0s\", max = \"{ms}ms\" }} }}"));
    let constant = "[network]\ndelay = { constant = \"10ms\" }\n";
    let exponential = "[network]\ndelay = { exponential = { mean = \"10ms\" } }\n";
    let three = three();
    vec![
        (
            "lab, constant",
            format!(
                "{}{LAB}[network]\ndelay = {{ constant = \"44ms\" }}\n[network.kind]\npromise.delay = {{ constant = \"1ms\" }}\naccepted.delay = {{ constant = \"1ms\" }}\nreject.delay = {{ constant = \"1ms\" }}\n",
                uniform(500)
            ),
            3,
        ),
        ("lab, exponential", format!("{TWO}{LAB}{exponential}"), 6),
        (
            "broadcast, exponential",
            format!("{TWO}[protocol]\nballots = \"lab\"\ngive_up = \"timeout-only\"\n{exponential}"),
            3,
        ),
        ("single", format!("[[proposer]]\nname = \"A\"\nnode = 2\n{exponential}"), 1),
        (
            "fixed retry",
            format!("{}[protocol]\nretry = {{ fixed = {{ delay = \"3ms\" }} }}\n{constant}", uniform(60)),
            1,
        ),
        (
            "three proposers",
            format!(
                "{three}[protocol]\nretry = {{ fixed = {{ delay = \"0ms\" }} }}\ngive_up = \"quorum-impossible\"\n{constant}"
            ),
            1,
        ),
        (
            "three, first reject",
            format!(
                "{three}[protocol]\nretry = {{ fixed = {{ delay = \"0ms\" }} }}\ngive_up = \"first-reject\"\n{constant}"
            ),
            1,
        ),
        (
            "local pre-emption, uniform",
            format!(
                "{}[protocol]\nlocal_preemption = true\nretry = {{ uniform = {{ max = \"25ms\" }} }}\n{constant}",
                uniform(15)
            ),
            1,
        ),
        (
            "local pre-emption, exponential",
            format!(
                "{TWO}[protocol]\nlocal_preemption = true\nretry = {{ exponential = {{ mean = \"15ms\" }} }}\n{constant}"
            ),
            1,
        ),
        (
            "ties",
            format!(
                "{}[protocol]\ngive_up = \"timeout-only\"\n{constant}[run]\nties = \"fifo\"\n",
                uniform(20)
            ),
            1,
        ),
        (
            "ties, seeded",
            format!("{}[protocol]\ngive_up = \"quorum-impossible\"\n{constant}", uniform(20)),
            1,
        ),
    ]
}

fn forms_of_livelocks() -> Vec<(&'static str, String, usize)> {
    let uniform = |ms: u32| started(&format!("{{ uniform = {{ min = \"0s\", max = \"{ms}ms\" }} }}"));
    let constant = "[network]\ndelay = { constant = \"10ms\" }\n";
    vec![
        (
            "livelock, local pre-emption",
            format!(
                "{}[protocol]\nlocal_preemption = true\nretry = {{ fixed = {{ delay = \"5ms\" }} }}\n{constant}",
                uniform(60)
            ),
            1,
        ),
        (
            "livelock, its ballots not learnt",
            format!(
                "{}[protocol]\nlocal_preemption = true\nballots = \"lab\"\ngive_up = \"first-reject\"\nretry = {{ fixed = {{ delay = \"5ms\" }} }}\n{constant}",
                uniform(60)
            ),
            1,
        ),
        (
            "livelock, silent",
            format!(
                "{}[protocol]\nrejection = \"silent\"\nattempt_timeout = \"30ms\"\nretry = {{ fixed = {{ delay = \"5ms\" }} }}\n{constant}[run]\nstop = \"chosen\"\n",
                uniform(40)
            ),
            1,
        ),
        (
            "livelock, silent, lab",
            format!(
                "{}[protocol]\nrejection = \"silent\"\nballots = \"lab\"\nattempt_timeout = \"30ms\"\nretry = {{ fixed = {{ delay = \"5ms\" }} }}\n{constant}[run]\nstop = \"chosen\"\n",
                TWO.replace(
                    "node = 3",
                    "node = 3\nstart = { uniform = { min = \"0.001ms\", max = \"30ms\" } }"
                )
            ),
            1,
        ),
    ]
}

/// What was found, and its standard error under the prediction.
fn found(theory: &Theory, totals: &Totals) -> (f64, f64) {
    let runs = totals.runs as f64;
    let of_share = |count: u64| (count as f64 / runs, (theory.value * (1.0 - theory.value) / runs).sqrt());
    match &theory.what {
        Quantity::Winner(i) => of_share(totals.winners[*i]),
        Quantity::NothingChosen => of_share(totals.undecided),
        Quantity::Client(i, told) => {
            of_share(totals.outcomes.iter().filter(|(o, _)| o[*i] == *told).map(|(_, n)| n).sum())
        }
        Quantity::MeanChosenAt => {
            (totals.chosen_at.mean().expect("runs"), totals.chosen_at.standard_error().expect("runs"))
        }
        Quantity::Mean(Counter::Duel) => (
            totals.counters[Counter::Duel].mean().expect("runs"),
            totals.counters[Counter::Duel].standard_error().expect("runs"),
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_is_recognised_and_agrees_with_the_simulation() {
    for (name, text, count) in forms() {
        let scenario = scenario(&text);
        let forms = closed_forms(&scenario);
        assert_eq!(forms.len(), count, "{name}: {forms:?}");
        let totals = totals(&scenario, 20_000);
        for theory in &forms {
            let (value, error) = found(theory, &totals);
            // Five standard errors: some twenty figures, each wrong once in 1.7 million times.
            assert!(
                (value - theory.value).abs() <= 5.0 * error,
                "{name}: {}: {value} is not {} ± 5·{error}",
                theory.label,
                theory.value
            );
        }
    }
}

/// Changes that none of the forms survives: each touches a key that some form depends on, or that none speaks of.
const CHANGES: [(&str, &str); 17] = [
    ("[network]", "[network]\nloss = 0.01"),
    ("[network]", "[network]\nduplicate = 0.01"),
    ("[network]", "[[network.link]]\nfrom = 1\nto = 3\ndelay = { constant = \"1ms\" }\n[network]"),
    ("[network]", "[network.kind.reject]\ndelay = { constant = \"9ms\" }\n[network]"),
    ("[[proposer]]", "[cluster]\nnodes = 5\n[[proposer]]"),
    ("[[proposer]]", "[cluster]\nquorum = { sizes = { prepare = 3, accept = 1 } }\n[[proposer]]"),
    ("[[proposer]]", "[[fault]]\nat = \"1s\"\ncrash = { nodes = [1] }\n[[proposer]]"),
    ("[[proposer]]", "[[read]]\nnode = 1\nat = \"1s\"\n[[proposer]]"),
    ("[[proposer]]", "[[submit]]\nproposer = \"A\"\nvalue = \"x\"\nat = \"1s\"\n[[proposer]]"),
    ("name = \"A\"", "name = \"A\"\ninitial_round = 2"),
    ("[network]", "[protocol.handlers.split]\ngap = \"1ms\"\n[network]"),
    ("[protocol]", "[protocol]\nannounce = true"),
    ("[protocol]", "[protocol]\nown_messages = \"network\""),
    ("[protocol]", "[protocol]\nattempt_timeout = \"300ms\""),
    ("[protocol]", "[protocol]\nmutant = \"accept-ignores-promise\""),
    ("[protocol]", "[protocol]\nrejection = \"silent\""),
    ("10ms\" }", "10.000001ms\" }"),
];

#[test]
fn a_key_that_a_form_does_not_speak_of_keeps_it_away() {
    let mut tried = 0;
    for (name, text, _) in forms() {
        for (old, new) in CHANGES {
            let changed = text.replacen(old, new, 1);
            // Some changes say what a form takes as its number, or cannot be made.
            let is_number = new.starts_with("10.0")
                && !["three proposers", "three, first reject", "ties", "ties, seeded"].contains(&name);
            let is_reject = new.contains("kind.reject") && name == "lab, constant";
            if changed == text || is_number || is_reject {
                continue;
            }
            let Ok(changed) = Scenario::parse(&changed, "near.toml") else { continue };
            let found = closed_forms(&changed);
            assert!(found.is_empty(), "{name} with {new}: {found:?}");
            tried += 1;
        }
    }
    assert!(tried > 120, "{tried}");
}

#[test]
fn near_misses_of_each_form_do_not_match() {
    for (name, old, new) in [
        ("lab, constant", "promise.delay = { constant = \"1ms\" }", "promise.delay = { constant = \"2ms\" }"),
        ("lab, constant", "max = \"500ms\"", "max = \"501ms\""),
        ("lab, constant", "max = \"500ms\"", "max = \"30ms\""),
        ("lab, constant", "ballots = \"lab\"", "ballots = \"past-highest\""),
        ("lab, constant", "node = 3", "node = 2"),
        ("lab, constant", "[network]\n", "[run]\nhorizon = \"600ms\"\n[network]\n"),
        ("lab, exponential", "advance = \"all-replies\"", "advance = \"quorum\""),
        ("lab, exponential", "node = 3", "node = 3\nstart = { constant = \"1ms\" }"),
        ("broadcast, exponential", "timeout-only", "first-reject"),
        ("broadcast, exponential", "[network]", "retry = { fixed = { delay = \"1ms\" } }\n[network]"),
        ("broadcast, exponential", "[network]\n", "[run]\nhorizon = \"99ms\"\n[network]\n"),
        ("single", "node = 2", "node = 0"),
        ("single", "node = 2", "node = 2\nstart = { constant = \"1ms\" }"),
        ("fixed retry", "retry = {", "ballots = \"lab\"\nretry = {"),
        ("fixed retry", "fixed = { delay = \"3ms\" }", "uniform = { max = \"3ms\" }"),
        ("three proposers", "delay = \"0ms\"", "delay = \"1ms\""),
        ("three proposers", "give_up", "ballots = \"lab\"\ngive_up"),
        ("local pre-emption, uniform", "max = \"25ms\"", "max = \"9ms\""),
        ("local pre-emption, uniform", "max = \"15ms\"", "max = \"20ms\""),
        ("local pre-emption, uniform", "[network]\n", "[run]\nhorizon = \"1s\"\n[network]\n"),
        ("local pre-emption, uniform", "local_preemption = true", "local_preemption = false"),
        ("livelock, local pre-emption", "delay = \"5ms\"", "delay = \"10ms\""),
        ("livelock, local pre-emption", "[network]\n", "[run]\nhorizon = \"9s\"\n[network]\n"),
        ("livelock, local pre-emption", "[network]\n", "max_attempts = 90\n[network]\n"),
        ("livelock, local pre-emption", "node = 3", "node = 1"),
        ("livelock, silent", "stop = \"chosen\"", "stop = \"answered\""),
        ("livelock, silent", "\"silent\"", "\"silent\"\nballots = \"past-seen\""),
        ("livelock, silent", "\"30ms\"", "\"19ms\""),
        (
            "livelock, silent, lab",
            "min = \"0.001ms\"",
            "min = \"0.001ms\", max = \"30ms\" } }\n[[proposer]]\nname = \"C\"\nnode = 2\nstart = { uniform = { min = \"0s\"",
        ),
        ("livelock, silent, lab", "node = 1", "node = 1\nstart = { constant = \"5ms\" }"),
        ("ties", "timeout-only", "first-reject"),
        ("ties", "max = \"20ms\"", "max = \"21ms\""),
    ] {
        let text = forms().into_iter().find(|form| form.0 == name).expect("a form").1;
        assert!(text.contains(old), "{name}: {old}");
        let changed = text.replacen(old, new, 1);
        let found = closed_forms(&scenario(&changed));
        assert!(found.is_empty(), "{name} with {new}: {found:?}");
    }
}

#[test]
fn names_texts_and_where_a_run_stops_make_no_difference() {
    let text = &forms()[1].1;
    let renamed = text.replace("\"A\"", "\"Anna\"\nvalue = \"hello\"");
    assert_eq!(closed_forms(&scenario(&renamed)).len(), 6);
    let chosen = format!("{text}[run]\nstop = \"chosen\"\n");
    assert_eq!(closed_forms(&scenario(&chosen)).len(), 2, "what clients are told is not known then");
}

/// At constant starts a form says always or never; the shipped livelock is one by its form.
#[test]
fn starts_at_times_are_livelocks_or_not() {
    let at = |ms: u32, retry: u32| {
        let text = format!(
            "{}[protocol]\nlocal_preemption = true\nretry = {{ fixed = {{ delay = \"{retry}ms\" }} }}\n[network]\ndelay = {{ constant = \"10ms\" }}\n",
            TWO.replace("node = 3", &format!("node = 3\nstart = {{ constant = \"{ms}ms\" }}"))
        );
        closed_forms(&scenario(&text)).into_iter().map(|theory| theory.value).collect::<Vec<_>>()
    };
    assert_eq!((at(19, 5), at(21, 5), at(19, 11)), (vec![1.0], vec![0.0], vec![0.0]));
    assert_eq!((at(20, 5), at(19, 10)), (vec![], vec![]), "on the bound it does not say");
    let shipped = synod::scenario::shipped::find("lab2-livelock").expect("it comes along").text;
    let found = closed_forms(&scenario(shipped));
    assert_eq!((found.len(), found[0].value), (1, 1.0), "{found:?}");
    assert_eq!(found[0].label, "nothing chosen: always, as local pre-emption, retry r < d and |x| < 2d");
    // Its share of proved livelocks is what the form says, whichever nodes the two are on.
    let turned = shipped.replace("node = 1", "node = 2");
    assert_eq!(closed_forms(&scenario(&turned)).len(), 1);
}
