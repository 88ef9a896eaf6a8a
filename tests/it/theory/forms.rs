//! The forms that have a share or a mean: 2, 3, 4, 5, 6, 10 and 12, each with its scenario and its exact figures.
//!
//! Forms that say where a livelock exists are held point by point, in `livelock` and `reference_theory`.

use super::sample::Figure::{self, *};
use crate::support::build::*;
use synod::scenario::model::*;

/// A scenario, and what is true of it.
pub struct Form {
    pub name: String,
    pub scenario: Scenario,
    pub figures: Vec<(Figure, f64)>,
}

fn form(name: impl Into<String>, scenario: Scenario, figures: &[(Figure, f64)]) -> Form {
    Form { name: name.into(), scenario, figures: figures.to_vec() }
}

/// All of them.
pub fn forms() -> Vec<Form> {
    [lab_forms(), broadcast_forms(), duel_forms(), tie_forms()].into_iter().flatten().collect()
}

/// Forms 2 and 3: the lab. With constant delays A is chosen, or told that it has no promise, exactly if the starts are
/// further apart than a call takes: two starts uniform on (0, T) are with probability (1 - w/T)², form 1.
fn lab_forms() -> Vec<Form> {
    let t = 2_000 * MS;
    let mut all = Vec::new();
    for (request_us, reply_us) in
        [(44_000, 200), (5_000, 5_000), (100_000, 300_000), (300_000, 200_000), (10_000, 600_000)]
    {
        let mut s = lab(uniform(0, t), constant(request_us * 1_000));
        for kind in [Kind::Promise, Kind::Accepted, Kind::Reject] {
            delay_of(&mut s, kind, constant(reply_us * 1_000));
        }
        let rest = 1.0 - ((request_us + reply_us) * 1_000) as f64 / t as f64;
        let half = rest * rest / 2.0;
        let name = format!("lab, {} + {} ms", request_us as f64 / 1e3, reply_us as f64 / 1e3);
        let figures = [(Wins(0), half), (Wins(1), 1.0 - half), (Told("A:failed/1/0"), half), (Decided, 1.0)];
        all.push(form(name, s, &figures));
    }
    let mut s = lab(constant(0), exponential(10 * MS));
    let figures = [
        (Wins(0), 15.0 / 64.0),
        (Wins(1), 49.0 / 64.0),
        (Told("A:failed/1/1 B:own"), 1.0 / 8.0),
        (Told("A:failed/2/0 B:own"), 41.0 / 64.0),
        (Told("A:failed/2/1 B:other"), 23.0 / 128.0),
        (Told("A:own B:other"), 7.0 / 128.0),
        (Outcomes, 4.0),
        (FailedButChosen, 23.0 / 128.0),
    ];
    all.push(form("lab, exponential", s.clone(), &figures));
    s.run.stop = Stop::Quiescent;
    all.push(form("lab, exponential, to its end", s, &figures));
    all
}

/// Forms 4 and 5: one attempt each, and nobody gives up.
fn broadcast_forms() -> Vec<Form> {
    let mean = 10 * MS;
    let mut two = contest(3, &[(1, constant(0)), (3, constant(0))], exponential(mean));
    two.protocol.ballots = Ballots::Lab;
    two.protocol.give_up = GiveUp::TimeoutOnly;
    two.run.stop = Stop::Chosen;
    let of_two = [(Wins(0), 5.0 / 54.0), (Wins(1), 49.0 / 54.0), (FirstChosen(mean), 1081.0 / 648.0)];
    let mut single = contest(3, &[(2, constant(0))], exponential(mean));
    single.run.stop = Stop::Chosen;
    vec![
        form("broadcast, exponential", two, &of_two),
        form("single, exponential", single, &[(Wins(0), 1.0), (FirstChosen(mean), 7.0 / 4.0)]),
    ]
}

