//! Rules for a sweep: how finely it looks, and that its figures name what it has.
//!
//! Absent on purpose: its axes' values, which are tried one by one (`cells`).

use super::Check;
use super::people::no_proposer;
use crate::scenario::error::Problem;
use crate::scenario::escape::{first_hidden, shown};
use crate::scenario::model::{FigureAxis, FigureName, MOST_SERIES, Sweep, SweepFigure, SweepKind};
use crate::scenario::node::Step;
use crate::scenario::suggest::{self, did_you_mean};
use crate::scenario::units::Duration;
use crate::text::Tree;

/// Longest name of an axis or a value, in characters.
const LONGEST_NAME: usize = 40;
/// Longest unit, in characters.
const LONGEST_UNIT: usize = 12;
/// Units of times.
const TIMES: [&str; 6] = ["ns", "us", "ms", "s", "min", "h"];
/// A heat map has no fewer values along an axis than this.
const LEAST_OF_MAP: usize = 3;

/// An axis and its values, as they are written.
type Axis<'a> = (&'a str, &'a [Tree]);

impl Check<'_> {
    pub(super) fn sweep(&self) -> Result<(), Problem> {
        const MOST_HALVINGS: u32 = 20;
        let Some(sweep) = &self.scenario.sweep else { return Ok(()) };
        if let Some(many) = sweep.halvings.filter(|many| *many > MOST_HALVINGS) {
            let why = format!("`halvings` is {many}; a step is halved at most {MOST_HALVINGS} times");
            return self.broken(&["sweep", "halvings"].map(Step::from), why);
        }
        self.deadline(sweep)?;
        match &sweep.figure {
            Some(figure) => self.figure(sweep, figure),
            None => Ok(()),
        }
    }

    /// A deadline is a time that runs reach; where the horizon is an axis, some of them may not.
    fn deadline(&self, sweep: &Sweep) -> Result<(), Problem> {
        let Some(deadline) = sweep.deadline else { return Ok(()) };
        let at = ["sweep", "deadline"].map(Step::from);
        if deadline.ns() == 0 {
            return self.broken(&at, "`deadline` is 0, by which nobody has an answer; write \"100ms\"");
        }
        let horizon = self.scenario.run.horizon;
        let is_axis = sweep.axes.0.iter().chain(&sweep.zip.0).any(|axis| axis.0 == "run.horizon");
        if deadline > horizon && !is_axis {
            let why = format!(
                "`deadline` is {deadline}, but runs end at the horizon, {horizon}; write at most that"
            );
            return self.broken(&at, why);
        }
        Ok(())
    }

    fn figure(&self, sweep: &Sweep, figure: &SweepFigure) -> Result<(), Problem> {
        let axes: Vec<Axis> =
            sweep.axes.0.iter().chain(&sweep.zip.0).map(|(path, values)| (&path[..], &values[..])).collect();
        self.places(figure, &axes)?;
        if let Some(name) = &figure.winner {
            let names: Vec<&str> = self.scenario.proposer.iter().map(|it| it.name.as_str()).collect();
            if name != "undecided" && !names.contains(&name.as_str()) {
                return self.broken(
                    &in_figure("winner"),
                    format!("{}, or write `undecided`", no_proposer(name, &names)),
                );
            }
        }
        self.made(sweep, figure, &axes)?;
        for (path, words) in &figure.axis {
            let entry = self.root.get("sweep").and_then(|it| it.get("figure")).and_then(|it| it.get("axis"));
            let axis = axes.iter().find(|axis| axis.0 == path);
            let Some(axis) = axis else {
                let at = entry
                    .and_then(|it| it.entry(path))
                    .map_or_else(|| self.root.place(&in_figure("axis")), |it| it.at.clone());
                return Err(Problem::new(no_axis(path, &axes)).placed(at));
            };
            self.words_of_axis(path, words, axis.1)?;
        }
        Ok(())
    }

    /// Each axis exists, and has one place.
    fn places(&self, figure: &SweepFigure, axes: &[Axis]) -> Result<(), Problem> {
        let alone = [("x", &figure.x), ("series", &figure.series)];
        let named = alone.iter().filter_map(|(key, path)| Some((*key, path.as_ref()?, None)));
        let panels = figure.panels.iter().enumerate().map(|(i, path)| ("panels", path, Some(i)));
        let mut taken: Vec<(&str, &str)> = Vec::new();
        for (key, path, place) in named.chain(panels) {
            let mut at = in_figure(key).to_vec();
            at.extend(place.map(Step::from));
            let Some((_, values)) = axes.iter().find(|axis| axis.0 == path) else {
                return self.broken(&at, no_axis(path, axes));
            };
            if let Some((other, _)) = taken.iter().find(|taken| taken.1 == path) {
                return self.broken(
                    &at,
                    format!("{} stands under `{other}` already; an axis has one place", shown(path)),
                );
            }
            taken.push((key, path));
            if key == "series" && values.len() > MOST_SERIES {
                return self.broken(
                    &at,
                    format!(
                        "{} has {} values; colours tell {MOST_SERIES} apart; put it under `x` or `panels`",
                        shown(path),
                        values.len()
                    ),
                );
            }
        }
        Ok(())
    }

    /// Each figure that is asked for can be made of such a sweep.
    fn made(&self, sweep: &Sweep, figure: &SweepFigure, axes: &[Axis]) -> Result<(), Problem> {
        let Some(names) = &figure.make else { return Ok(()) };
        if names.is_empty() {
            return self
                .broken(&in_figure("make"), "`make` names no figure; leave it out for all that can be made");
        }
        for (i, name) in names.iter().enumerate() {
            let several = axes.iter().filter(|axis| axis.1.len() > 1).count();
            let why = match name {
                _ if names[..i].contains(name) => Some("stands here twice; keep one of them"),
                FigureName::Phase if sweep.kind == SweepKind::Phase => None,
                _ if sweep.kind == SweepKind::Phase => {
                    Some("is none of a sweep of kind \"phase\", whose only figure is `phase`")
                }
                FigureName::Phase => {
                    Some("needs `kind = \"phase\"` under [sweep]; the map of a grid’s shares is `heat-map`")
                }
                FigureName::HeatMap if !is_map(sweep) => {
                    Some("needs exactly two paths under [sweep.axes], each with three values or more")
                }
                FigureName::WinnerCurves if several == 0 => {
                    Some("needs an axis with two values or more to run over")
                }
                FigureName::Differences if several == 0 => Some("needs a second cell to compare with"),
                _ => None,
            };
            if let Some(why) = why {
                let at = ["sweep".into(), "figure".into(), "make".into(), i.into()];
                return self.broken(&at, format!("`{}` {why}", name.name()));
            }
        }
        Ok(())
    }

    /// Names can be printed, and say what they are of.
    fn words_of_axis(&self, path: &str, words: &FigureAxis, values: &[Tree]) -> Result<(), Problem> {
        let at = |key: &'static str| ["sweep", "figure", "axis", path, key].map(Step::from);
        if let Some(name) = &words.name {
            self.name_of(&at("name"), "name", name, LONGEST_NAME)?;
        }
        if let Some(unit) = &words.unit {
            self.name_of(&at("unit"), "unit", unit, LONGEST_UNIT)?;
            if let Some(why) = not_a_unit(unit, values) {
                return self.broken(&at("unit"), why);
            }
        }
        let Some(names) = &words.values else { return Ok(()) };
        let mut distinct: Vec<&Tree> = Vec::new();
        values.iter().for_each(|value| {
            if !distinct.contains(&value) {
                distinct.push(value);
            }
        });
        if names.len() != distinct.len() {
            let why = format!("{} names for {} values of {}", names.len(), distinct.len(), shown(path));
            return self.broken(&at("values"), format!("{why}; write one for each, in their order"));
        }
        for (i, name) in names.iter().enumerate() {
            let place: Vec<Step> = at("values").into_iter().chain([i.into()]).collect();
            self.name_of(&place, "name of a value", name, LONGEST_NAME)?;
            if names[..i].contains(name) {
                return self
                    .broken(&place, format!("{} names two values; each needs its own name", shown(name)));
            }
        }
        Ok(())
    }

    fn name_of(&self, at: &[Step], what: &str, text: &str, most: usize) -> Result<(), Problem> {
        let length = text.chars().count();
        if text.trim().is_empty() || length > most {
            return self.broken(
                at,
                format!("a {what} of {length} characters; allowed: 1 to {most}, not only spaces"),
            );
        }
        match first_hidden(text) {
            Some(hidden) => self.broken(at, format!("a {what} has {hidden}; write visible characters only")),
            None => Ok(()),
        }
    }
}

