//! The sentences of a report: methods, what the columns mean, warnings.
//!
//! Absent on purpose: markup. Each exporter escapes these for its own format.

use std::collections::BTreeSet;

use super::answers::is_cut_early;
use super::data::{CellReport, SweepReport};
use super::facts::has_endless_runs;
use super::figures::{not_made, runs, scenario};
use super::names::printable;
use super::numbers::{counted, exact_time, grouped};
use super::table::verdicts;
use crate::check::Verdict;
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
    let model = match &report.model[..] {
        "" => String::new(),
        model => format!("The model, by the keys of the scenario file: {model}. "),
    };
    format!(
        "{} was simulated with synod {} (engine epoch {}, scenario hash {}): {}, seeds {} to {}. Events at the same \
         virtual time were ordered by the {} tie rule; nothing later than the horizon ({}) happened. A run is a pure \
         function of scenario and seed, and all cells run the same seeds: the draws behind delays and losses are the \
         same wherever two cells have a message in common. {model}Safety was checked from each run’s events alone: {}.{until}",
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
    ) + &notes(report)
        + &figures_not_made(report)
}

/// What is to be known of the scenario, as sentences behind others; empty if nothing is.
fn notes(report: &SweepReport) -> String {
    report.notes.iter().map(|note| format!(" {}.", printable(note))).collect()
}

/// Figures that were asked for and are not there, as a sentence behind others; empty if there are none.
fn figures_not_made(report: &SweepReport) -> String {
    let reasons = not_made(report);
    if reasons.is_empty() {
        return String::new();
    }
    format!(" Figures that the scenario asks for and that are not made: {}.", reasons.join(", "))
}

