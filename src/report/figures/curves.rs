//! Who wins over a numeric axis, a line for each value of another one: the question of most grids with two axes or more.
//!
//! Absent on purpose: the second proposer's curve, which says the same upside down where two contend and all runs choose.

use std::collections::BTreeMap;

use super::super::axis::Axis;
use super::super::data::{CellReport, SweepReport};
use super::super::facts::{CellFacts, UNDECIDED};
use super::super::names::printable;
use super::super::numbers::{percent, percent_interval};
use super::super::scene::{Anchor, Ink, Mark, Point, Scene, Stroke, dash};
use super::facets::{Facets, places_of, values};
use super::figure::Figure;
use super::frame::{
    AXIS, Key, MARGIN, TICK, WIDTH, heading, introduction, plain, runs, varying, whisker, x_axis, y_axis,
};
use super::numeric::Numeric;
use super::{labels, panels};
use crate::scenario::FigureName;
use crate::stats::Interval;

/// Fewer values than this make no curve.
const LEAST: usize = 3;
/// Height of a single plot, points.
const HEIGHT: f64 = 300.0;

/// What is drawn: the proposer whose wins these are, the axis that they stand over, and the panels.
struct Curves<'r> {
    name: &'r str,
    x: usize,
    numeric: Numeric,
    /// Where each value of that axis stands in it.
    places: BTreeMap<&'r str, usize>,
    facets: Facets<'r>,
    report: &'r SweepReport,
    all: &'r [CellFacts],
}

/// The figure: over the axis that was asked for; else if the cells have a numeric axis and another one that colours can tell apart.
pub fn figure(report: &SweepReport, all: &[CellFacts]) -> Option<Figure> {
    let axes = varying(report);
    let asked = report.layout.asks_for(FigureName::WinnerCurves);
    let is_one_axis = |x: usize| axes.iter().all(|axis| *axis == x);
    let (x, numeric) = match report.layout.x.filter(|x| axes.contains(x)) {
        // Over one axis the shares of all proposers are drawn already.
        Some(x) if is_one_axis(x) && !asked => return None,
        Some(x) => (x, Numeric::of_any(report, x, &values(report, x))),
        None => chosen(report, &axes)?,
    };
    let facets = Facets::over(report, x)?;
    let contends = |name: &&String| all.iter().all(|facts| facts.winner(name).is_some());
    let name = report.layout.winner.as_ref().or_else(|| report.proposers.iter().find(contends))?;
    let places = places_of(report, x);
    let curves = Curves { name, x, numeric, places, facets, report, all };
    Some(curves.figure())
}

/// Of the axes of rising numbers the one with most values; any axis where the figure is asked for by name.
fn chosen(report: &SweepReport, axes: &[usize]) -> Option<(usize, Numeric)> {
    let numeric = |axis: &usize| {
        let numeric = Numeric::of(report, *axis, &values(report, *axis))?;
        (numeric.values.len() >= LEAST).then_some((*axis, numeric))
    };
    // Of equally many values the first axis, for the last one gives the colours.
    let most = |it: &(usize, Numeric)| (it.1.values.len(), std::cmp::Reverse(it.0));
    let free = axes.iter().filter(|axis| Some(**axis) != report.layout.series);
    free.clone().filter_map(numeric).max_by_key(most).or_else(|| {
        let asked = report.layout.asks_for(FigureName::WinnerCurves);
        let any = free.map(|axis| (*axis, Numeric::of_any(report, *axis, &values(report, *axis))));
        any.max_by_key(most).filter(|_| asked)
    })
}