/// Form 6: with constant delays and rejections that are told, at most two pre-emptions. Form 10: the length of a duel with
/// local pre-emption, its whole distribution under a uniform retry.
fn duel_forms() -> Vec<Form> {
    let d = 10 * MS;
    let mut all = Vec::new();
    let retries = [0, MS * 3 / 10, MS * 37 / 10, 10 * MS, 25 * MS, 73 * MS];
    for (retry, give_up) in
        retries.into_iter().zip([GiveUp::QuorumImpossible, GiveUp::FirstReject].into_iter().cycle())
    {
        let mut s = contest(3, &[(1, uniform(0, 60 * MS)), (3, uniform(0, 60 * MS))], constant(d));
        s.protocol.retry = fixed(retry);
        s.protocol.give_up = give_up;
        all.push(form(format!("fixed retry, {retry} ns"), s, &[(Decided, 1.0), (DuelAbove(2), 0.0)]));
    }
    let uniform_retry = |ms: u64| Retry::Uniform(RetryUniform { max: ns(ms * MS) });
    let exponential_retry = |ms: u64| Retry::Exponential(RetryExponential { mean: ns(ms * MS) });
    let duel = |starts: [Delay; 2], retry: Retry| {
        let [a, b] = starts;
        let mut s = contest(3, &[(1, a), (3, b)], constant(d));
        s.protocol.local_preemption = true;
        s.protocol.retry = retry;
        s.run.stop = Stop::Chosen;
        s
    };
    let drawn = || [uniform(0, 15 * MS), uniform(0, 15 * MS)];
    for ms in [15, 20, 50] {
        let mean = 1.0 / (1.0 - 10.0 / ms as f64);
        let name = format!("local pre-emption, uniform {ms} ms");
        all.push(form(name, duel(drawn(), uniform_retry(ms)), &[(Duel, mean)]));
    }
    for ms in [10, 30] {
        let mean = libm::exp(10.0 / ms as f64);
        let name = format!("local pre-emption, exponential {ms} ms");
        all.push(form(name, duel(drawn(), exponential_retry(ms)), &[(Duel, mean)]));
    }
    let spent = 10.0 / 25.0;
    let of_length = |k: i32| (DuelIs(k as u32), libm::pow(spent, f64::from(k - 1)) * (1.0 - spent));
    let geometric = [
        (Duel, 1.0 / (1.0 - spent)),
        (DuelIs(0), 0.0),
        of_length(1),
        of_length(2),
        of_length(3),
        of_length(4),
    ];
    for ms in [0, 3, 19] {
        for (order, starts) in [("", [0, ms]), (", B first", [ms, 0])] {
            let starts = || starts.map(|ms| constant(ms * MS));
            let name = format!("local pre-emption, uniform 25 ms, {ms} ms apart{order}");
            all.push(form(name, duel(starts(), uniform_retry(25)), &geometric));
            let name = format!("local pre-emption, exponential 15 ms, {ms} ms apart{order}");
            all.push(form(name, duel(starts(), exponential_retry(15)), &[(Duel, libm::exp(10.0 / 15.0))]));
        }
    }
    all
}

/// Form 12: with constant delays the tie rule decides. The figures are those of past-highest ballots; under the others only
/// half of A's ways to win are left.
fn tie_forms() -> Vec<Form> {
    let d = 10 * MS;
    let mut all = Vec::new();
    for (ballots, ways) in [(Ballots::PastHighest, 2.0), (Ballots::PastSeen, 1.0), (Ballots::Lab, 1.0)] {
        for (ties, share) in [(Ties::Fifo, 1.0 / 8.0), (Ties::Seeded, 1.0 / 16.0)] {
            for give_up in [GiveUp::TimeoutOnly, GiveUp::QuorumImpossible] {
                let mut s = contest(3, &[(1, uniform(0, 2 * d)), (3, uniform(0, 2 * d))], constant(d));
                s.protocol.ballots = ballots;
                s.protocol.give_up = give_up;
                s.run.ties = ties;
                let name = format!("ties, {ballots:?}, {ties:?}, {give_up:?}");
                all.push(form(name, s, &[(Wins(0), ways * share)]));
            }
        }
    }
    all
}
