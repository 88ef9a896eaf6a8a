//! `cells.csv`, one row a cell, and `cells.dictionary.csv`, which says what its columns are.
//!
//! Absent on purpose: units in values, thousands separators, `NA`. A field without a figure is empty; times are whole
//! nanoseconds; text that a spreadsheet would take for a formula starts with an apostrophe.

use super::comparison::Row;
use super::csv_times;
use super::data::{CellReport, SweepReport};
use super::error::ReportError;
use super::exact::exact_fields;
use super::facts::{CellFacts, Share, TheoryFact, UNDECIDED};
use super::means::Mean;
use super::names::printable;
use super::steps::Steps;
use crate::check::{Counter, Hazard, Verdict};

/// A column: its name, type, unit, meaning, and its field in a row.
pub(super) struct Column {
    pub name: String,
    pub kind: &'static str,
    pub unit: &'static str,
    pub meaning: String,
    pub field: Box<Pick>,
}

/// A cell's field of a column.
pub(super) type Pick = dyn Fn(&CellReport, &CellFacts) -> String;

/// The table.
pub fn cells(report: &SweepReport, all: &[CellFacts], steps: &mut Steps<'_>) -> Result<Vec<u8>, ReportError> {
    let columns = columns(report);
    let mut writer = writer();
    writer.write_record(columns.iter().map(|c| safe(&c.name)))?;
    for (cell, facts) in report.cells.iter().zip(all) {
        writer.write_record(columns.iter().map(|c| match c.kind {
            "text" => safe(&(c.field)(cell, facts)),
            "number" => fractional((c.field)(cell, facts)),
            _ => (c.field)(cell, facts),
        }))?;
        steps.done(1)?;
    }
    finish(writer)
}

/// What the table's columns are.
pub fn dictionary(report: &SweepReport) -> Result<Vec<u8>, ReportError> {
    let mut writer = writer();
    writer.write_record(["column", "type", "unit", "meaning"])?;
    for column in columns(report) {
        writer.write_record([&safe(&column.name), column.kind, column.unit, &safe(&column.meaning)])?;
    }
    finish(writer)
}

fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new())
}