impl Curves<'_> {
    fn figure(&self) -> Figure {
        let (report, facets) = (self.report, &self.facets);
        let path = printable(&report.parameter_name(self.x));
        let (of, said) = match self.name {
            UNDECIDED => ("with nothing chosen".to_owned(), "nothing is chosen".to_owned()),
            name => {
                let name = printable(name);
                (format!("won by {name}"), format!("{name}'s submission is the first chosen value"))
            }
        };
        let title = format!("Share of runs {of} over {path}, {}", runs(report));
        let about = format!(
            "{} Bars: 95 % intervals, simultaneous over the winners in each cell.{}",
            introduction(report),
            facets.explained()
        );
        // A single plot has its names beside the lines.
        let labels = if facets.panels.len() == 1 { labels::fit(&facets.series) } else { None };
        let key = |(i, name): (usize, &String)| Key {
            name: name.clone(),
            ink: Ink::Series(i),
            mark: Some(Mark::of(i)),
            dash: Some(dash(i)),
        };
        let keys: Vec<Key> = facets.series.iter().enumerate().filter(|_| labels.is_none()).map(key).collect();
        let mut scene = Scene { width: WIDTH, ..Scene::default() };
        let top = heading(&mut scene, report, &title, &about, &keys);
        if facets.panels.len() == 1 {
            self.single(&mut scene, top, labels)
        } else {
            self.multiple(&mut scene, top)
        }
        let (lines, aside) = match facets.series.len() {
            0 | 1 => ("", ""),
            _ => (
                ", a line for each value of the parameter that is named beside the lines or in the legend",
                " Neighbouring points are moved apart a little.",
            ),
        };
        let caption = format!(
            "Share of the runs in which {said}, over {path}{lines}; points are cells, and lines only join them. Bars are 95 % \
             intervals that hold together over the winners in each cell (Bonferroni over Clopper–Pearson), not across \
             cells.{aside}{}",
            facets.omitted()
        );
        Figure { name: FigureName::WinnerCurves.name(), title, caption, scene }
    }

    fn single(&self, scene: &mut Scene, top: f64, labels: Option<f64>) {
        let (left, right) = (MARGIN + 40.0, WIDTH - MARGIN - 12.0 - labels.unwrap_or(0.0));
        let (plot_top, bottom) = (top + 18.0, top + 18.0 + HEIGHT);
        let y = self.shares(bottom, plot_top);
        let (x, ticks, title) = self.numeric.axis((left + 16.0, right - 16.0), 8);
        y_axis(scene, &y, &y.ticks(5), (left, right), TICK);
        x_axis(scene, &Axis { start: left, end: right, ..x }, &[], (plot_top, bottom), TICK);
        x_axis(scene, &x, &ticks, (plot_top, bottom), TICK);
        scene.text((MARGIN, top + 6.0), Anchor::Left, "share of runs (%)", AXIS);
        scene.text(((left + right) / 2.0, bottom + 38.0), Anchor::Middle, &title, AXIS);
        let ends = self.draw(scene, 0, (&x, &y), 3.6);
        if labels.is_some() {
            labels::beside(scene, right, (plot_top, bottom), &ends, &self.facets.series);
        }
        scene.height = bottom + 38.0 + MARGIN;
    }

    fn multiple(&self, scene: &mut Scene, top: f64) {
        let small = plain(10.0, Ink::Muted);
        scene.text((MARGIN, top + 6.0), Anchor::Left, "share of runs (%)", AXIS);
        let (places, bottom) = panels::places(self.facets.panels.len(), top + 14.0, 30.0);
        let mut title = String::new();
        for (nth, place) in places.iter().enumerate() {
            let y = self.shares(place.bottom, place.top);
            let (x, ticks, named) = self.numeric.axis((place.left + 10.0, place.right - 10.0), 5);
            title = named;
            panels::name(scene, place, &self.facets.panels[nth].name);
            let mut shares = y.ticks(4);
            if !place.first_column {
                shares.iter_mut().filter(|t| !t.label.is_empty()).for_each(|t| t.label = " ".into());
            }
            y_axis(scene, &y, &shares, (place.left, place.right), small);
            x_axis(
                scene,
                &Axis { start: place.left, end: place.right, ..x },
                &[],
                (place.top, place.bottom),
                small,
            );
            x_axis(scene, &x, &ticks, (place.top, place.bottom), small);
            self.draw(scene, nth, (&x, &y), 2.6);
        }
        scene.text((WIDTH / 2.0, bottom + 8.0), Anchor::Middle, &title, AXIS);
        scene.height = bottom + 8.0 + MARGIN;
    }

    /// The axis of shares, percent: as much of it as is needed, from ten to ten.
    fn shares(&self, start: f64, end: f64) -> Axis {
        let intervals = self.all.iter().filter_map(|facts| Some(facts.winner(self.name)?.interval));
        let (low, high) =
            intervals.fold((1.0_f64, 0.0_f64), |(low, high), it| (low.min(it.low), high.max(it.high)));
        let (from, to) = (10.0 * libm::floor(10.0 * low), 10.0 * libm::ceil(10.0 * high));
        // Less than a fifth would blow chance up.
        let from = if to - from < 20.0 { (to - 20.0).max(0.0) } else { from };
        Axis { from, to: to.max(from + 20.0), logarithmic: false, start, end }
    }

    /// The lines of a panel; returns where each ends, with its series.
    fn draw(
        &self,
        scene: &mut Scene,
        panel: usize,
        (x, y): (&Axis, &Axis),
        radius: f64,
    ) -> Vec<(usize, Point)> {
        let count = self.facets.series.len().max(1) as f64;
        let mut ends = Vec::new();
        for cells in self.facets.panels[panel].cells.chunk_by(|a, b| a.0 == b.0) {
            let series = cells[0].0;
            let aside = radius * 1.5 * (series as f64 - (count - 1.0) / 2.0);
            let mut known: Vec<(f64, f64, Interval)> =
                cells.iter().filter_map(|(_, cell)| self.known(cell, x, aside)).collect();
            known.sort_by(|a, b| a.0.total_cmp(&b.0));
            let line: Vec<Point> = known.iter().map(|(px, share, _)| (*px, y.place(100.0 * share))).collect();
            let ink = Ink::Series(series);
            scene.path(line.clone(), Stroke { ink, width: 1.5, dash: dash(series) });
            ends.extend(line.last().map(|end| (series, *end)));
            for (at, (_, share, interval)) in line.into_iter().zip(&known) {
                let ends = (y.place(100.0 * interval.high), y.place(100.0 * interval.low));
                whisker(scene, at.0, ends, Stroke::solid(ink, 1.2), radius + 1.2);
                scene.mark(at, Mark::of(series), radius, ink);
                let share = format!("{} % {}", percent(*share, *interval), percent_interval(*interval));
                let told = match self.facets.series.get(series) {
                    Some(name) => format!("{name}: {share}"),
                    None => share,
                };
                scene.hint(at, (6.0, 6.0), &told);
            }
        }
        ends
    }

    /// Where a cell stands across, its share and its interval; none without runs.
    fn known(&self, cell: &CellReport, x: &Axis, aside: f64) -> Option<(f64, f64, Interval)> {
        let value = cell.parameters[self.x].1.as_str();
        let nth = *self.places.get(value)?;
        let at = self.report.cells.binary_search_by_key(&cell.index, |it| it.index).ok()?;
        let share = self.all[at].winner(self.name)?;
        Some((x.place(self.numeric.values[nth]) + aside, share.share?, share.interval))
    }
}
