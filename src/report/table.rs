//! The tables that Markdown, LaTeX and HTML share: one row a cell, values with their intervals.
//!
//! Absent on purpose: markup, and figures that only machines want; `cells.csv` and `summary.json` have those.

use super::answers::known;
use super::comparison::Row;
use super::data::{CellReport, SweepReport};
use super::facts::{CellFacts, Share, TheoryFact, UNDECIDED, Unit, has_endless_runs};
use super::figures::varying;
use super::means::Mean;
use super::names::printable;
use super::numbers::{
    NOT_REACHED, chance, exact_time, grouped, mean, mean_interval, percent, percent_interval, saved_times,
    significant, time, time_interval, time_or, time_parts,
};
use crate::check::{Counter, Verdict};
use crate::stats::holm;
use crate::sweep::{ALPHA, Totals};

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The heads of its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as `columns`; the first ones, where there are more than [`MOST_ROWS`].
    pub rows: Vec<Vec<Field>>,
    /// How many more there are.
    pub left_out: usize,
}

/// Rows of a table at most: longer ones are for machines, and no browser opens a page of a hundred thousand.
pub const MOST_ROWS: usize = 1_000;

impl Table {
    /// The rows that these are made into, as far as a table goes.
    fn of<T>(
        columns: Vec<Column>,
        mut of: impl Iterator<Item = T>,
        row: impl FnMut(T) -> Vec<Field>,
    ) -> Table {
        let rows = of.by_ref().take(MOST_ROWS).map(row).collect();
        Table { columns, rows, left_out: of.count() }
    }

    /// Where the rows are that are not here; nothing if all are.
    pub fn more(&self) -> Option<String> {
        let all = grouped((self.rows.len() + self.left_out) as u64);
        (self.left_out > 0).then(|| {
            format!(
                "The first {} of {all} rows; all cells are in cells.csv.",
                grouped(self.rows.len() as u64)
            )
        })
    }

    /// The same with so many rows at most.
    fn cut(mut self, most: usize) -> Table {
        self.left_out += self.rows.len().saturating_sub(most);
        self.rows.truncate(most);
        self
    }
}

/// A column's head.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What stands in it, with the unit.
    pub head: String,
    /// Whether it is aligned to the right.
    pub numeric: bool,
    /// What it says of a row.
    pub role: Role,
}

/// What a column says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What it is of: a cell's number, a client.
    Key,
    /// The value of a parameter of that cell, which is known by its number already.
    Parameter,
    /// What was found.
    Value,
}

/// A field: text, and a number to sort by if it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// As it is printed.
    pub text: String,
    /// Its interval as it is printed; may be empty.
    pub interval: String,
    /// To sort by.
    pub number: Option<f64>,
}

/// The head of the mean up to a stated time, in which a run that has not chosen counts that time.
pub const BOUNDED: &str = "mean, bounded";

/// The name of the difference of messages.
const MESSAGES: &str = "mean.messages";

/// The head of the share of runs without a choice.
pub const NOTHING_CHOSEN: &str = "nothing chosen (%)";

/// What stands where there is no figure.
const MISSING: &str = "–";

impl Field {
    fn word(text: &str) -> Field {
        Field { text: printable(text), interval: String::new(), number: None }
    }
    fn number(text: String, number: f64) -> Field {
        Field { text, interval: String::new(), number: Some(number) }
    }
    fn missing() -> Field {
        Field::word(MISSING)
    }
    /// Of the runs that a proposer wins; none of one that does not contend.
    fn of_share(share: Option<&Share>) -> Field {
        let Some((value, interval)) = share.and_then(|s| Some((s.share?, s.interval))) else {
            return Field::missing();
        };
        Field { text: percent(value, interval), interval: percent_interval(interval), number: Some(value) }
    }
    fn of_mean(it: Mean) -> Field {
        let Some(value) = it.value else { return Field::missing() };
        Field {
            text: mean(value, it.interval),
            interval: with_remark(it.interval.map(mean_interval), it),
            number: Some(value),
        }
    }
    /// Of a mean time.
    fn of_time(it: Mean) -> Field {
        let Some(value) = it.value else { return Field::missing() };
        let parts = it.interval.map(|interval| time_parts(value, interval));
        let text = parts.as_ref().map_or_else(|| time(value), |parts| format!("{} {}", parts.0, parts.2));
        Field { text, interval: with_remark(parts.map(|parts| parts.1), it), number: Some(value) }
    }
}

