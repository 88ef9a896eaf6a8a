//! How the figures of a sweep's report are laid out, and what they call things.
//!
//! Absent on purpose: drawing. None of it changes a run, a number or a hash.

use std::collections::BTreeMap;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Up to this many values of an axis are told apart by colour and marker.
pub const MOST_SERIES: usize = 6;

/// How the figures of a sweep's report are laid out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct SweepFigure {
    /// The axis that `winner-curves` and the heat map have across, by its path; absent: of the axes of rising numbers or times the
    /// one with most values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// The axis whose values share a panel and differ in colour and marker, at most 6 of them; absent: the last axis with so few.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Axes whose values have panels of their own, the outermost first. An axis that is named nowhere follows these: no cell
    /// is left without a place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub panels: Vec<String>,
    /// Whose wins the curves and the heat map show, a proposer or `undecided`; absent: the first proposer that contends everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub winner: Option<String>,
    /// Which figures are made, in this order; absent: all that the data allow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub make: Option<Vec<FigureName>>,
    /// What an axis is called in figures and tables: path → name, unit, names of its values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub axis: BTreeMap<String, FigureAxis>,
}

/// What an axis is called in figures and tables; files for machines keep path and values as they are written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FigureAxis {
    /// Its name, at most 40 characters; absent: the end of its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 40)))]
    pub name: Option<String>,
    /// The unit of its numbers, at most 12 characters; `%` of numbers from 0 to 1 shows them as percent; of times one of `ns`, `us`,
    /// `ms`, `s`, `min`, `h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 12)))]
    pub unit: Option<String>,
    /// A name for each of its values, in their order, at most 40 characters each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

/// A figure of a sweep's report, named as its files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FigureName {
    /// Each proposer's share of the runs, cell by cell.
    WinnerShares,
    /// How runs end, as shares of all.
    Verdicts,
    /// One proposer's share over an axis, a line for each value of another.
    WinnerCurves,
    /// The share of runs with nothing chosen yet, over time.
    Survival,
    /// The share of runs in which each client has no answer yet, over time, a panel for each cell.
    Answers,
    /// Pre-emptions before the first choice.
    DuelLength,
    /// Differences from the baseline, paired by seed.
    Differences,
    /// The heat map of the shares of a grid of two axes of three values or more each.
    HeatMap,
    /// The phase diagram of a sweep of that kind.
    Phase,
}

impl FigureName {
    /// All of them, in the order of a report.
    pub const ALL: [FigureName; 9] = [
        FigureName::HeatMap,
        FigureName::Phase,
        FigureName::WinnerShares,
        FigureName::Verdicts,
        FigureName::WinnerCurves,
        FigureName::Survival,
        FigureName::Answers,
        FigureName::DuelLength,
        FigureName::Differences,
    ];

    /// As scenario files and the files of a report write it.
    pub const fn name(self) -> &'static str {
        match self {
            FigureName::WinnerShares => "winner-shares",
            FigureName::Verdicts => "verdicts",
            FigureName::WinnerCurves => "winner-curves",
            FigureName::Survival => "survival",
            FigureName::Answers => "answers",
            FigureName::DuelLength => "duel-length",
            FigureName::Differences => "differences",
            FigureName::HeatMap => "heat-map",
            FigureName::Phase => "phase",
        }
    }
}