/// When cells stopped by themselves, as a sentence behind others; empty if they did not.
fn until(report: &SweepReport) -> String {
    let Some(until) = report.until else { return String::new() };
    let of = match until {
        Until::Share(_) => "the interval of every share of winners",
        Until::Time(_) => {
            "the interval of the mean time until the first choice or the time at which it counts"
        }
    };
    format!(
        " Each cell was run until {of} was at most {until} wide, asked after {CHUNK} seeds and then after an eighth more each \
         time (in whole chunks of {CHUNK}); at most {} seeds. The intervals of these quantities hold at all numbers of runs at \
         once, with probability 95 % (confidence sequences, exact for any law), so that stopping does not mislead. All others are made for a number of runs that is fixed beforehand: here read them as \
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
pub fn intervals(report: &SweepReport) -> String {
    let (winners, bounded) = match report.until {
        Some(_) => (
            "at all numbers of runs at once (mixed likelihoods, Robbins 1970)",
            "the mixture betting sequence (Orabona and Jun 2021; Waudby-Smith and Ramdas 2024), in which what was not seen counts \
             with all of that time",
        ),
        None => (
            "(Bonferroni over Clopper–Pearson)",
            "the interval of the share of late runs (Clopper–Pearson) and that of the others’ mean, put together (MOVER, Zou and \
             Donner 2008), so that late runs which were not seen are in it",
        ),
    };
    format!(
        "All intervals are at 95 %. Shares of winners and of runs in which nothing was chosen hold together in each cell {winners}; \
         every other share has Clopper and Pearson’s interval, for it alone. Medians and quantiles of the time of the first choice \
         are from the Kaplan–Meier curve, with the interval of Brookmeyer and Crowley on Greenwood’s log(−log) scale: runs cut off \
         at the horizon or by the event budget are censored, and runs that can never choose (proved livelock, blocked, gave up) \
         stay at risk up to the horizon. When runs choose is told by three numbers: the mean of the runs that chose, with Hall’s \
         interval (1992), which takes the skewness g away, or Student’s where that reaches farther, both with n/g² degrees of freedom \
         (at most n − 1), which holds a mean that few runs carry more often than Hall’s alone; the share that never chose; and the mean of the time until the first \
         choice or {}, whichever is first, with {bounded}. Other means have the same interval, or Clopper and Pearson’s where no run \
         has more than one. “Carried by few”: fewer runs than 25, or than 25 times the squared skewness (Cochran 1977), so that the mean is made \
         by few of them; of fewer than 25 no interval is given, nor of such a time, for the longest may be still to come: read quantiles, or a bounded \
         mean. “All alike”: no run differs, which bounds the share of others, and not the mean. Times are read from histograms \
         with buckets narrower than 0.1 %.",
        until_words(report)
    )
}

/// Up to where times count, in words.
fn until_words(report: &SweepReport) -> String {
    let bounds: BTreeSet<u64> = report.cells.iter().map(|cell| cell.until_ns).collect();
    let bounds: Vec<String> = bounds.into_iter().map(exact_time).collect();
    match report.bound {
        None => format!("the horizon ({})", bounds.join(", ")),
        Some(_) => bounds.join(", "),
    }
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
    let bounded = format!(
        " mean of chosen: mean time of the first choice of the runs that chose. mean, bounded: of all runs, where one that has not \
         chosen by then counts {}.",
        until_words(report)
    );
    COLUMNS.to_owned() + &others(report) + &bounded + absent
}

const COLUMNS: &str = "wins: share of the runs in which this proposer's submission is the first chosen value. nothing chosen: share of \
     the runs without a chosen value, whatever their verdict. median first choice: virtual time at which half of the \
     runs have chosen; “not reached” if fewer did by the horizon. duel: mean number of pre-emptions before the first \
     choice. messages: mean number of messages sent.";

/// What is said where not every run decides.
fn others(report: &SweepReport) -> String {
    let verdicts = verdicts(report);
    let mut text = String::new();
    if !verdicts.is_empty() {
        let names: Vec<&str> = verdicts.iter().map(|verdict| verdict.name()).collect();
        text += &format!(
            " {}: share of the runs with this verdict, its interval for it alone; all other runs are decided.",
            names.join(", ")
        );
    }
    if report.cells.iter().any(|cell| cell.totals.undecided > 0) {
        text += " Duels are those of the runs that chose; ∞ of a run that is proved never to choose, open of one that was cut off.";
    }
    if report.cells.iter().any(|cell| has_endless_runs(&cell.totals)) {
        text += " ≥: some runs may have ended where it was recognised that they go on for ever, so that the mean is a bound from \
                 below, round which no interval lies.";
    }
    let cut = [Verdict::Unfinished, Verdict::Undecided];
    if cut.iter().any(|verdict| verdicts.contains(verdict)) {
        text += " Runs that were cut off count what they did up to then.";
    }
    text
}

/// What the table of differences means; empty if there is none.
pub fn differences(report: &SweepReport) -> String {
    let Some(base) = report.base_words() else { return String::new() };
    format!(
        "Each cell minus {base}, over pairs of runs with the same seed. Wins: difference of shares with Tango’s \
         paired score interval, simultaneous over the winners of a cell. First choice (both chose): difference of the mean times over \
         the pairs in which both runs choose, with Hall’s interval or Student’s, whichever reaches farther; mean, bounded: of all pairs, where a run that has not chosen by \
         {} counts that time, by MOVER. Runs saved: how many times as many runs independent seeds would need for the same width, with \
         its own interval. All intervals are at 95 %, each row’s alone: of differences that are none, at most some one in twenty is off 0. \
         *: off 0 even when all that are tested in the table are taken together (Holm).{}",
        until_words(report),
        unpaired(report)
    )
}

/// Which cells have no pairs, as a sentence behind others; empty if all have.
fn unpaired(report: &SweepReport) -> String {
    let is_base = |cell: &CellReport| report.base_of(cell).is_some_and(|base| base.index == cell.index);
    let without = report.cells.iter().filter(|cell| cell.paired.is_none() && !is_base(cell));
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
     its 95 % interval (of Hall’s and Student’s the one that reaches farther, or Clopper and Pearson’s where no run has more than one)."
}

/// What the table of answers means.
pub fn answers(report: &SweepReport) -> String {
    let mut text = String::from(
        "A client has its answer when it is told SUCCEEDED or FAILED. Shares and quantiles are over all runs, one in which a client \
         has no answer included: a quantile beyond the share that is answered is later than the horizon (>). Intervals are \
         at 95 %, each alone: Clopper and Pearson’s of shares, order statistics’ of quantiles.",
    );
    if is_cut_early(report) {
        text.push_str(
            " Some runs ended before the horizon with a client still to be answered (they stop at the first choice, or at their event \
             budget): it may have had its answer at once or never, which the intervals take into account; – stands where the figure \
             depends on it.",
        );
    }
    text
}

/// What the table of tails means.
pub fn tails() -> &'static str {
    "Probability that a duel which has come this far goes on for a further pre-emption, estimated from this length \
     on, with its 95 % likelihood interval; a geometric tail has the same at every length. p if geometric: the probability of lengths \
     that differ as much in how often duels end there (χ² of equal hazards); below 0.01 the tail is not geometric, and has no such \
     probability. Of a hundred geometric tails, about one is called otherwise. Given where a value was chosen in every run."
}

/// What the table of closed forms means.
pub fn theory() -> &'static str {
    "z: found minus predicted, in standard errors. p: the probability, if the form is right, of something at least as far from it, by \
     itself: exact (binomial) of a share, from the normal law of a mean. Of twenty right forms, about one has p below 0.05. *: \
     refuted even when all forms of the table are taken together (Holm)."
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