/// An interval with what is known beside it.
fn with_remark(interval: Option<String>, mean: Mean) -> String {
    match (interval, mean.remark()) {
        (None, remark) => remark,
        (Some(interval), remark) if remark.is_empty() => interval,
        (Some(interval), remark) => format!("{interval}, {remark}"),
    }
}

/// By what a reader knows a cell: its number, and the parameters in which cells differ.
struct Which {
    varying: Vec<usize>,
}

impl Which {
    fn of(report: &SweepReport) -> Self {
        Which { varying: varying(report) }
    }

    fn columns(&self, report: &SweepReport) -> Vec<Column> {
        let names = report.parameter_names(&self.varying).into_iter();
        let names =
            names.map(|name| Column { head: printable(&name), numeric: false, role: Role::Parameter });
        [Column { head: "cell".into(), numeric: true, role: Role::Key }].into_iter().chain(names).collect()
    }

    fn fields(&self, report: &SweepReport, cell: &CellReport) -> Vec<Field> {
        let number = Field::number(cell.index.to_string(), cell.index as f64);
        let name = |i: &usize| Field::word(&report.value_name(*i, &cell.parameters[*i].1));
        [number].into_iter().chain(self.varying.iter().map(name)).collect()
    }
}

fn numeric(head: impl AsRef<str>) -> Column {
    Column { head: printable(head.as_ref()), numeric: true, role: Role::Value }
}

/// The results, one row a cell; `all` in the order of the cells.
pub fn results(report: &SweepReport, all: &[CellFacts]) -> Table {
    let which = Which::of(report);
    let mut columns = which.columns(report);
    columns.push(numeric("runs"));
    columns.extend(report.proposers.iter().map(|name| numeric(format!("{name} wins (%)"))));
    let with_violations = report.cells.iter().any(|c| c.totals.violations > 0);
    columns.push(numeric(NOTHING_CHOSEN));
    let verdicts = verdicts(report);
    columns.extend(verdicts.iter().map(|verdict| numeric(format!("{} (%)", verdict.name()))));
    let rest = ["median first choice", "mean of chosen", BOUNDED, "duel", "messages"];
    columns.extend(rest.map(numeric));
    if with_violations {
        columns.push(numeric("violations"));
    }
    Table::of(columns, report.cells.iter().zip(all), |(cell, facts)| {
        let t = &cell.totals;
        let mut row = which.fields(report, cell);
        row.push(Field::number(grouped(t.runs), t.runs as f64));
        let names = report.proposers.iter().map(String::as_str).chain([UNDECIDED]);
        row.extend(names.map(|name| Field::of_share(facts.winner(name))));
        row.extend(verdicts.iter().map(|&verdict| Field::of_share(Some(facts.verdict(verdict)))));
        row.push(median(facts, t.runs));
        row.push(Field::of_time(facts.first_choice.chosen));
        row.push(bounded(facts));
        row.extend([duel(facts), counted(t, facts.means[Counter::Messages])]);
        if with_violations {
            row.push(Field::number(grouped(t.violations), t.violations as f64));
        }
        row
    })
}

/// Verdicts other than `decided` that some run has: these are what a reader of who wins does not see.
pub(super) fn verdicts(report: &SweepReport) -> Vec<Verdict> {
    let occurs =
        |verdict: &Verdict| report.cells.iter().any(|cell| cell.totals.verdicts[*verdict as usize] > 0);
    Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Decided && occurs(verdict)).collect()
}

/// Duels of the runs that chose; of the others only that they have no end, or that none was seen.
fn duel(facts: &CellFacts) -> Field {
    let (mut field, open) = (Field::of_mean(facts.duel), facts.open_duels());
    if !open.is_empty() {
        let known = if field.interval.is_empty() { String::new() } else { format!("{}; ", field.interval) };
        field.interval = known + &open;
    }
    field
}

/// A mean over runs of which some may have had more to come: round a bound from below lies no interval.
fn counted(totals: &Totals, it: Mean) -> Field {
    let mut field = Field::of_mean(it);
    if let Some(value) = field.number.filter(|_| has_endless_runs(totals)) {
        (field.text, field.interval) = (format!("≥ {}", mean(value, None)), String::new());
    }
    field
}

fn median(facts: &CellFacts, runs: u64) -> Field {
    let median = facts.first_choice.median();
    if runs == 0 {
        return Field::missing();
    }
    Field {
        text: time_or(median.value, NOT_REACHED),
        interval: time_interval(median.ends),
        // Not reached sorts after every time.
        number: Some(median.value.map_or(f64::MAX, |ns| ns as f64)),
    }
}

