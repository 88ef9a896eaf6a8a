//! The sentences of a report: methods, what the columns mean, warnings.
//!
//! Absent on purpose: markup. Each exporter escapes these for its own format.

use std::collections::BTreeSet;

use super::data::{CellReport, SweepReport};
use super::figures::{runs, scenario};
use super::names::printable;
use super::numbers::{counted, exact_time, grouped};
use crate::sweep::{CHUNK, LONGEST, MOST_NOTABLE, MOST_PLAYED, Until, looked_at};

/// The methods paragraph: what was run, and how the intervals were made.
pub fn methods(report: &SweepReport) -> String {
    // Seeds go round at the end of the numbers, and cells that stop by themselves may have fewer than were allowed.
    let most = report.cells.iter().map(|c| c.totals.runs).max().unwrap_or(0);
    let last = report.first_seed.wrapping_add(most.saturating_sub(1));
    let ties: BTreeSet<&str> = report.cells.iter().map(|c| c.ties.as_str()).collect();
    let horizons: BTreeSet<u64> = report.cells.iter().map(|c| c.horizon_ns).collect();
    let ties: Vec<String> = ties.into_iter().map(|t| format!("“{}”", printable(t))).collect();
    let horizons: Vec<String> = horizons.into_iter().map(exact_time).collect();
    let until = until(report);
    format!(
        "{} was simulated with synod {} (engine epoch {}, scenario hash {}): {}, seeds {} to {}. Events at the same \
         virtual time were ordered by the {} tie rule; nothing later than the horizon ({}) happened. A run is a pure \
         function of scenario and seed, and all cells run the same seeds: the draws behind delays and losses are the \
         same wherever two cells have a message in common. Safety was checked from each run’s events alone: {}.{until}",
        subject(report),
        printable(&report.version),
        report.epoch,
        printable(&report.scenario_hash),
        runs(report),
        grouped(report.first_seed),
        grouped(last),
        ties.join(" or "),
        horizons.join(", "),
        report.proof.checks.sentence(),
    )
}

/// When cells stopped by themselves, as a sentence behind others; empty if they did not.
fn until(report: &SweepReport) -> String {
    let Some(until) = report.until else { return String::new() };
    let of = match until {
        Until::Share(_) => "the interval of every share of winners",
        Until::Time(_) => "the interval of the mean time until the first choice or the horizon",
    };
    format!(
        " Each cell was run until {of} was at most {until} wide, asked after {CHUNK} seeds and then after an eighth more each \
         time (in whole chunks of {CHUNK}); at most {} seeds. The intervals of these quantities hold at all numbers of runs at \
         once, with probability 95 % (confidence sequences; those of shares are exact, that of the mean is asymptotic: runs that never choose count as the horizon, and such as are \
         too rare to have been seen are not in it), so \
         that stopping does not mislead. All others are made for a number of runs that is fixed beforehand: here read them as \
         approximate.",
        grouped(report.seeds)
    )
}

/// What was simulated, as the start of a sentence.
fn subject(report: &SweepReport) -> String {
    match printable(&report.title).trim() {
        "" => "The scenario".into(),
        title => format!("The scenario “{title}”"),
    }
}

/// How each interval was made.
pub fn intervals(report: &SweepReport) -> &'static str {
    if report.until.is_some() {
        return "All intervals are at 95 %. Shares of winners and of runs in which nothing was chosen hold together in each cell \
                and at all numbers of runs at once (mixed likelihoods, Robbins 1970); other shares have Wilson's score interval. \
                Medians of the time of the first choice are from the Kaplan–Meier curve, with the interval of Brookmeyer and \
                Crowley on Greenwood's log(−log) scale. The mean time until the first choice or the horizon has the asymptotic \
                confidence sequence of Waudby-Smith and others (2024), other means the normal interval. Times are read from \
                histograms with buckets narrower than 0.1 %.";
    }
    "All intervals are at 95 %. Shares of winners and of runs in which nothing was chosen hold together in each cell \
     (Bonferroni over Clopper–Pearson); other shares have Wilson's score interval. Medians of the time of the first \
     choice are from the Kaplan–Meier curve, with the interval of Brookmeyer and Crowley on Greenwood's log(−log) \
     scale: runs cut off at the horizon or by the event budget are censored, and runs that can never choose (proved \
     livelock, blocked, gave up) stay at risk up to the horizon. Means have the normal interval, of \
     few and rare events an approximate one; where all runs agree, what the mean can be if as many runs as may differ do. Times are read from histograms with buckets narrower than 0.1 %."
}

