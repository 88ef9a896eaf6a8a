//! The columns of `cells.csv` about times: when runs choose and when clients are answered, with the ends of every interval.
//!
//! Absent on purpose: how a table is written.

use super::answers::{AnswerFact, known};
use super::csv::{Column, column, number, whole};
use super::data::{CellReport, SweepReport};
use super::facts::CellFacts;

/// A time with the ends of its interval, ns.
type Three = [Option<u64>; 3];

/// The columns, one after the other.
pub(super) fn times(all: &mut Vec<Column>) {
    all.push(column("chosen_n", "integer", "runs", "runs that chose", |c, _| {
        c.totals.chosen_at.n.to_string()
    }));
    chosen(all);
    over_all_runs(all);
    bounded(all);
    never(all);
}

/// A column for a time, and one for each end of its interval; `empty` says when these are empty.
fn with_ends(
    all: &mut Vec<Column>,
    name: &str,
    meaning: &str,
    empty: &str,
    of: impl Fn(&CellReport, &CellFacts) -> Three + Clone + 'static,
) {
    let ends = [
        ("", meaning.to_owned()),
        ("_low", format!("lower end of its 95 % interval{empty}")),
        ("_high", format!("upper end of its 95 % interval{empty}")),
    ];
    for (at, (end, meaning)) in ends.into_iter().enumerate() {
        let of = of.clone();
        all.push(column(&format!("{name}{end}"), "integer", "ns", &meaning, move |c, f| {
            number(of(c, f)[at])
        }));
    }
}

/// Among the runs that chose.
fn chosen(all: &mut Vec<Column>) {
    let among = "of the time of the first choice, among the runs that chose";
    let empty = "; empty: all are alike, or few runs carry it";
    with_ends(all, "chosen_at_ns_mean", &format!("mean {among}"), empty, |c, f| {
        let interval = f.first_choice.chosen.interval;
        [c.totals.chosen_at.mean(), interval.map(|i| i.low), interval.map(|i| i.high)].map(|ns| ns.map(whole))
    });
    for (i, (name, q)) in [("p50", "0.5"), ("p90", "0.9"), ("p99", "0.99")].into_iter().enumerate() {
        let (name, meaning) = (format!("chosen_at_ns_{name}"), format!("{q}-quantile {among}"));
        with_ends(all, &name, &meaning, "; empty: too few runs", move |_, f| {
            let found = f.chosen_at[i];
            [found.map(|q| q.value), found.and_then(|q| q.low), found.and_then(|q| q.high)]
        });
    }
}

/// Over all runs, with those that were cut off.
fn over_all_runs(all: &mut Vec<Column>) {
    let names = [("median", "median"), ("p90", "0.9-quantile"), ("p99", "0.99-quantile")];
    for (i, (name, q)) in names.into_iter().enumerate() {
        let meaning =
            format!("{q} of the time of the first choice, over all runs (Kaplan–Meier); empty: not reached");
        with_ends(all, &format!("first_choice_ns_{name}"), &meaning, "; empty: not reached", move |_, f| {
            let found = f.first_choice.quantiles[i];
            [found.value, found.ends.0, found.ends.1]
        });
    }
}

/// Up to a stated time.
fn bounded(all: &mut Vec<Column>) {
    let meaning = "times of the first choice count up to here in the mean that follows";
    all.push(column("first_choice_ns_until", "integer", "ns", meaning, |c, _| c.until_ns.to_string()));
    let meaning = "mean time until the first choice or that time, whichever is first";
    let empty = "; empty: runs were cut off before by the event budget, or are too few";
    with_ends(all, "first_choice_ns_restricted_mean", meaning, empty, |_, f| {
        let interval = f.first_choice.bounded_interval;
        [f.first_choice.bounded, interval.map(|i| i.low), interval.map(|i| i.high)].map(|ns| ns.map(whole))
    });
    let meaning = "standard error of that mean in these runs, which knows nothing of runs that were not seen";
    all.push(column("first_choice_ns_restricted_mean_error", "integer", "ns", meaning, |_, f| {
        number(f.first_choice.bounded_error.map(whole))
    }));
}

/// When each client has its answer.
pub(super) fn answers(report: &SweepReport, all: &mut Vec<Column>) {
    let names = report.client_names();
    if names.is_empty() || report.cells.iter().all(|cell| cell.totals.answers.is_empty()) {
        return;
    }
    let meaning = "shares of answered clients count up to here: the deadline, or the horizon";
    all.push(column("answer_deadline_ns", "integer", "ns", meaning, |_, f| {
        number(f.answers.first().map(|it| it.deadline_ns))
    }));
    for name in names {
        let of = |pick: fn(&AnswerFact) -> Option<String>| {
            let name = name.clone();
            move |_: &CellReport, f: &CellFacts| f.answer(&name).and_then(pick).unwrap_or_default()
        };
        let meaning = format!("runs in which the client {name} has an answer");
        all.push(column(
            &format!("answered_{name}"),
            "integer",
            "runs",
            &meaning,
            of(|it| Some(it.answered.to_string())),
        ));
        let column_of = format!("answered_{name}_by_deadline");
        let meaning = format!(
            "share of runs in which the client {name} has its answer by the deadline; empty: it depends on runs that ended before"
        );
        all.push(column(&column_of, "number", "", &meaning, of(|it| it.by.map(|by| by.to_string()))));
        let meaning = "lower end of its 95 % interval, for it alone";
        let low = of(|it| Some(it.by_interval.low.to_string()));
        all.push(column(&format!("{column_of}_low"), "number", "", meaning, low));
        let meaning = "upper end of its 95 % interval, for it alone";
        let high = of(|it| Some(it.by_interval.high.to_string()));
        all.push(column(&format!("{column_of}_high"), "number", "", meaning, high));
        for (which, (short, q)) in [("p50", "0.5"), ("p99", "0.99")].into_iter().enumerate() {
            let meaning = format!(
                "{q}-quantile, over all runs, of the time of the answer to the client {name}; empty: later than the horizon, \
                 or dependent on runs that ended before"
            );
            let empty = "; empty: later than the horizon";
            let name = name.clone();
            with_ends(all, &format!("answer_ns_{name}_{short}"), &meaning, empty, move |_, f| {
                let found = f.answer(&name).and_then(|it| it.quantiles[which]);
                [found.and_then(|q| known(q.value)), found.and_then(|q| q.low), found.and_then(|q| q.high)]
            });
        }
    }
}

/// Runs that never chose.
fn never(all: &mut Vec<Column>) {
    type Of = fn(&CellFacts) -> Option<f64>;
    let columns: [(&str, &str, Of); 3] = [
        ("share", "share of runs in which no value was chosen", |f| f.first_choice.never.share),
        ("low", "lower end of its 95 % interval, for it alone", |f| Some(f.first_choice.never.interval.low)),
        ("high", "upper end of its 95 % interval, for it alone", |f| {
            Some(f.first_choice.never.interval.high)
        }),
    ];
    for (name, meaning, of) in columns {
        all.push(column(&format!("never_chosen_{name}"), "number", "", meaning, move |_, f| number(of(f))));
    }
}