/// The mean up to a stated time.
fn bounded(facts: &CellFacts) -> Field {
    let first = &facts.first_choice;
    let known = first.bounded.zip(first.bounded_interval);
    known.map_or_else(Field::missing, |(value, interval)| {
        let (text, ends, unit) = time_parts(value, interval);
        Field { text: format!("{text} {unit}"), interval: ends, number: Some(value) }
    })
}

/// Closed forms and exact figures beside what was found; empty if there are none.
pub fn theory(report: &SweepReport, all: &[CellFacts]) -> Table {
    let heads = [
        ("cell", true),
        ("closed form", false),
        ("predicted", true),
        ("found", true),
        ("z", true),
        ("p", true),
    ];
    let tests: Vec<Option<f64>> = all.iter().flat_map(|facts| facts.theory.iter().map(|t| t.p)).collect();
    let mut stands = holm(&tests, ALPHA).into_iter();
    let facts = report.cells.iter().zip(all);
    let forms = facts.flat_map(|(cell, facts)| facts.theory.iter().map(move |t| (cell, t)));
    let role = |head: &str| if ["cell", "closed form"].contains(&head) { Role::Key } else { Role::Value };
    let columns =
        heads.map(|(head, numeric)| Column { head: head.into(), numeric, role: role(head) }).to_vec();
    Table::of(columns, forms, |(cell, t)| {
        let z = t.z.map_or_else(Field::missing, |z| Field::number(signed(z), z));
        let star = if stands.next() == Some(true) { " *" } else { "" };
        let p = t.p.map_or_else(Field::missing, |p| Field::number(chance(p) + star, p));
        vec![
            Field::number(cell.index.to_string(), cell.index as f64),
            Field::word(&t.label),
            Field::number(in_unit(t, t.value), t.value),
            t.found.map_or_else(Field::missing, |found| Field::number(in_unit(t, found), found)),
            z,
            p,
        ]
    })
}

/// A number of standard errors.
pub fn signed(z: f64) -> String {
    format!("{z:+.2}").replace('-', "−")
}

/// A figure that theory predicts, as people read it.
pub fn in_unit(t: &TheoryFact, value: f64) -> String {
    match t.unit {
        Unit::Share => format!("{} %", significant(100.0 * value, 5)),
        Unit::Time => time(value),
        Unit::Count => significant(value, 5),
    }
}

/// Differences from the baseline, paired by seed; empty if there are none.
pub fn differences(report: &SweepReport, all: &[CellFacts]) -> Table {
    let which = Which::of(report);
    let mut columns = which.columns(report);
    // Where all are compared with one cell, the caption names it.
    let is_along = report.baseline.as_ref().is_some_and(|bases| bases.only().is_none());
    let minus = Column { head: "minus cell".into(), numeric: true, role: Role::Key };
    columns.extend(is_along.then_some(minus));
    columns.extend(report.proposers.iter().map(|name| numeric(format!("{name} wins (percentage points)"))));
    columns.extend(["first choice (both chose)", BOUNDED, "messages", "runs saved"].map(numeric));
    let winners = report.proposers.iter().map(|name| format!("winner.{name}"));
    let shown: Vec<String> =
        winners.chain(["first_choice_both", "first_choice", MESSAGES].map(str::to_owned)).collect();
    let paired = report.cells.iter().zip(all).filter(|(cell, _)| cell.paired.is_some());
    let is_open = |cell: &CellReport| has_endless_runs(&cell.totals);
    let is_bound = |cell: &CellReport| is_open(cell) || report.base_of(cell).is_some_and(is_open);
    // Between bounds from below there is no difference.
    let rows = |cell: &CellReport, facts: &CellFacts| -> Vec<Row> {
        let is_known = |row: &&Row| row.name != MESSAGES || !is_bound(cell);
        let is_shown = |row: &&Row| shown.contains(&row.name);
        facts.differences.iter().filter(is_shown).filter(is_known).cloned().collect()
    };
    let tested = report.cells.iter().zip(all).flat_map(|(cell, facts)| rows(cell, facts));
    let tests: Vec<Option<f64>> = tested.map(|row| row.alone()).collect();
    let mut stands = holm(&tests, ALPHA).into_iter();
    Table::of(columns, paired, |(cell, facts)| {
        let all = rows(cell, facts);
        let mut line = which.fields(report, cell);
        line.extend(
            report
                .base_of(cell)
                .filter(|_| is_along)
                .map(|base| Field::number(base.index.to_string(), base.index as f64)),
        );
        let own: Vec<(&str, bool)> =
            all.iter().map(|row| (row.name.as_str(), stands.next() == Some(true))).collect();
        // There is no first choice where runs were cut off by the event budget, and no proposer that does not contend.
        let named = |name: &str| all.iter().find(|row| row.name == name);
        let marked = |name: &str| own.contains(&(name, true));
        line.extend(
            shown
                .iter()
                .map(|name| named(name).map_or_else(Field::missing, |row| difference(row, marked(name)))),
        );
        let saved = named("first_choice_both").and_then(|row| row.saved);
        line.push(saved.map_or_else(Field::missing, |saved| Field::number(saved_times(&saved), saved.times)));
        line
    })
}