/// The command that makes the numbers of one cell again.
pub fn numbers_again(report: &SweepReport, cell: &CellReport) -> String {
    let arguments = cell.reproduce.strip_prefix("synod run ").and_then(|line| line.rsplit_once(" --seed "));
    let flags = report.command_line.rsplit_once(" --seeds ").map(|(_, flags)| flags);
    match (arguments, flags) {
        (Some((arguments, _)), Some(flags)) if !cell.parameters.is_empty() => {
            format!("synod sweep {arguments} --set 'sweep={{}}' --seeds {flags}")
        }
        _ => report.command_line.clone(),
    }
}

/// By which rule runs are shown one by one.
pub fn notable(report: &SweepReport) -> String {
    format!(
        "The first run of each kind: no two have the same verdict, the same winner and the same answers to the \
         clients. Looked for among the first {} seeds of each cell, in the order of the cells, until {} events \
         were played; of a run, the first {}. At most {MOST_NOTABLE} are shown.",
        grouped(looked_at(report.cells.len(), report.seeds)),
        grouped(MOST_PLAYED),
        grouped(u64::from(LONGEST))
    )
}

/// What the columns of the results table mean.
pub fn columns(report: &SweepReport) -> String {
    let absent = if report.has_absent() { " –: that proposer does not contend in the cell." } else { "" };
    COLUMNS.to_owned() + absent
}

const COLUMNS: &str = "wins: share of the runs in which this proposer's submission is the first chosen value. nothing chosen: share of \
     the runs without a chosen value, whatever their verdict. median first choice: virtual time at which half of the \
     runs have chosen; “not reached” if fewer did by the horizon. duel: mean number of pre-emptions before the first \
     choice. messages: mean number of messages sent.";

/// What the table of differences means; empty if there is none.
pub fn differences(report: &SweepReport) -> String {
    let Some(baseline) = report.baseline else { return String::new() };
    format!(
        "Each cell minus cell {baseline}, over pairs of runs with the same seed. Wins: difference of shares with Tango’s \
         paired score interval, simultaneous over the winners. First choice: difference of the mean times until the first \
         choice or the shorter horizon, whichever is first. Runs saved: how many times as many runs independent seeds would \
         need for the same width of that interval. All intervals are at 95 %.{}",
        unpaired(report, baseline)
    )
}

/// Which cells have no pairs, as a sentence behind others; empty if all have.
fn unpaired(report: &SweepReport, baseline: u64) -> String {
    let without = report.cells.iter().filter(|cell| cell.paired.is_none() && cell.index != baseline);
    match without.count() as u64 {
        0 => String::new(),
        some => format!(
            " Without a row: {} whose proposers have other names or stand in another order, for draws are addressed by a \
             proposer's place in the list.",
            counted(some, "cell")
        ),
    }
}

/// What the table of pre-emptions means.
pub fn preemptions() -> &'static str {
    "Mean number of attempts a run that were ended by another proposer’s higher ballot, of all proposers and of each, with \
     its 95 % interval (normal; where no run has any, up to the share of runs that may have one)."
}

/// What the table of tails means.
pub fn tails() -> &'static str {
    "Probability that a duel which has come this far goes on for a further pre-emption, estimated from this length \
     on, with its 95 % likelihood interval; a geometric tail has the same at every length. That the tail is one is \
     supposed, not tested: the figure shows whether it falls straight. Given where a value was chosen in \
     every run."
}

/// Runs that broke safety, in words; `None` if there are none.
pub fn violations(report: &SweepReport) -> Option<String> {
    let broken: u64 = report.cells.iter().map(|c| c.totals.violations).fold(0, u64::saturating_add);
    let cell = report.cells.iter().find(|c| c.totals.violations > 0)?;
    let seed = cell.totals.first_violation.map_or(String::new(), |s| format!(", first at seed {s}"));
    Some(format!("Safety was violated in {}: see cell {}{seed}.", counted(broken, "run"), cell.index))
}

/// What came of running some of the seeds twice, in words; empty if that was not done.
pub fn determinism(report: &SweepReport) -> String {
    match (report.proof.identical, report.proof.ran_twice) {
        (_, 0) => String::new(),
        (identical, all) => {
            let twins = match report.proof.twins {
                0 => String::new(),
                runs => format!("; {runs} runs asked of two processes, and answered alike"),
            };
            format!("determinism: {identical}/{all} identical{twins}")
        }
    }
}

/// The report's title.
pub fn title(report: &SweepReport) -> String {
    sentence_start(&scenario(report))
}

fn sentence_start(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}
