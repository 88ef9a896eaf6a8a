//! What holds between the counters of any runs: totals that were read from a file are held against it, whoever reads
//! them, before anything is computed from them.
//!
//! Absent on purpose: whether they are the totals of these runs; only running them again tells.

use std::fmt;

use super::job::Job;
use super::paired::{KEPT, Paired};
use super::pairing::Pairing;
use super::part::Part;
use super::totals::Totals;
use crate::check::ClientOutcome;
use crate::check::{Counter, Verdict};
use crate::stats::{Fourfold, Histogram, Moments};

/// Two counts that cannot be those of the same runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Inconsistent {
    what: &'static str,
    is: u128,
    other: &'static str,
    than: u128,
}

impl fmt::Display for Inconsistent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}, and {} {}", self.what, self.is, self.other, self.than)
    }
}

type Checked = Result<(), Inconsistent>;

fn equal(what: &'static str, is: impl Into<u128>, other: &'static str, than: impl Into<u128>) -> Checked {
    let (is, than) = (is.into(), than.into());
    if is == than { Ok(()) } else { Err(Inconsistent { what, is, other, than }) }
}

fn at_most(what: &'static str, is: impl Into<u128>, other: &'static str, than: impl Into<u128>) -> Checked {
    let (is, than) = (is.into(), than.into());
    if is <= than { Ok(()) } else { Err(Inconsistent { what, is, other, than }) }
}

/// What is known of some runs of a cell without running them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many there are.
    pub runs: u64,
    /// Proposers.
    pub proposers: usize,
    /// Submissions.
    pub clients: usize,
    /// Whether the runs are paired with a baseline's.
    pub is_paired: bool,
}

impl Shape {
    /// Whether these can be the totals of such runs.
    ///
    /// # Errors
    /// [`Inconsistent`] names two counts that contradict each other.
    pub fn check(&self, totals: &Totals, paired: Option<&Paired>) -> Result<(), Inconsistent> {
        totals.check(self)?;
        equal("cells that are paired:", paired.is_some(), "it should be", self.is_paired)?;
        paired.map_or(Ok(()), |paired| paired.check(totals))
    }
}

/// Whether these can be the totals of whole cells, each of so many seeds from the first on; the cell that cannot.
///
/// # Errors
/// The number of a cell, and what is wrong with it.
pub fn check_cells(
    jobs: &[Job],
    pairing: Option<&Pairing>,
    first_seed: u64,
    runs: &[u64],
    all: &[Part],
) -> Result<(), (usize, Inconsistent)> {
    for (cell, ((job, part), &runs)) in jobs.iter().zip(all).zip(runs).enumerate() {
        let shape = Shape {
            runs,
            proposers: job.plan.proposers(),
            clients: job.plan.submissions().len(),
            is_paired: pairing.is_some_and(|pairing| pairing.of(cell).is_some()),
        };
        let checked = shape.check(&part.totals, part.paired.as_ref());
        let checked = checked.and_then(|()| check_seeds(part, first_seed, runs));
        let base = pairing.and_then(|pairing| all.get(pairing.base(cell)?));
        let checked = checked.and_then(|()| match (&part.paired, base) {
            (Some(paired), Some(base)) => paired.check_side(0, &base.totals, Some(&base.totals.winners)),
            _ => Ok(()),
        });
        checked.map_err(|why| (cell, why))?;
    }
    Ok(())
}

/// Every seed that is named is one of them.
fn check_seeds(part: &Part, first: u64, runs: u64) -> Checked {
    let paired = part.paired.as_ref();
    let violations = paired.map_or([None; 2], |paired| paired.first_violation);
    let parted = paired.map_or(&[][..], |paired| &paired.first_parted).iter().map(|parted| parted.seed);
    let named = part.totals.first_violation.into_iter().chain(violations.into_iter().flatten());
    for seed in named.chain(parted) {
        if seed.wrapping_sub(first) >= runs {
            let (what, other) = ("it names seed", "its seeds begin with");
            return Err(Inconsistent { what, is: seed.into(), other, than: first.into() });
        }
    }
    Ok(())
}

impl Totals {
    /// Whether these can be the totals of such runs.
    ///
    /// # Errors
    /// [`Inconsistent`] names two counts that contradict each other.
    pub fn check(&self, shape: &Shape) -> Result<(), Inconsistent> {
        self.check_shape(shape)?;
        self.check_counts()?;
        self.check_violations()?;
        self.check_times()?;
        self.check_answers(shape)?;
        self.check_counters()
    }

