//! How many pre-emptions come before the first choice: the duel-length distribution with intervals.
//!
//! Runs that did not choose have no such number, and stand apart. The geometric tail that the tables estimate is drawn as a
//! dotted line. Absent on purpose: a fit by eye, or one to runs that were cut off.

use super::super::axis::{Axis, Tick, nice_step};
use super::super::data::{CellReport, SweepReport};
use super::super::numbers::{percent, percent_interval};
use super::super::scene::{Anchor, Ink, Mark, Point, Scene, Stroke, Type, dash};
use super::super::tail::{Fit, Tail, tail};
use super::facets::{Facet, Facets};
use super::figure::Figure;
use super::frame::{AXIS, MARGIN, TICK, WIDTH, heading, introduction, plain, runs, x_axis, y_axis};
use super::panels;
use super::survival::keys;
use crate::scenario::FigureName;
use crate::stats::{Interval, clopper_pearson, share};
use crate::sweep::ALPHA;

/// Height of a single plot, points.
const HEIGHT: f64 = 290.0;
/// Longer duels than this are counted in bins, or in one where bins would hide a cell.
const MOST_LENGTHS: u32 = 40;
/// Width of a column beside the plot, points.
const BESIDE: f64 = 40.0;
/// The same in small multiples.
const BESIDE_SMALL: f64 = 26.0;

/// How lengths are counted.
#[derive(Clone, Copy)]
struct Lengths {
    /// So many lengths in a bin.
    bin: u32,
    /// Longer ones are counted together.
    most: Option<u32>,
    /// The longest that has a place of its own.
    longest: u32,
}

/// A share of the runs.
struct Part {
    /// In percent.
    share: f64,
    /// Its interval, as a share.
    interval: Interval,
}

impl Part {
    fn of(count: u64, runs: u64) -> Option<Part> {
        let share = 100.0 * share(count, runs)?;
        Some(Part { share, interval: clopper_pearson(count, runs, ALPHA) })
    }

    fn said(&self) -> String {
        format!("{} % {}", percent(self.share / 100.0, self.interval), percent_interval(self.interval))
    }
}

/// Shares of runs by duel length.
struct Distribution {
    /// Only where there are runs.
    bins: Vec<Bin>,
    /// In each column beside the plot, by its name, where there are runs.
    beside: Vec<(String, Option<Part>)>,
    /// The shares that the fitted tail gives to the bins from its beginning on: middle, percent.
    tail: Vec<Point>,
}

/// Runs whose duels were about as long.
struct Bin {
    /// Its number; neighbours have neighbouring ones.
    number: u32,
    /// The length in its middle.
    middle: f64,
    part: Part,
}

/// The figure; where no run has a duel only if it is asked for, for it shows a single point.
pub fn figure(report: &SweepReport) -> Option<Figure> {
    let facets = Facets::of(report);
    let cells = || facets.panels.iter().flat_map(|panel| panel.cells.iter().map(|(_, cell)| *cell));
    let asked = report.layout.asks_for(FigureName::DuelLength);
    let lengths = lengths(cells()).or(asked.then_some(Lengths { bin: 1, most: None, longest: 1 }))?;
    let beside = beside(cells(), lengths);
    let title = format!("Pre-emptions before the first choice, {}", runs(report));
    let all: Vec<Vec<(usize, Distribution)>> =
        facets.panels.iter().map(|it| of_panel(it, lengths, &beside)).collect();
    let is_fitted = all.iter().flatten().any(|(_, one)| one.tail.len() > 1);
    let dotted = if is_fitted { "; dotted: fitted geometric tail" } else { "" };
    let about = format!(
        "{} Points: share of the runs; bars: 95 % intervals, each alone{dotted}.{}",
        introduction(report),
        facets.explained()
    );
    let mut keys = keys(&facets);
    for (i, key) in keys.iter_mut().enumerate() {
        key.mark = Some(Mark::of(i));
    }
    let mut scene = Scene { width: WIDTH, ..Scene::default() };
    let top = heading(&mut scene, report, &title, &about, &keys);
    let unit = if lengths.bin > 1 { format!(" (bins of {})", lengths.bin) } else { String::new() };
    let words = ("share of runs (%), log scale", format!("pre-emptions before the first choice{unit}"));
    let longest = f64::from(lengths.longest) + f64::from(lengths.bin - 1);
    let plot = Plot { all: &all, beside: &beside, series: keys.len().max(1), longest };
    match &all[..] {
        [one] => plot.single(&mut scene, top, &words, one),
        _ => plot.multiple(&mut scene, top, &words, &facets),
    }
    Some(Figure {
        name: FigureName::DuelLength.name(),
        title,
        caption: caption(report, &facets, lengths),
        scene,
    })
}

