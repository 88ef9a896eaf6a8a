//! Closed forms beside simulated figures: which apply to a cell, and what they say there.
//!
//! A form applies if the scenario is exactly what it is about: each one below carries that scenario, and anything else in
//! the cell's (a loss, a time-out, another tie rule where ties matter) keeps it away. The forms were derived by hand and
//! are held against simulations by tests. Absent on purpose: forms that hold only nearly.

use super::data::{Quantity, Theory};
use crate::check::ClientOutcome;
use crate::check::Counter;
use crate::scenario::{Net, Retry, Scenario, Shape, Starts, Stop};
use crate::sweep::livelock_share;

/// Two proposers at nodes 1 and 3.
const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n[protocol]\n";
/// The lab's protocol.
const LAB: &str =
    "transport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n";
/// Chance that a form neglects, such as that of a run which reaches the horizon.
const NEGLECTED: f64 = 1e-9;

/// A form: what it says of a shape, given the proposers' names; none where it does not apply.
type Form = fn(&Shape, &[&str]) -> Option<Vec<Theory>>;

/// The closed forms that apply to a scenario.
pub fn closed_forms(scenario: &Scenario) -> Vec<Theory> {
    let Some(shape) = Shape::of(scenario) else { return Vec::new() };
    let names: Vec<&str> = scenario.proposer.iter().map(|p| p.name.as_str()).collect();
    let forms: [Form; 8] = [
        lab_constant,
        lab_exponential,
        broadcast_exponential,
        single,
        fixed_retry,
        three_proposers,
        local_preemption,
        ties,
    ];
    forms.iter().filter_map(|form| form(&shape, &names)).chain(livelock(scenario, &shape)).flatten().collect()
}

fn says(label: String, value: f64, what: Quantity) -> Theory {
    Theory { label, value, bound: None, what }
}

fn two_with(lines: &str) -> String {
    format!("{TWO}{lines}")
}

/// Starts uniform on (0, T): A is chosen if and only if it is first by a round trip, and told 0 promises if and only if B
/// is.
fn lab_constant(shape: &Shape, names: &[&str]) -> Option<Vec<Theory>> {
    let (Net::Constant { request, reply }, Starts::Uniform(within)) = (shape.net, &shape.starts) else {
        return None;
    };
    let w = (request + reply) / within;
    // Each client is done after at most five round trips and the later start.
    if shape.retry != Retry::None || w > 1.0 || shape.horizon < within + 8.0 * (request + reply) {
        return None;
    }
    shape.is_like(&two_with(LAB)).then(|| {
        let g = (1.0 - w) * (1.0 - w) / 2.0;
        let (a, b) = (names[0], names[1]);
        let mut all = vec![
            says(format!("{a} wins: (1 − (q + r)/T)²/2"), g, Quantity::Winner(0)),
            says(format!("{b} wins: 1 − (1 − (q + r)/T)²/2"), 1.0 - g, Quantity::Winner(1)),
        ];
        if shape.stop != Stop::Chosen {
            let told = ClientOutcome::Failed { phase: 1, count: 0 };
            all.push(says(format!("{a} told 0 promises: (1 − (q + r)/T)²/2"), g, Quantity::Client(0, told)));
        }
        all
    })
}

/// Both start at 0, all delays exponential with one mean.
fn lab_exponential(shape: &Shape, names: &[&str]) -> Option<Vec<Theory>> {
    let mean = both_at_zero(shape)?;
    // Twelve calls of two delays each, one after the other.
    if shape.retry != Retry::None || shape.horizon < 100.0 * mean || !shape.is_like(&two_with(LAB)) {
        return None;
    }
    let (a, b) = (names[0], names[1]);
    let mut all = vec![
        says(format!("{a} wins: 15/64"), 15.0 / 64.0, Quantity::Winner(0)),
        says(format!("{b} wins: 49/64"), 49.0 / 64.0, Quantity::Winner(1)),
    ];
    if shape.stop != Stop::Chosen {
        let failed = |phase, count| ClientOutcome::Failed { phase, count };
        for (what, share, outcome) in [
            ("told 1 promise: 1/8", 1.0 / 8.0, failed(1, 1)),
            ("told 0 accepts: 41/64", 41.0 / 64.0, failed(2, 0)),
            ("told 1 accept: 23/128", 23.0 / 128.0, failed(2, 1)),
            ("told SUCCEEDED: 7/128", 7.0 / 128.0, ClientOutcome::Own),
        ] {
            all.push(says(format!("{a} {what}"), share, Quantity::Client(0, outcome)));
        }
    }
    Some(all)
}