fn finish(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, ReportError> {
    writer.into_inner().map_err(|e| ReportError::Csv(e.into_error().into()))
}

/// Printable, and no formula.
pub(super) fn safe(text: &str) -> String {
    let text = printable(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// A number that is no count, so that a reader that guesses types does not take a whole one for an integer.
fn fractional(text: String) -> String {
    let whole = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    if whole { text + ".0" } else { text }
}

pub(super) fn number(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |v| v.to_string())
}

/// Whole nanoseconds.
pub(super) fn whole(ns: f64) -> u64 {
    libm::round(ns) as u64
}

pub(super) fn column<F>(name: &str, kind: &'static str, unit: &'static str, meaning: &str, field: F) -> Column
where
    F: Fn(&CellReport, &CellFacts) -> String + 'static,
{
    Column { name: name.into(), kind, unit, meaning: meaning.into(), field: Box::new(field) }
}

fn columns(report: &SweepReport) -> Vec<Column> {
    let mut all =
        vec![column("cell", "integer", "", "number of the cell in the grid", |c, _| c.index.to_string())];
    let parameters = report.cells.first().map_or(&[][..], |c| &c.parameters);
    for (i, (path, _)) in parameters.iter().enumerate() {
        let meaning = "value of this key of the scenario";
        all.push(column(path, "text", "", meaning, move |c, _| c.parameters[i].1.clone()));
    }
    all.push(column("horizon_ns", "integer", "ns", "end of every run", |c, _| c.horizon_ns.to_string()));
    all.push(column("ties", "text", "", "tie rule", |c, _| c.ties.clone()));
    all.push(column("runs", "integer", "runs", "runs of the cell", |c, _| c.totals.runs.to_string()));
    winners(report, &mut all);
    counts(&mut all);
    csv_times::times(&mut all);
    csv_times::answers(report, &mut all);
    means(report, &mut all);
    exact(report, &mut all);
    if report.baseline.is_some() {
        paired(report, &mut all);
    }
    all.push(column("digest", "text", "", "digest of the cell's runs", |c, _| c.digest.clone()));
    all.push(column("reproduce", "text", "", "command that reproduces one run", |c, _| c.reproduce.clone()));
    let labels = if report.labels.is_empty() { "none".to_owned() } else { report.labels.join("; ") };
    all.push(column("labels", "text", "", "warnings that hold for all cells, or none", move |_, _| {
        labels.clone()
    }));
    all
}

fn winners(report: &SweepReport, all: &mut Vec<Column>) {
    let absent = absent(report);
    for name in report.proposers.iter().map(String::as_str).chain([UNDECIDED]) {
        let what = match name {
            UNDECIDED => "in which no value was chosen".to_string(),
            name => format!("won by proposer {name}{absent}"),
        };
        let ends = "of the 95 % interval, simultaneous in the cell";
        let picks: [(&str, &'static str, &'static str, String, OfShare); 4] = [
            ("", "integer", "runs", format!("runs {what}"), |share| Some(share.count.to_string())),
            ("_share", "number", "", format!("share of runs {what}"), |share| Some(share.share?.to_string())),
            ("_low", "number", "", format!("lower end {ends}"), |share| Some(share.interval.low.to_string())),
            ("_high", "number", "", format!("upper end {ends}"), |share| {
                Some(share.interval.high.to_string())
            }),
        ];
        for (end, kind, unit, meaning, pick) in picks {
            let of = name.to_owned();
            all.push(column(&format!("winner_{name}{end}"), kind, unit, &meaning, move |_, f| {
                number(f.winner(&of).and_then(pick))
            }));
        }
    }
}

/// A field of a share.
type OfShare = fn(&Share) -> Option<String>;

/// What is added to the meaning of a proposer's column where it does not contend in every cell.
fn absent(report: &SweepReport) -> &'static str {
    if report.has_absent() { "; empty where it does not contend" } else { "" }
}

/// Exact figures, where some cell has them.
fn exact(report: &SweepReport, all: &mut Vec<Column>) {
    for field in exact_fields(report) {
        let name = format!("exact_{}", field.name);
        let off = "how far the figure of the runs is from it, in standard errors";
        let picks: [(&str, &'static str, &str, OfTheory); 3] = [
            ("", field.unit, &format!("exact {}; empty where it is not known", field.meaning), |it| {
                Some(it.value)
            }),
            ("_bound", field.unit, "it is no further off than that", |it| it.bound),
            ("_z", "", off, |it| it.z),
        ];
        for (end, unit, meaning, pick) in picks {
            let field = field.clone();
            all.push(column(&format!("{name}{end}"), "number", unit, meaning, move |_, facts| {
                number(field.of(facts).and_then(pick))
            }));
        }
    }
}

/// A field of an exact figure.
type OfTheory = fn(&TheoryFact) -> Option<f64>;

fn counts(all: &mut Vec<Column>) {
    for (i, verdict) in Verdict::ALL.iter().enumerate() {
        let name = format!("verdict_{}", verdict.name().replace('-', "_"));
        let meaning = format!("runs with the verdict {}", verdict.name());
        all.push(column(&name, "integer", "runs", &meaning, move |c, _| c.totals.verdicts[i].to_string()));
    }
    for (i, hazard) in Hazard::ALL.iter().enumerate() {
        let name = format!("hazard_{}", hazard.name().replace('-', "_"));
        let meaning = format!("runs with the hazard {}", hazard.name());
        all.push(column(&name, "integer", "runs", &meaning, move |c, _| c.totals.hazards[i].to_string()));
    }
    all.push(column("violations", "integer", "runs", "runs with a safety violation", |c, _| {
        c.totals.violations.to_string()
    }));
    all.push(column("first_violation_seed", "integer", "", "seed of the first of them", |c, _| {
        number(c.totals.first_violation)
    }));
}

fn means(report: &SweepReport, all: &mut Vec<Column>) {
    for counter in Counter::SUMMED {
        let metric = counter.metric();
        mean(all, metric.column, metric.unit, metric.meaning, move |f| Some(f.means[counter]));
    }
    let chosen = "pre-emptions before the first choice, of the runs in which a value was chosen,";
    mean(all, "duel_of_chosen", Counter::Duel.metric().unit, chosen, |f| Some(f.duel));
    for proposer in &report.proposers {
        let (name, own) = (format!("preemptions_{proposer}"), proposer.clone());
        let what = format!("pre-emptions of proposer {proposer}");
        mean(all, &name, Counter::Preemptions.metric().unit, &what, move |f| f.preempted(&own));
    }
}

/// The mean of a counted quantity, and the ends of its interval.
fn mean(
    all: &mut Vec<Column>,
    name: &str,
    unit: &'static str,
    what: &str,
    of: impl Fn(&CellFacts) -> Option<Mean> + Clone + 'static,
) {
    let ends = "of its 95 % interval (of Hall’s and Student’s the one that reaches farther, or exact of a share, not below 0); empty: all runs agree";
    type Figure = fn(Mean) -> Option<f64>;
    let figures: [(&str, String, Figure); 3] = [
        ("mean", format!("mean number of {what} a run"), |mean| mean.value),
        ("low", format!("lower end {ends}"), |mean| mean.interval.map(|i| i.low)),
        ("high", format!("upper end {ends}"), |mean| mean.interval.map(|i| i.high)),
    ];
    for (end, meaning, figure) in figures {
        let of = of.clone();
        all.push(column(&format!("{name}_{end}"), "number", unit, &meaning, move |_, f| {
            number(of(f).and_then(figure))
        }));
    }
    let meaning = "what is to be known of this mean: that all runs are alike, and how many others there may be at most, or that few \
                   runs carry it (n < 25 g², g the skewness); empty: nothing";
    all.push(column(&format!("{name}_remark"), "text", "", meaning, move |_, f| {
        of(f).map_or_else(String::new, |mean| mean.remark())
    }));
}

/// The columns about what pairing saves begin so.
const RUNS_SAVED: &str = "runs_saved";

/// A figure of a paired difference.
type OfRow = fn(&Row) -> Option<f64>;

/// The difference of a quantity from the baseline, its interval and what pairing saved.
fn paired(report: &SweepReport, all: &mut Vec<Column>) {
    let base = csv_base(report);
    if report.baseline.as_ref().is_some_and(|bases| bases.only().is_none()) {
        let bases: Vec<Option<u64>> =
            report.cells.iter().map(|cell| report.base_of(cell).map(|base| base.index)).collect();
        let meaning =
            "number of the cell that it is compared with; empty where its runs are paired with none";
        all.push(column("baseline_cell", "integer", "", meaning, move |c, _| {
            number(c.paired.as_ref().and_then(|_| *bases.get(usize::try_from(c.index).ok()?)?))
        }));
    }
    let winners =
        report.proposers.iter().map(|name| format!("winner.{name}")).chain([format!("winner.{UNDECIDED}")]);
    let means = Counter::COMPARED.map(|counter| format!("mean.{}", counter.metric().word));
    for name in winners.chain(["first_choice_both", "first_choice"].map(str::to_owned)).chain(means) {
        let (is_time, is_share) = (name.starts_with("first_choice"), name.starts_with("winner."));
        let unit = if is_time { "ns" } else { "" };
        let short = name.trim_start_matches("mean.").replace("winner.", "winner_");
        let of = if is_share { "share of runs won by" } else { "mean" };
        let saves = is_share || name == "first_choice_both";
        let about = format!("{of} {short} minus that of {base}, paired by seed");
        let row = move |f: &CellFacts, pick: OfRow| {
            f.differences.iter().find(|row| row.name == name).and_then(pick)
        };
        let picks: [(&str, &str, OfRow); 7] = [
            ("difference", "", |row| row.difference),
            ("difference_low", "lower end of the 95 % interval of ", |row| row.interval.map(|i| i.low)),
            ("difference_high", "upper end of the 95 % interval of ", |row| row.interval.map(|i| i.high)),
            ("p", "adjusted probability, if there is none, of a difference at least as large: ", |row| row.p),
            (RUNS_SAVED, "how many times as many runs independent seeds need for: ", |row| {
                Some(row.saved?.times)
            }),
            ("runs_saved_low", "lower end of the 95 % interval of the runs saved for: ", |row| {
                Some(row.saved?.interval.low)
            }),
            ("runs_saved_high", "upper end of the 95 % interval of the runs saved for: ", |row| {
                Some(row.saved?.interval.high)
            }),
        ];
        for (end, what, pick) in picks.into_iter().filter(|(end, ..)| saves || !end.starts_with(RUNS_SAVED)) {
            let row = row.clone();
            let is_bare = end == "p" || end.starts_with(RUNS_SAVED);
            let unit = if is_bare { "" } else { unit };
            let middle = if is_time && !is_bare { "_ns" } else { "" };
            let meaning = format!("{what}{about}; empty for that cell");
            all.push(column(&format!("{short}{middle}_{end}"), "number", unit, &meaning, move |_, f| {
                number(row(f, pick))
            }));
        }
    }
}

/// The cell that others are compared with, in the words of the scenario.
fn csv_base(report: &SweepReport) -> String {
    let values = report.base_values().unwrap_or_default();
    let paths = report.cells.first().map_or(&[][..], |cell| &cell.parameters);
    let written: Vec<String> = values.iter().map(|(i, value)| format!("{} = {value}", paths[*i].0)).collect();
    if written.is_empty() {
        return report.base_words().unwrap_or_default();
    }
    format!("the cell with {} that is otherwise the same", written.join(" and "))
}