/// How lengths are counted, so that all cells are on one axis and none is lost in a single bin; none if there are no duels.
fn lengths<'r>(cells: impl Iterator<Item = &'r CellReport> + Clone) -> Option<Lengths> {
    let longest_of = |cell: &CellReport| cell.totals.duel_histogram.keys().last().copied().unwrap_or(0);
    let longest = cells.clone().map(longest_of).max().filter(|longest| *longest > 0)?;
    if longest <= MOST_LENGTHS {
        return Some(Lengths { bin: 1, most: None, longest });
    }
    let bin = nice_step(f64::from(longest) / f64::from(MOST_LENGTHS)) as u32;
    if cells.map(longest_of).any(|longest| longest > 0 && longest <= bin) {
        return Some(Lengths { bin: 1, most: Some(MOST_LENGTHS), longest: MOST_LENGTHS });
    }
    Some(Lengths { bin, most: None, longest })
}

/// A column beside the plot: its name, and how many of a cell's runs are in it.
type Beside = (String, Box<dyn Fn(&CellReport) -> u64>);

/// The columns beside the plot that some cell has runs in: longer duels than have a place, and runs that did not choose.
fn beside<'r>(cells: impl Iterator<Item = &'r CellReport> + Clone, lengths: Lengths) -> Vec<Beside> {
    let mut all: Vec<Beside> = Vec::new();
    if let Some(most) = lengths.most {
        let longer =
            move |cell: &CellReport| cell.totals.duel_histogram.range(most + 1..).map(|(_, n)| n).sum();
        all.push((format!("> {most}"), Box::new(longer)));
    }
    all.push(("no choice".to_owned(), Box::new(|cell| cell.totals.undecided)));
    all.retain(|(_, count)| cells.clone().any(|cell| count(cell) > 0));
    all
}

fn of_panel(facet: &Facet<'_>, lengths: Lengths, beside: &[Beside]) -> Vec<(usize, Distribution)> {
    facet.cells.iter().map(|(series, cell)| (*series, distribution(cell, lengths, beside))).collect()
}

fn caption(report: &SweepReport, facets: &Facets<'_>, lengths: Lengths) -> String {
    let mut text = String::from(
        "Share of the runs by duel length, that is by the number of attempts that were pre-empted before the first \
         value was chosen, on a logarithmic scale: a straight fall is a geometric tail. Bars are 95 % \
         intervals (Clopper–Pearson), each for its length alone; lengths that no run had are not drawn.",
    );
    if lengths.bin > 1 {
        text.push_str(&format!(" Lengths above 0 are counted in bins of {}.", lengths.bin));
    }
    if let Some(most) = lengths.most {
        text.push_str(&format!(
            " Duels of more than {most} pre-emptions are counted together, to the right."
        ));
    }
    if report.cells.iter().any(|c| c.totals.undecided > 0) {
        text.push_str(" Runs in which nothing was chosen stand apart, whatever pre-emptions they had.");
    }
    let cells = facets.panels.iter().flat_map(|panel| panel.cells.iter().map(|(_, cell)| cell));
    let tails: Vec<Tail> = cells.filter_map(|cell| tail(&cell.totals)).collect();
    let fitted: Vec<(u32, Fit)> = tails.iter().filter_map(|tail| Some((tail.from, tail.fit?))).collect();
    match &fitted[..] {
        [] if tails.is_empty() => {}
        [] => text.push_str(" No geometric tail is drawn: from the longer half on, duels do not go on with one probability."),
        [(from, fit)] => text.push_str(&format!(
            " Dotted: the geometric tail fitted from length {from} on, by which a duel goes on with probability {} % {}; \
             the test that it is one, in the table of tails.",
            percent(fit.continues, fit.interval),
            percent_interval(fit.interval)
        )),
        _ => text.push_str(" Dotted: geometric tails, each fitted from the length on that the table of tails names: that of the longer half."),
    }
    text.push_str(&facets.omitted());
    text
}

/// Length 0 is a bin of its own, since it is no duel.
fn distribution(cell: &CellReport, lengths: Lengths, beside: &[Beside]) -> Distribution {
    let (runs, bin) = (cell.totals.runs, lengths.bin);
    let mut counts: std::collections::BTreeMap<u32, u64> = std::collections::BTreeMap::new();
    for (length, n) in cell.totals.duel_histogram.range(..=lengths.most.unwrap_or(u32::MAX)) {
        *counts.entry(length.div_ceil(bin)).or_default() += n;
    }
    let middle =
        |i: u32| if i == 0 { 0.0 } else { f64::from(i - 1) * f64::from(bin) + f64::from(bin + 1) / 2.0 };
    let bins = counts.into_iter().filter(|(_, n)| *n > 0);
    let bins =
        bins.filter_map(|(number, n)| Some(Bin { number, middle: middle(number), part: Part::of(n, runs)? }));
    let bins: Vec<Bin> = bins.collect();
    let count =
        |(name, count): &Beside| (name.clone(), Part::of(count(cell), runs).filter(|part| part.share > 0.0));
    let beside = beside.iter().map(count).collect();
    let fit = tail(&cell.totals).and_then(|tail| Some((tail.from, tail.fit?)));
    let tail = fit.map_or(Vec::new(), |fit| fitted(cell, fit, bin, &bins, middle));
    Distribution { bins, beside, tail }
}