/// The mean delay, if two proposers start at 0 and all delays are exponential.
fn both_at_zero(shape: &Shape) -> Option<f64> {
    match (shape.net, &shape.starts) {
        (Net::Exponential { mean }, Starts::At(times)) if times[..] == [0.0, 0.0] => Some(mean),
        _ => None,
    }
}

/// One attempt each, nobody gives up.
fn broadcast_exponential(shape: &Shape, names: &[&str]) -> Option<Vec<Theory>> {
    let mean = both_at_zero(shape)?;
    let like = || shape.is_like(&two_with("ballots = \"lab\"\ngive_up = \"timeout-only\"\n"));
    (shape.retry == Retry::None && shape.horizon >= 100.0 * mean && like()).then(|| {
        vec![
            says(format!("{} wins: 5/54", names[0]), 5.0 / 54.0, Quantity::Winner(0)),
            says(format!("{} wins: 49/54", names[1]), 49.0 / 54.0, Quantity::Winner(1)),
            says("mean first choice: 1081/648 · m".into(), 1081.0 / 648.0 * mean, Quantity::MeanChosenAt),
        ]
    })
}

/// Nobody contends: two rounds, each the faster of two round trips.
fn single(shape: &Shape, _: &[&str]) -> Option<Vec<Theory>> {
    let (Net::Exponential { mean }, Starts::At(times)) = (shape.net, &shape.starts) else { return None };
    if times[..] != [0.0] || shape.horizon < 100.0 * mean {
        return None;
    }
    // It is never rejected, so how it gives up, tries again and counts makes no difference.
    let is_like = |node: u8, protocol: &str| {
        shape.is_like(&format!("[[proposer]]\nname = \"A\"\nnode = {node}\n[protocol]\n{protocol}"))
    };
    let variants = [
        "",
        "ballots = \"lab\"\n",
        "ballots = \"past-seen\"\n",
        "give_up = \"first-reject\"\n",
        "give_up = \"timeout-only\"\n",
    ];
    (1..=3)
        .any(|node| variants.iter().any(|it| is_like(node, it)))
        .then(|| vec![says("mean first choice: 7/4 · m".into(), 1.75 * mean, Quantity::MeanChosenAt)])
}

/// Constant delays and any fixed retry: at most two pre-emptions, so always a choice.
fn fixed_retry(shape: &Shape, _: &[&str]) -> Option<Vec<Theory>> {
    let (Net::Constant { request, reply }, Retry::Fixed(fixed)) = (shape.net, &shape.retry) else {
        return None;
    };
    let last = shape.starts.spans(2).iter().fold(0.0, |last, span| span.1.max(last));
    // At most three attempts of four delays each, with the retries between them, after the last start.
    if request != reply || shape.horizon < last + 16.0 * request + 4.0 * fixed.delay.ns() as f64 {
        return None;
    }
    let like = |give_up: &str| shape.is_like(&two_with(give_up));
    (like("") || like("give_up = \"first-reject\"\n")).then(|| {
        vec![says("nothing chosen: never (no livelock exists)".into(), 0.0, Quantity::NothingChosen)]
    })
}

/// Three proposers at three nodes, starts uniform on (0, 2d), retry 0.
fn three_proposers(shape: &Shape, _: &[&str]) -> Option<Vec<Theory>> {
    const THREE: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 2\n[[proposer]]\nname = \"C\"\nnode = 3\n[protocol]\n";
    let (Net::Constant { request, reply }, Starts::Uniform(within), Retry::Fixed(fixed)) =
        (shape.net, &shape.starts, &shape.retry)
    else {
        return None;
    };
    // Runs that choose do so within some rounds.
    if request != reply
        || *within != 2.0 * request
        || fixed.delay.ns() != 0
        || shape.horizon < 1000.0 * request
    {
        return None;
    }
    let ties = ["", "[run]\nties = \"fifo\"\n"];
    let like = |give_up: &str| ties.iter().any(|ties| shape.is_like(&format!("{THREE}{give_up}{ties}")));
    if like("give_up = \"quorum-impossible\"\n") {
        return Some(vec![says("nothing chosen: 35/48".into(), 35.0 / 48.0, Quantity::NothingChosen)]);
    }
    like("give_up = \"first-reject\"\n")
        .then(|| vec![says("nothing chosen: always (livelock)".into(), 1.0, Quantity::NothingChosen)])
}

