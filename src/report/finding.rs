//! What a sweep comes to, in a few sentences at the top of its report.
//!
//! Only what was counted is said, with the intervals of each cell by itself. Absent on purpose: why it is so, and whether cells
//! differ; that is what tables and tests are for.

use super::data::{CellReport, SweepReport};
use super::facts::{CellFacts, Share, UNDECIDED};
use super::figures::{runs, varying};
use super::numbers::{counted, grouped, percent, percent_interval, time};

/// Winners that are named one by one in a sentence.
const MOST_NAMED: usize = 4;

/// A cell, and what is known of it.
type Known<'r> = (&'r CellReport, &'r CellFacts);

/// The sentences; empty where there were no runs.
pub fn finding(report: &SweepReport, all: &[CellFacts]) -> String {
    let known: Vec<Known<'_>> =
        report.cells.iter().zip(all).filter(|(cell, _)| cell.totals.runs > 0).collect();
    let sentences = match known[..] {
        [] => return String::new(),
        [(cell, facts)] => vec![one_cell(cell, facts), times(&known)],
        _ if report.phase.is_some() => vec![format!("{}.", runs(report)), phase(&known)],
        _ => {
            let of = format!("{}.", runs(report));
            vec![of, winners(report, &known), undecided(report, &known), times(&known)]
        }
    };
    sentences.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A share of runs with its interval.
fn shown(share: &Share) -> String {
    let value = share.share.unwrap_or_default();
    format!("{} % {}", percent(value, share.interval), percent_interval(share.interval))
}

/// Who won how often, and how often nobody did.
fn one_cell(cell: &CellReport, facts: &CellFacts) -> String {
    let mut winners: Vec<&Share> = facts.winners.iter().filter(|share| share.name != UNDECIDED).collect();
    if winners.len() > MOST_NAMED {
        winners.sort_by_key(|share| std::cmp::Reverse(share.count));
    }
    let named: Vec<String> =
        winners.iter().take(MOST_NAMED).map(|share| format!("{} won {}", share.name, shown(share))).collect();
    let others = match winners.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(", {} no more than any of these", counted(more as u64, "other")),
    };
    let nobody = match facts.winner(UNDECIDED) {
        Some(share) if share.count > 0 => format!("nothing was chosen in {}", shown(share)),
        _ => "a value was chosen in every one".to_owned(),
    };
    format!("Of {}, {}{others}; {nobody}.", counted(cell.totals.runs, "run"), named.join(", "))
}

/// The least and the greatest of what some cells have, with the cells; none if no cell has any.
fn ends<'k, 'r, T: Copy>(
    known: &'k [Known<'r>],
    what: impl Fn(&'r CellFacts) -> Option<T>,
    at: impl Fn(T) -> f64,
) -> Option<[(&'k CellReport, T); 2]> {
    let mut each = known.iter().filter_map(|&(cell, facts)| what(facts).map(|it| (cell, it)));
    let first = each.next()?;
    let (mut least, mut most) = (first, first);
    for it in each {
        least = if at(it.1) < at(least.1) { it } else { least };
        most = if at(it.1) > at(most.1) { it } else { most };
    }
    Some([least, most])
}

/// Between which shares the wins lie of the proposer whose shares differ most.
fn winners(report: &SweepReport, known: &[Known<'_>]) -> String {
    let share_of = |share: &Share| share.share.unwrap_or_default();
    let everywhere = |name: &&String| known.iter().all(|(_, facts)| facts.winner(name).is_some());
    let ranges = report.proposers.iter().filter(everywhere).filter_map(|name| {
        let [least, most] = ends(known, |facts| facts.winner(name), share_of)?;
        Some((name, least, most, share_of(most.1) - share_of(least.1)))
    });
    // Of equal ones the first.
    let widest = ranges.fold(None, |best: Option<(&String, _, _, f64)>, it| match best {
        Some(best) if best.3 >= it.3 => Some(best),
        _ => Some(it),
    });
    match widest {
        None => String::new(),
        Some((name, least, most, range)) if range > 0.0 => format!(
            "{name} won from {} in {} to {} in {}.",
            shown(least.1),
            cell_name(report, least.0),
            shown(most.1),
            cell_name(report, most.0),
        ),
        Some((name, least, ..)) => {
            format!("{name} won {} of the runs in every cell.", shown(least.1))
        }
    }
}

/// How often nothing was chosen.
fn undecided(report: &SweepReport, known: &[Known<'_>]) -> String {
    let most = ends(known, |facts| facts.winner(UNDECIDED), |share| share.share.unwrap_or_default());
    match most {
        Some([_, (cell, share)]) if share.count > 0 => {
            format!(
                "Nothing was chosen in up to {} of a cell’s runs, in {}.",
                shown(share),
                cell_name(report, cell)
            )
        }
        _ => "A value was chosen in every run.".to_owned(),
    }
}

/// In how many cells of a phase diagram nothing was chosen.
fn phase(known: &[Known<'_>]) -> String {
    let is_open = |facts: &CellFacts| facts.winner(UNDECIDED).is_some_and(|share| share.count > 0);
    match known.iter().filter(|(_, facts)| is_open(facts)).count() as u64 {
        0 => "A value was chosen in every run.".to_owned(),
        open => format!("In {} there are runs in which nothing was chosen.", many_cells(open)),
    }
}

/// By when half of the runs had chosen.
fn times(known: &[Known<'_>]) -> String {
    let median = |facts: &CellFacts| facts.first_choice.median().value;
    let slow = known.iter().filter(|(_, facts)| median(facts).is_none()).count() as u64;
    let Some([(first, soon), (last, late)]) = ends(known, median, |ns| ns as f64) else {
        return match known.len() {
            1 => "In half of them or more nothing was chosen by the end.".to_owned(),
            _ => "In every cell half of the runs or more had chosen nothing by the end.".to_owned(),
        };
    };
    let mut text = match known.len() {
        1 => format!("Half of them had chosen by {}", time(soon as f64)),
        _ if soon == late => format!("Half of a cell’s runs had chosen by {}", time(soon as f64)),
        _ => format!(
            "Half of a cell’s runs had chosen by {} (cell {}) to {} (cell {})",
            time(soon as f64),
            first.index,
            time(late as f64),
            last.index
        ),
    };
    if slow > 0 {
        text.push_str(&format!("; in {} they never had", many_cells(slow)));
    }
    text + "."
}

fn many_cells(n: u64) -> String {
    if n == 1 { "one cell".to_owned() } else { format!("{} cells", grouped(n)) }
}

/// A cell by its number and what is its own.
fn cell_name(report: &SweepReport, cell: &CellReport) -> String {
    let varying = varying(report);
    let names = report.parameter_names(&varying);
    let each = names.iter().zip(&varying);
    let values: Vec<String> =
        each.map(|(name, &i)| format!("{name} {}", report.value_name(i, &cell.parameters[i].1))).collect();
    if values.is_empty() {
        format!("cell {}", cell.index)
    } else {
        format!("cell {} ({})", cell.index, values.join(", "))
    }
}