/// The tail's share of each bin that lies wholly in it, up to the longest duel.
fn fitted(
    cell: &CellReport,
    (from, fit): (u32, Fit),
    bin: u32,
    bins: &[Bin],
    middle: impl Fn(u32) -> f64,
) -> Vec<Point> {
    let t = &cell.totals;
    let longer: u64 = t.duel_histogram.range(from..).map(|(_, n)| n).sum();
    let Some(all) = share(longer, t.runs) else { return Vec::new() };
    let longest = bins.last().map_or(0, |b| b.number);
    let reaches = |length: u32| libm::pow(fit.continues, f64::from(length - from));
    (1..=longest)
        .map(|number| (number, (number - 1) * bin + 1, number * bin))
        .filter(|(_, first, _)| *first >= from)
        .map(|(number, first, last)| (middle(number), 100.0 * all * (reaches(first) - reaches(last + 1))))
        .collect()
}

struct Plot<'a> {
    /// By panel, each with the number of its series.
    all: &'a [Vec<(usize, Distribution)>],
    beside: &'a [Beside],
    /// How many there are.
    series: usize,
    longest: f64,
}

impl Plot<'_> {
    fn y(&self, bottom: f64, top: f64) -> Axis {
        let all = self.all.iter().flatten();
        let parts = all.flat_map(|(_, one)| {
            one.bins.iter().map(|bin| &bin.part).chain(one.beside.iter().filter_map(|it| it.1.as_ref()))
        });
        let lows = parts.map(|part| 100.0 * part.interval.low);
        // A little below the lowest end of an interval, so that none is cut.
        let from = 0.8 * lows.fold(8.0, f64::min);
        // A little above all of the runs, so that a marker there is not cut.
        Axis { from, to: 130.0, logarithmic: true, start: bottom, end: top }
    }

    /// How far a series stands beside its place, so that equal shares do not hide each other, points.
    fn aside(&self, series: usize, step: f64) -> f64 {
        step * (series as f64 - (self.series as f64 - 1.0) / 2.0)
    }

    /// With room at both ends for what stands beside the first and the last length, `step` from series to series.
    fn x(&self, (start, end): (f64, f64), step: f64, most: usize) -> (Axis, Vec<Tick>) {
        let to = self.longest.max(4.0);
        let room = self.aside(self.series - 1, step) + 6.0;
        let beyond = to * room / (end - start - 2.0 * room);
        let axis = Axis { from: -beyond, to: to + beyond, logarithmic: false, start, end };
        let ticks = Axis { from: 0.0, to, ..axis }.ticks(most);
        (axis, ticks.into_iter().filter(|t| libm::fabs(t.value - libm::round(t.value)) < 1e-9).collect())
    }

    /// The columns beside a plot: a line between, and their names.
    fn columns(&self, scene: &mut Scene, x: &Axis, wide: f64, (top, bottom): (f64, f64), look: Type) {
        for (i, (name, _)) in self.beside.iter().enumerate() {
            let from = x.end + wide * i as f64;
            scene.line((from, top), (from, bottom), Stroke::solid(Ink::Muted, 0.8));
            let at = middle_beside(x, wide, i);
            // A name of two words in two lines.
            for (line, word) in name.split_inclusive("no ").enumerate() {
                let below = bottom + 7.0 + look.size * (0.8 + line as f64);
                scene.text((at, below), Anchor::Middle, word.trim_end(), look);
            }
        }
        let end = x.end + wide * self.beside.len() as f64;
        scene.line((x.end, bottom), (end, bottom), Stroke::solid(Ink::Muted, 1.0));
    }

    fn single(
        &self,
        scene: &mut Scene,
        top: f64,
        (share, length): &(&str, String),
        one: &[(usize, Distribution)],
    ) {
        let (left, right) = (MARGIN + 46.0, WIDTH - MARGIN - 14.0);
        let (plot_top, bottom) = (top + 18.0, top + 18.0 + HEIGHT);
        let y = self.y(bottom, plot_top);
        let (x, ticks) = self.x((left, right - BESIDE * self.beside.len() as f64), 4.0, 16);
        y_axis(scene, &y, &y.ticks(6), (left, right), TICK);
        x_axis(scene, &x, &ticks, (plot_top, bottom), TICK);
        self.columns(scene, &x, BESIDE, (plot_top, bottom), TICK);
        scene.text((MARGIN, top + 6.0), Anchor::Left, share, AXIS);
        scene.text(((left + right) / 2.0, bottom + 38.0), Anchor::Middle, length, AXIS);
        for (series, one) in one {
            draw(scene, (&x, &y, BESIDE), one, (*series, self.aside(*series, 4.0), 3.4));
        }
        scene.height = bottom + 38.0 + MARGIN;
    }

    fn multiple(&self, scene: &mut Scene, top: f64, (share, length): &(&str, String), facets: &Facets<'_>) {
        let small: Type = plain(10.0, Ink::Muted);
        scene.text((MARGIN, top + 6.0), Anchor::Left, share, AXIS);
        let (places, bottom) = panels::places(self.all.len(), top + 14.0, 30.0);
        for ((panel, all), facet) in places.iter().zip(self.all).zip(&facets.panels) {
            let y = self.y(panel.bottom, panel.top);
            let right = panel.right - BESIDE_SMALL * self.beside.len() as f64;
            let (x, ticks) = self.x((panel.left, right), 3.0, 6);
            panels::name(scene, panel, &facet.name);
            let mut shares = y.ticks(4);
            if !panel.first_column {
                shares.iter_mut().filter(|t| !t.label.is_empty()).for_each(|t| t.label = " ".into());
            }
            y_axis(scene, &y, &shares, (panel.left, panel.right), small);
            x_axis(scene, &x, &ticks, (panel.top, panel.bottom), small);
            self.columns(scene, &x, BESIDE_SMALL, (panel.top, panel.bottom), small);
            for (series, one) in all {
                draw(scene, (&x, &y, BESIDE_SMALL), one, (*series, self.aside(*series, 3.0), 2.6));
            }
        }
        scene.text((WIDTH / 2.0, bottom + 8.0), Anchor::Middle, length, AXIS);
        scene.height = bottom + 8.0 + MARGIN;
    }
}