    fn check_shape(&self, shape: &Shape) -> Checked {
        let wins = self.winners.len() as u64;
        equal("it counts", self.runs, "its seeds are", shape.runs)?;
        equal("it counts the wins of", wins, "its proposers are", shape.proposers as u64)?;
        let own = self.preempted.len() as u64;
        equal("it counts the pre-emptions of", own, "its proposers are", shape.proposers as u64)?;
        for (joint, &count) in &self.outcomes {
            let clients = shape.clients as u64;
            equal("a joint outcome is of", joint.len() as u64, "its submissions are", clients)?;
            at_most("of runs with a joint outcome there are at least", 1_u8, "it counts", count)?;
            for outcome in joint {
                let ClientOutcome::Failed { phase, count } = *outcome else { continue };
                at_most("a client failed in phase", phase, "the last is", 2_u8)?;
                at_most("a client failed in a phase, the first being", 1_u8, "it is", phase)?;
                at_most("a client failed with a count of", count, "the most is", 63_u8)?;
            }
        }
        Ok(())
    }

    fn check_counts(&self) -> Checked {
        let runs = self.runs;
        equal("runs by verdict add up to", sum(&self.verdicts), "its runs are", runs)?;
        equal("runs by joint outcome add up to", sum(self.outcomes.values()), "its runs are", runs)?;
        at_most("undecided runs are", self.undecided, "its runs are", runs)?;
        let chosen = runs - self.undecided;
        let ended = sum(self.duel_histogram.values());
        equal("runs by duel length add up to", ended, "runs with a chosen value are", chosen)?;
        let open = sum(self.open_duels.values());
        equal("runs by the length of an open duel add up to", open, "undecided runs are", self.undecided)?;
        let won = sum(&self.winners);
        at_most("wins add up to", won, "runs with a chosen value are", chosen)?;
        // A value that nobody submitted has no winner, and breaks safety.
        at_most(
            "runs with a chosen value are",
            chosen,
            "wins and violations add up to",
            won + u128::from(self.violations),
        )?;
        let decided = [Verdict::Decided, Verdict::Starved, Verdict::Unfinished];
        let decided = decided.map(|verdict| self.verdicts[verdict as usize]);
        equal(
            "decided, starved and unfinished runs are",
            sum(&decided),
            "runs with a chosen value are",
            chosen,
        )?;
        for &count in &self.hazards {
            at_most("runs with a hazard are", count, "its runs are", runs)?;
        }
        Ok(())
    }

    fn check_violations(&self) -> Checked {
        let violations = self.violations;
        at_most("runs with a violation are", violations, "its runs are", self.runs)?;
        for &count in &self.violated {
            at_most("runs that violate an invariant are", count, "runs with a violation are", violations)?;
        }
        at_most("runs with a violation are", violations, "violations add up to", sum(&self.violated))?;
        let named = u8::from(self.first_violation.is_some());
        equal("seeds of a first violation are", named, "there should be", u8::from(violations > 0))
    }

    fn check_times(&self) -> Checked {
        let chosen = self.runs - self.undecided;
        equal("times of a first choice are", self.chosen_at.n, "runs with a chosen value are", chosen)?;
        let censored = self.verdicts[Verdict::Undecided as usize];
        let histogram = count(&self.censored_at_histogram);
        equal("ends of runs that were cut off are", histogram, "runs that were cut off are", censored)?;
        let histogram = &self.chosen_at_histogram;
        equal("times in the histogram are", count(histogram), "runs with a chosen value are", chosen)?;
        let (low, high) = bounds(histogram);
        at_most("times in the histogram add up to at least", low, "their sum is", self.chosen_at.sum)?;
        at_most("times of first choices add up to", self.chosen_at.sum, "in the histogram at most to", high)?;
        let least = self.chosen_at.sum.saturating_add(bounds(&self.censored_at_histogram).0);
        at_most("runs last at least", least, "their ends add up to", self.ended_at.sum)
    }

    /// Clients without an answer are those of the joint outcomes, and few enough runs leave one open.
    fn check_answers(&self, shape: &Shape) -> Checked {
        let all = self.answers.len() as u64;
        let clients = if self.runs == 0 { all } else { shape.clients as u64 };
        equal("it counts the answers of submissions:", all, "its submissions are", clients)?;
        let left_open = Verdict::ALL.into_iter().filter(|verdict| verdict.leaves_clients_open());
        let left_open = sum(&left_open.map(|verdict| self.verdicts[verdict as usize]).collect::<Vec<_>>());
        for (client, times) in self.answers.iter().enumerate() {
            let told = |(joint, _): &(&Vec<ClientOutcome>, &u64)| joint[client] != ClientOutcome::None;
            let answered = sum(self.outcomes.iter().filter(told).map(|(_, count)| count));
            equal("times of a client's answers are", count(&times.at), "runs that answer it are", answered)?;
            let open = count(&times.cut_off);
            at_most(
                "runs that leave a client open are",
                open,
                "it has no answer in",
                u128::from(self.runs) - answered,
            )?;
            at_most("runs that leave a client open are", open, "runs that may are", left_open)?;
            let least = bounds(&times.at).0.saturating_add(bounds(&times.cut_off).0);
            at_most("runs last at least", least, "their ends add up to", self.ended_at.sum)?;
        }
        Ok(())
    }