fn difference(row: &Row, stands: bool) -> Field {
    let Some(value) = row.difference else { return Field::missing() };
    let (text, interval) = row.written();
    let star = if stands { " *" } else { "" };
    Field { text: text + star, interval, number: Some(value) }
}

/// Each proposer's pre-emptions a run, one row a cell.
pub fn preemptions(report: &SweepReport, all: &[CellFacts]) -> Table {
    let which = Which::of(report);
    let mut columns = which.columns(report);
    columns.push(numeric("all"));
    columns.extend(report.proposers.iter().map(numeric));
    Table::of(columns, report.cells.iter().zip(all), |(cell, facts)| {
        let mut row = which.fields(report, cell);
        let counted = |it: Mean| counted(&cell.totals, it);
        row.push(counted(facts.means[Counter::Preemptions]));
        let own = report.proposers.iter().map(|name| facts.preempted(name));
        row.extend(own.map(|m| m.map_or_else(Field::missing, counted)));
        row
    })
}

/// Rows of the table of answers at most, for each cell has several.
const MOST_ANSWERS: usize = 300;

/// By when clients are to be answered, in words.
pub(super) fn deadline(all: &[CellFacts]) -> String {
    let mut known = all.iter().filter_map(|facts| Some(facts.answers.first()?.deadline_ns));
    match known.next() {
        Some(first) if known.all(|other| other == first) => exact_time(first),
        _ => "the deadline or horizon".to_owned(),
    }
}

/// When clients have their answers, a row for each client of a cell; empty if that was not counted.
pub fn answers(report: &SweepReport, all: &[CellFacts]) -> Table {
    let which = Which::of(report);
    let mut columns = which.columns(report);
    columns.push(Column { head: "client".into(), numeric: false, role: Role::Key });
    columns.extend(
        [format!("answered by {} (%)", deadline(all)), "median".into(), "99 % by".into()].map(numeric),
    );
    let rows = report.cells.iter().zip(all);
    let rows = rows.flat_map(|(cell, facts)| facts.answers.iter().map(move |answer| (cell, answer)));
    Table::of(columns, rows, |(cell, answer)| {
        let field = |(text, interval): (String, String), number| Field { text, interval, number };
        let mut row = which.fields(report, cell);
        row.push(Field::word(&answer.name));
        row.push(field(answer.share(), answer.by.or(Some(answer.by_interval.low))));
        row.extend([0, 1].map(|at| {
            // Later than the horizon sorts after every time.
            let at_ns =
                answer.quantiles[at].map_or(f64::MAX, |q| known(q.value).map_or(f64::MAX, |ns| ns as f64));
            field(answer.quantile(at), Some(at_ns))
        }));
        row
    })
    .cut(MOST_ANSWERS)
}

/// How duels go on, where there are enough of them.
pub fn tails(report: &SweepReport, all: &[CellFacts]) -> Table {
    let which = Which::of(report);
    let mut columns = which.columns(report);
    columns.extend(["from length", "goes on (%)", "p if geometric"].map(numeric));
    let tails = report.cells.iter().zip(all).filter_map(|(cell, facts)| Some((cell, facts.tail?)));
    Table::of(columns, tails, |(cell, tail)| {
        let mut row = which.fields(report, cell);
        row.push(Field::number(tail.from.to_string(), f64::from(tail.from)));
        row.push(tail.fit.map_or_else(
            || Field::word("not geometric"),
            |fit| Field {
                text: percent(fit.continues, fit.interval),
                interval: percent_interval(fit.interval),
                number: Some(fit.continues),
            },
        ));
        row.push(tail.p.map_or_else(|| Field::word("too few to ask"), |p| Field::number(chance(p), p)));
        row
    })
}