/// The middle of a column beside a plot.
fn middle_beside(x: &Axis, wide: f64, column: usize) -> f64 {
    x.end + wide * (column as f64 + 0.5)
}

/// Points with whiskers.
fn draw(
    scene: &mut Scene,
    (x, y, wide): (&Axis, &Axis, f64),
    one: &Distribution,
    (series, aside, radius): (usize, f64, f64),
) {
    let ink = Ink::Series(series);
    let line = one.tail.iter().filter(|(_, share)| *share > y.from);
    let line: Vec<Point> = line.map(|(length, share)| (x.place(*length) + aside, y.place(*share))).collect();
    scene.path(line, Stroke { ink, width: 2.2, dash: (1.6, 3.2) });
    let place = |bin: &Bin| -> Point { (x.place(bin.middle) + aside, y.place(bin.part.share)) };
    // No line where a length between has no runs.
    for unbroken in one.bins.chunk_by(|a, b| b.number == a.number + 1) {
        let stroke = Stroke { ink, width: 1.2, dash: dash(series) };
        scene.path(unbroken.iter().map(place).collect(), stroke);
    }
    let mut point = |place: f64, part: &Part, what: &str| {
        whisker_with_mark(scene, y, (place, part), series, radius);
        scene.hint((place, y.place(part.share)), (6.0, 6.0), &format!("{what}: {}", part.said()));
    };
    for bin in &one.bins {
        point(x.place(bin.middle) + aside, &bin.part, &bin.middle.to_string());
    }
    for (column, (name, part)) in one.beside.iter().enumerate() {
        let Some(part) = part else { continue };
        // Columns have less room than the plot for what stands side by side.
        let aside = aside.clamp(radius - 0.5 * wide, 0.5 * wide - radius);
        point(middle_beside(x, wide, column) + aside, part, name);
    }
}

/// Caps stand out to the sides of the marker, for where the interval is shorter than that.
fn whisker_with_mark(scene: &mut Scene, y: &Axis, (px, part): (f64, &Part), series: usize, radius: f64) {
    let (ink, cap) = (Ink::Series(series), radius + 1.2);
    let [low, high] = [part.interval.low, part.interval.high].map(|share| y.place(100.0 * share));
    let thin = Stroke::solid(ink, 1.3);
    scene.line((px, high), (px, low), thin);
    for end in [low, high] {
        scene.line((px - cap, end), (px + cap, end), thin);
    }
    scene.mark((px, y.place(part.share)), Mark::of(series), radius, ink);
}