    fn check_counters(&self) -> Checked {
        let runs = self.runs;
        let small = u128::from(runs) * u128::from(u32::MAX);
        possible("times of first choices", &self.chosen_at)?;
        equal("ends of runs are", self.ended_at.n, "its runs are", runs)?;
        possible("ends of runs", &self.ended_at)?;
        for counter in Counter::SUMMED.iter().map(|&counter| &self.counters[counter]).chain(&self.preempted) {
            equal("runs with a counter are", counter.n, "its runs are", runs)?;
            at_most("a counter adds up to", counter.sum, "the most is", small)?;
            possible("counters", counter)?;
        }
        let own = self.preempted.iter().fold(0_u128, |all, own| all.saturating_add(own.sum));
        let (all, duels) = (&self.counters[Counter::Preemptions], &self.counters[Counter::Duel]);
        equal("pre-emptions of each proposer add up to", own, "pre-emptions are", all.sum)?;
        let mut lengths = Moments::default();
        for (&duel, &runs) in self.duel_histogram.iter().chain(&self.open_duels) {
            at_most("of runs with a duel's length there are at least", 1_u8, "it counts", runs)?;
            lengths.record_n(duel.into(), runs);
        }
        equal("duels in the histogram add up to", lengths.sum, "their sum is", duels.sum)?;
        let (squares, cubes) = (lengths.sum_squares, lengths.sum_cubes);
        equal("squares of duels in the histogram add up to", squares, "their sum is", duels.sum_squares)?;
        equal("cubes of duels in the histogram add up to", cubes, "their sum is", duels.sum_cubes)?;
        at_most("pre-emptions before the first choice are", duels.sum, "pre-emptions are", all.sum)
    }
}

impl Paired {
    /// Whether these can be the pairs of runs that add up to `own`, the second of each pair, with runs of a baseline.
    pub(super) fn check(&self, own: &Totals) -> Result<(), Inconsistent> {
        let pairs = own.runs;
        equal("it counts pairs:", self.pairs, "its runs are", pairs)?;
        let tables = self.winners.iter().chain(&self.verdicts).chain([&self.preempted]).chain(&self.answered);
        for table in tables {
            let parts = sum(&[table.both, table.only_a, table.only_b]);
            equal("a table is of", table.n, "its pairs are", pairs)?;
            at_most("a table's fields add up to", parts, "its pairs are", pairs)?;
        }
        let winners = self.winners.len() as u64;
        equal("pairs are told apart by", winners, "winners and none are", own.winners.len() as u64 + 1)?;
        let times = &self.first_choice;
        equal("pairs with known times are", times.n(), "they should be", pairs.saturating_sub(self.cut))?;
        at_most("pairs without known times are", self.cut, "its pairs are", pairs)?;
        let counters = Counter::COMPARED.iter().map(|&counter| &self.counters[counter]);
        for sums in [times, &self.times.alone].into_iter().chain(&self.times.both).chain(counters) {
            let possible = u8::from(sums.is_possible());
            equal("sums over pairs that some pairs have:", possible, "there should be", 1_u8)?;
        }
        self.check_late()?;
        let [only_a, only_b] = [|t: &Fourfold| t.only_a, |t: &Fourfold| t.only_b]
            .map(|of| self.winners.iter().fold(0_u128, |all, table| all + u128::from(of(table))));
        equal("pairs with different winners are", self.parted, "by the first run's winner", only_a)?;
        equal("pairs with different winners are", self.parted, "by the second run's winner", only_b)?;
        self.check_parted(own.winners.len())?;
        self.check_side(1, own, None)
    }

    /// Whether the pairs with late runs are those that the times of the others leave.
    fn check_late(&self) -> Checked {
        let late = &self.times.late;
        let parts = sum(&[late.both, late.only_a, late.only_b]);
        equal("a table is of", late.n, "pairs with known times are", self.first_choice.n())?;
        at_most("a table's fields add up to", parts, "its pairs are", late.n)?;
        let both = self.times.both_chose();
        let alone = u128::from(late.only_a) + u128::from(late.only_b);
        equal("pairs in which one run is late are", self.times.alone.n(), "by its table", alone)?;
        let early = u128::from(late.n) - parts;
        equal("pairs in which no run is late are", both.n(), "by its table", early)
    }