fn in_figure(key: &str) -> [Step<'_>; 3] {
    ["sweep", "figure", key].map(Step::from)
}

/// That a path is none of these axes.
fn no_axis(path: &str, axes: &[Axis]) -> String {
    suggest::no_axis(path, &axes.iter().map(|axis| axis.0).collect::<Vec<_>>())
}

/// Whether a heat map has its two axes.
fn is_map(sweep: &Sweep) -> bool {
    let axes = &sweep.axes.0;
    axes.len() == 2 && sweep.zip.0.is_empty() && axes.iter().all(|axis| axis.1.len() >= LEAST_OF_MAP)
}

/// Why these values do not have that unit; none if they can.
fn not_a_unit(unit: &str, values: &[Tree]) -> Option<String> {
    let is_time = |value: &Tree| value.text().is_some_and(|text| text.parse::<Duration>().is_ok());
    if values.iter().all(is_time) {
        let hint = did_you_mean(unit, &TIMES);
        return (!TIMES.contains(&unit))
            .then(|| format!("{} is no unit of times{hint} (units: {})", shown(unit), TIMES.join(", ")));
    }
    if !values.iter().all(|value| value.number().is_some()) {
        return Some(
            "values that are neither all numbers nor all times have no unit; leave it out".to_owned(),
        );
    }
    let is_share = |value: &Tree| value.number().is_some_and(|it| (0.0..=1.0).contains(&it));
    (unit == "%" && !values.iter().all(is_share)).then(|| {
        "`%` is for numbers from 0 to 1, which are shown as percent; here is a number outside".to_owned()
    })
}
