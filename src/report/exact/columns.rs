//! What a report's table of cells has of exact figures: a column each for the figure, its bound and how far the sample is off.
//!
//! Absent on purpose: how a column is written (`csv`).

use crate::check::Counter;
use crate::report::data::{Quantity, SweepReport};
use crate::report::facts::{CellFacts, TheoryFact};

/// A figure that a cell may have exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactField {
    /// Its column: `winner_A`.
    pub name: String,
    /// In words.
    pub meaning: String,
    /// Its unit.
    pub unit: &'static str,
    what: Which,
}

#[derive(Clone, Debug, PartialEq)]
enum Which {
    Winner(String),
    Other(Quantity),
}

/// The figures that some cell has.
pub fn exact_fields(report: &SweepReport) -> Vec<ExactField> {
    let has = |what: &dyn Fn(&Quantity) -> bool| {
        let mut all = report.cells.iter().flat_map(|cell| &cell.theory);
        all.any(|it| it.bound.is_some() && what(&it.what))
    };
    let mut fields = Vec::new();
    if has(&|what| matches!(what, Quantity::Winner(_))) {
        fields.extend(report.proposers.iter().map(|name| ExactField {
            name: format!("winner_{name}"),
            meaning: format!("probability that proposer {name} wins"),
            unit: "",
            what: Which::Winner(name.clone()),
        }));
    }
    let others = [
        (Quantity::NothingChosen, "nothing_chosen", "probability that nothing is chosen", ""),
        (Quantity::MeanChosenAt, "chosen_at_ns_mean", "mean time of the first choice", "ns"),
        (
            Quantity::Mean(Counter::Duel),
            "duel_mean",
            "mean number of pre-emptions before the first choice",
            "",
        ),
    ];
    for (what, name, meaning, unit) in others {
        if has(&|it| *it == what) {
            let (name, meaning) = (name.to_owned(), meaning.to_owned());
            fields.push(ExactField { name, meaning, unit, what: Which::Other(what) });
        }
    }
    fields
}

impl ExactField {
    /// What a cell has of it.
    pub fn of<'f>(&self, facts: &'f CellFacts) -> Option<&'f TheoryFact> {
        let winner = |p: usize, name: &str| facts.winners.get(p).is_some_and(|it| it.name == name);
        facts.theory.iter().find(|it| {
            it.bound.is_some()
                && match (&self.what, &it.what) {
                    (Which::Winner(name), Quantity::Winner(p)) => winner(*p, name),
                    (Which::Other(what), found) => what == found,
                    _ => false,
                }
        })
    }
}