/// Two proposers that nothing but constants drives: in a region of delays, retries and starts nothing is ever chosen.
fn livelock(scenario: &Scenario, shape: &Shape) -> Option<Vec<Theory>> {
    let (form, share) = livelock_share(scenario)?;
    let Net::Constant { request: delay, .. } = shape.net else { return None };
    let Retry::Fixed(retry) = &shape.retry else { return None };
    let timeout = scenario.protocol.attempt_timeout.map_or(0.0, |time| time.ns() as f64);
    let last = shape.starts.spans(scenario.proposer.len()).iter().fold(0.0, |last, span| span.1.max(last));
    // Outside of the region a value is chosen within some attempts.
    if share < 1.0 && shape.horizon < last + 500.0 * (2.0 * delay + retry.delay.ns() as f64 + timeout) {
        return None;
    }
    let when = match share {
        1.0 => "always, as",
        0.0 => "never, for not",
        _ => "as often as",
    };
    Some(vec![says(format!("nothing chosen: {when} {}", form.label), share, Quantity::NothingChosen)])
}

/// Constant delay d, starts less than 2d apart: each retry ends the duel with the same chance.
fn local_preemption(shape: &Shape, _: &[&str]) -> Option<Vec<Theory>> {
    let Net::Constant { request: d, reply } = shape.net else { return None };
    let apart = match &shape.starts {
        Starts::At(times) if times.len() == 2 => (times[0] - times[1]).abs(),
        Starts::Uniform(within) => *within,
        Starts::At(_) | Starts::Between(_) => return None,
    };
    let (goes_on, longest, label) = match &shape.retry {
        Retry::Uniform(uniform) if uniform.max.ns() as f64 > d => {
            let b = uniform.max.ns() as f64;
            (d / b, b, "mean duel: 1/(1 − d/b)")
        }
        Retry::Exponential(exponential) if exponential.mean.ns() > 0 => {
            let m = exponential.mean.ns() as f64;
            (1.0 - libm::exp(-d / m), 20.0 * m, "mean duel: exp(d/m)")
        }
        _ => return None,
    };
    let rounds = shape.horizon / (2.0 * (2.0 * d + longest));
    let is_cut_off = libm::pow(goes_on, rounds) > NEGLECTED;
    if d != reply || apart >= 2.0 * d || is_cut_off || !shape.is_like(&two_with("local_preemption = true\n"))
    {
        return None;
    }
    Some(vec![says(label.into(), 1.0 / (1.0 - goes_on), Quantity::Mean(Counter::Duel))])
}

/// One attempt each, constant delay d, starts uniform on (0, 2d): the tie rule decides.
fn ties(shape: &Shape, names: &[&str]) -> Option<Vec<Theory>> {
    let (Net::Constant { request: d, reply }, Starts::Uniform(within)) = (shape.net, &shape.starts) else {
        return None;
    };
    if d != reply || *within != 2.0 * d || shape.retry != Retry::None || shape.horizon < 20.0 * d {
        return None;
    }
    let give_up = ["give_up = \"timeout-only\"\n", "give_up = \"quorum-impossible\"\n"];
    let like = |ballots: &str, ties: &str| {
        give_up.iter().any(|g| shape.is_like(&format!("{TWO}{g}{ballots}[run]\nties = \"{ties}\"\n")))
    };
    let ballots = [("", 2.0), ("ballots = \"lab\"\n", 1.0), ("ballots = \"past-seen\"\n", 1.0)];
    for (ballots, ways) in ballots {
        for (rule, parts) in [("fifo", 8.0), ("seeded", 16.0)] {
            if like(ballots, rule) {
                let label = format!("{} wins: 1/{} (ties {rule})", names[0], parts / ways);
                return Some(vec![says(label, ways / parts, Quantity::Winner(0))]);
            }
        }
    }
    None
}