    fn check_parted(&self, proposers: usize) -> Checked {
        let kept = self.first_parted.len() as u64;
        equal("seeds with different winners are", kept, "there should be", self.parted.min(KEPT as u64))?;
        for parted in &self.first_parted {
            let differ = u8::from(parted.winners[0] != parted.winners[1]);
            equal("winners that differ:", differ, "there should be", 1_u8)?;
            for winner in parted.winners.into_iter().flatten() {
                at_most(
                    "a winner has the number",
                    winner,
                    "the last is",
                    proposers.saturating_sub(1) as u64,
                )?;
            }
        }
        for two in self.first_parted.windows(2) {
            at_most("a seed with different winners is", two[0].seed, "the next is", two[1].seed)?;
            equal("a seed is kept twice:", u8::from(two[0].seed == two[1].seed), "it should be", 0_u8)?;
        }
        Ok(())
    }

    /// Whether one side of the pairs, 0 or 1, can be the runs with these totals. Its winners are counted by the numbers of
    /// the first side's proposers: `winners`, or else those of the totals in some other order.
    fn check_side(&self, side: usize, totals: &Totals, winners: Option<&[u64]>) -> Checked {
        let of = |table: &Fourfold| table.both + if side == 0 { table.only_a } else { table.only_b };
        equal("pairs are", self.pairs, "runs of their cell are", totals.runs)?;
        for (table, &runs) in self.verdicts.iter().zip(&totals.verdicts) {
            equal("runs with a verdict are by its pairs", of(table), "by its runs", runs)?;
        }
        let mut won: Vec<u64> = self.winners.iter().map(of).collect();
        let nobody = u128::from(won.pop().unwrap_or_default()) + sum(&totals.winners);
        equal("runs with and without a winner are", nobody, "its runs are", totals.runs)?;
        let mut wins = winners.unwrap_or(&totals.winners).to_vec();
        if winners.is_none() {
            won.sort_unstable();
            wins.sort_unstable();
        }
        for (won, wins) in won.into_iter().zip(wins) {
            equal("wins are by its pairs", won, "by its runs", wins)?;
        }
        let mut answered: Vec<u128> = self.answered.iter().map(|table| of(table).into()).collect();
        let mut told: Vec<u128> = totals.answers.iter().map(|times| count(&times.at)).collect();
        if side == 1 {
            answered.sort_unstable();
            told.sort_unstable();
        }
        for (pairs, runs) in answered.into_iter().zip(told) {
            equal("answers to a client are by its pairs", pairs, "by its runs", runs)?;
        }
        for counter in Counter::COMPARED {
            let (pairs, own) = (&self.counters[counter], &totals.counters[counter]);
            let pairs = if side == 0 { &pairs.a } else { &pairs.b };
            equal("runs with a counter are by its pairs", pairs.n, "by its runs", own.n)?;
            equal("a counter adds up by its pairs to", pairs.sum, "by its runs to", own.sum)?;
            equal("squares add up by its pairs to", pairs.sum_squares, "by its runs to", own.sum_squares)?;
            equal("cubes add up by its pairs to", pairs.sum_cubes, "by its runs to", own.sum_cubes)?;
        }
        at_most(
            "runs without a choice by the horizon are",
            self.at_horizon[side],
            "its runs are",
            totals.runs,
        )?;
        at_most(
            "undecided runs are",
            totals.undecided,
            "runs without a choice by the horizon are",
            self.at_horizon[side],
        )?;
        equal("violations are by its pairs", self.violations[side], "by its runs", totals.violations)?;
        let first = |seed: Option<u64>| seed.map_or(0, |seed| u128::from(seed) + 1);
        let (pairs, runs) = (first(self.first_violation[side]), first(totals.first_violation));
        equal("the seed after the first violation is by its pairs", pairs, "by its runs", runs)
    }
}

/// Never wraps: so many counts are not read.
fn sum<'a>(counts: impl IntoIterator<Item = &'a u64>) -> u128 {
    counts.into_iter().fold(0, |sum, &count| sum + u128::from(count))
}

/// How many values a histogram holds, which its own saturating count would not tell.
fn count(histogram: &Histogram) -> u128 {
    histogram.buckets().fold(0, |sum, bucket| sum + u128::from(bucket.count))
}

/// What the values of a histogram add up to, at least and at most.
fn bounds(histogram: &Histogram) -> (u128, u128) {
    histogram.buckets().fold((0, 0), |(low, high), bucket| {
        let of = |value: u64| u128::from(value) * u128::from(bucket.count);
        (low.saturating_add(of(bucket.low)), high.saturating_add(of(bucket.high)))
    })
}

fn possible(what: &'static str, sums: &Moments) -> Checked {
    if sums.is_possible() {
        return Ok(());
    }
    Err(Inconsistent {
        what,
        is: sums.sum,
        other: "their squares or cubes add up to an impossible",
        than: sums.sum_squares,
    })
}
