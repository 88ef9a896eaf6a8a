//! The picture that every lecture draws: a lifeline for each node, time downwards, messages as slanted arrows, losses
//! as crosses, promises and votes as marks, the instant of the choice as a line.
//!
//! Absent on purpose: a window of the whole run where it is long; `window` says which part is drawn, and so does the
//! picture.

use std::collections::BTreeMap;

use super::super::one_run::ms;
use super::super::scene::{Anchor, Ink, Point, Scene, Stroke, Type};
use super::super::text::{fitted, wrapped};
use super::focus::Focus;
use super::layout::Layout;
use super::marks::{cross, form, head};
use super::story::{Arrow, End, Moment, Story, What};
use crate::run::Window;
use crate::trace::ProposerId;

/// Events of a run that are drawn if nobody asks for more.
pub const MOST_EVENTS: usize = 240;
/// Room for times at the left, for the words of the first lifeline beside them, for the choice at the right, and at the edges, points.
const LEFT: f64 = 86.0;
pub(super) const WORDS: f64 = 132.0;
const RIGHT: f64 = 128.0;
pub(super) const EDGE: f64 = 18.0;
/// Least distance of lifelines, and the width of a figure that has few.
const LEAST: f64 = 168.0;
const WIDTH: f64 = 760.0;

const SMALL: Type = Type { size: 9.5, bold: false, ink: Ink::Text };
const TIME: Type = Type { size: 9.0, bold: false, ink: Ink::Muted };

/// A space–time diagram, and where its events lie in it.
pub struct Diagram {
    /// Its shapes.
    pub scene: Scene,
    /// What it is, with its seed.
    pub title: String,
    /// How to read it.
    pub caption: String,
    /// Of each event in the window: its number, its height, and the ends of its arrow if it has one.
    pub steps: Vec<Step>,
    /// The places of the lifelines.
    pub lanes: Vec<f64>,
}

/// An event in a diagram.
pub struct Step {
    /// Its number in the run.
    pub event: usize,
    /// Its height, points.
    pub y: f64,
    /// The arrow of the message that is sent, delivered or lost.
    pub arrow: Option<(Point, Point)>,
    /// The lifeline, of what happens on one.
    pub lane: Option<usize>,
}

/// Draws a stretch of a run, by default around its choice; where many proposers crowd it, only the duel that decided in full,
/// unless all of it is wanted.
pub fn diagram(story: &Story<'_>, window: Option<Window>, in_full: bool) -> Diagram {
    let window = window.unwrap_or_else(|| story.default_window(MOST_EVENTS));
    let focus = if in_full { Focus::default() } else { Focus::of(story, window) };
    let mut page = Page::new(story, Layout::of(story, window, &focus), focus);
    page.heading();
    page.lifelines();
    page.choice();
    page.period();
    page.arrows();
    page.moments();
    page.times();
    page.words();
    page.heads();
    page.scene.height = page.top + page.layout.bottom + 30.0;
    let steps = page.steps();
    let (title, caption) = (title(story), caption(story, &page));
    Diagram { steps, lanes: page.lanes, scene: page.scene, title, caption }
}

fn title(story: &Story<'_>) -> String {
    let title = &story.view.scenario.title;
    let seed = story.view.record.seed;
    if title.is_empty() { format!("Run of seed {seed}") } else { format!("{title}: seed {seed}") }
}

fn caption(story: &Story<'_>, page: &Page<'_>) -> String {
    let record = story.view.record;
    let choice = match &story.choice {
        Some(choice) => format!(
            "{} is chosen at {}, by the vote that completes a quorum.",
            story.whose(choice.value),
            ms(choice.at_ns)
        ),
        None if record.is_cut => "No value is chosen in them.".to_owned(),
        None => "No value is chosen.".to_owned(),
    };
    let verdict = match record.is_cut {
        true => format!("its first {} events", record.events.len()),
        false => format!("verdict {}", record.outcome.verdict.name()),
    };
    let part = if page.is_whole() { String::new() } else { format!(" Shown: {}.", page.part()) };
    let part =
        part + &page.focus.words(page.layout.window()).map_or_else(String::new, |what| format!(" {what}."));
    format!(
        "Space–time diagram of one run (scenario {}, seed {}, engine epoch {}, {verdict}). {choice}{part} Time runs \
         downwards; distances grow with time, but less and less, and where a lifeline is dotted far more time passes \
         than the distance shows. An arrow without a head is still under way where the picture or the run ends. The \
         times at the left are exact; those with a plus count from the first one. Reproduce: synod replay {} --seed {} --as svg",
        record.scenario_hash,
        record.seed,
        crate::sim::EPOCH,
        story.view.arguments,
        record.seed
    )
}

pub(super) struct Page<'a> {
    pub story: &'a Story<'a>,
    layout: Layout,
    focus: Focus,
    pub scene: Scene,
    pub lanes: Vec<f64>,
    pub spacing: f64,
    top: f64,
    /// What texts cover, so that no other is put there; by the strips of the page that they touch.
    pub taken: BTreeMap<i64, Vec<(Point, Point)>>,
    pub waiting: Vec<(Point, Point, String)>,
    /// Arrows' heads, which lie on everything else.
    heads: Vec<(Point, Point, Ink)>,
}

impl<'a> Page<'a> {
    fn new(story: &'a Story<'a>, layout: Layout, focus: Focus) -> Self {
        let count = story.lanes.len() as f64;
        // What the first lifeline says stands to its left, where no arrow is; the last one's words stand to its right.
        let spacing = ((WIDTH - LEFT - 2.0 * WORDS - RIGHT) / (count - 1.0).max(1.0)).max(LEAST);
        let lanes = (0..story.lanes.len()).map(|i| LEFT + WORDS + spacing * i as f64).collect();
        let width = LEFT + 2.0 * WORDS + RIGHT + spacing * (count - 1.0);
        let scene = Scene { width: width.max(WIDTH), ..Scene::default() };
        Page {
            story,
            layout,
            focus,
            scene,
            lanes,
            spacing,
            top: 0.0,
            taken: BTreeMap::new(),
            waiting: Vec::new(),
            heads: Vec::new(),
        }
    }

    fn is_whole(&self) -> bool {
        let events = &self.story.view.record.events;
        let window = self.layout.window();
        [events.first(), events.last()].into_iter().flatten().all(|(at, _)| window.holds(*at))
    }

    /// The window in words.
    fn part(&self) -> String {
        let events = &self.story.view.record.events;
        let window = self.layout.window();
        let shown = events.iter().filter(|(at, _)| window.holds(*at)).count();
        let end = events.last().map_or(0, |last| last.0).min(window.until_ns);
        let (record, from) = (self.story.view.record, ms(window.from_ns));
        let first = if record.is_cut { "the first " } else { "" };
        format!("{from} to {}, {shown} of {first}{} events", ms(end), record.count())
    }

    fn heading(&mut self) {
        let room = self.scene.width - 2.0 * EDGE;
        let mut y = EDGE + 4.0;
        let bold = |size, ink| Type { size, bold: true, ink };
        for line in wrapped(&title(self.story), 16.0, true, room, 2) {
            y += 13.0;
            self.scene.text((EDGE, y), Anchor::Left, &line, bold(16.0, Ink::Text));
            y += 7.0;
        }
        if !self.is_whole() {
            y += 10.0;
            self.scene.text((EDGE, y), Anchor::Left, &self.part(), Type { size: 11.0, ..TIME });
            y += 5.0;
        }
        if let Some(what) = self.focus.words(self.layout.window()) {
            for line in wrapped(&what, 11.0, false, room, 3) {
                y += 10.0;
                self.scene.text((EDGE, y), Anchor::Left, &line, Type { size: 11.0, ..TIME });
                y += 5.0;
            }
        }
        for label in self.story.view.labels() {
            y += 12.0;
            let label = fitted(&label, 12.0, true, room);
            self.scene.text((EDGE, y), Anchor::Left, &label, bold(12.0, Ink::Alarm));
            y += 5.0;
        }
        y = self.legend(y + 12.0);
        y += 20.0;
        for (i, lane) in self.story.lanes.iter().enumerate() {
            let name = fitted(&self.story.lane_name(lane), 12.0, true, self.spacing - 10.0);
            self.scene.text((self.lanes[i], y), Anchor::Middle, &name, bold(12.0, Ink::Text));
        }
        self.scene.text((EDGE, y), Anchor::Left, "not to scale", TIME);
        self.top = y + 22.0;
    }

    fn lifelines(&mut self) {
        let (top, bottom) = (self.top - 12.0, self.top + self.layout.bottom + 14.0);
        for &x in &self.lanes {
            let mut from = top;
            for &(start, end) in &self.layout.breaks {
                let (start, end) = (self.top + start, self.top + end);
                self.scene.line((x, from), (x, start), Stroke::solid(Ink::Muted, 1.1));
                self.scene.line(
                    (x, start),
                    (x, end),
                    Stroke { ink: Ink::Muted, width: 1.1, dash: (1.2, 3.0) },
                );
                from = end;
            }
            self.scene.line((x, from), (x, bottom), Stroke::solid(Ink::Muted, 1.1));
        }
    }

    fn choice(&mut self) {
        let Some(choice) = &self.story.choice else { return };
        let Some(y) = self.layout.event(choice.event).map(|y| self.top + y) else { return };
        let right = self.scene.width - RIGHT + 8.0;
        self.scene.line((LEFT, y), (right, y), Stroke { ink: Ink::Text, width: 1.4, dash: (8.0, 3.0) });
        let room = RIGHT - 16.0;
        self.scene.text(
            (right + 4.0, y - 2.0),
            Anchor::Left,
            "CHOSEN",
            Type { size: 11.0, bold: true, ink: Ink::Text },
        );
        let whose = fitted(&self.story.whose(choice.value), 11.0, false, room);
        self.scene.text(
            (right + 4.0, y + 11.0),
            Anchor::Left,
            &whose,
            Type { size: 11.0, bold: false, ink: Ink::Text },
        );
    }

    /// A bracket around the period of a run that repeats itself.
    fn period(&mut self) {
        let (Some(period), Some(proof)) = (self.story.period(), &self.story.view.record.livelock) else {
            return;
        };
        let window = self.layout.window();
        if !(window.holds(period.from_ns) && window.holds(period.until_ns)) {
            return;
        }
        let [from, to] = [period.from_ns, period.until_ns].map(|at| self.top + self.layout.time(at));
        let right = self.scene.width - RIGHT + 4.0;
        let stroke = Stroke::solid(Ink::Alarm, 1.4);
        self.scene.path(vec![(right - 6.0, from), (right, from), (right, to), (right - 6.0, to)], stroke);
        let rise = format!(
            "ballots {} {} up",
            proof.round_shift,
            if proof.round_shift == 1 { "round" } else { "rounds" }
        );
        let lasts = ms(proof.period_ns);
        let said = ["a period:", &lasts, "then the same state,", &rise, "and so for ever"];
        let middle = (from + to) / 2.0 - 13.0 * (said.len() as f64 - 1.0) / 2.0;
        for (i, line) in said.iter().enumerate() {
            let at = (right + 8.0, middle + 13.0 * i as f64 + 4.0);
            let look = Type { size: 10.5, bold: i == 0, ink: Ink::Text };
            self.scene.text(at, Anchor::Left, line, look);
        }
    }

    /// Both ends of an arrow, if any of it lies in the window.
    fn ends(&self, arrow: &Arrow) -> Option<(Point, Point)> {
        let window = self.layout.window();
        let arrives = match arrow.end {
            End::Delivered(event) | End::Lost(Some(event)) => self.layout.event(event),
            _ => None,
        };
        let leaves = self.layout.event(arrow.sent);
        if leaves.is_none() && arrives.is_none() {
            return None;
        }
        let (x0, x1) = (self.lanes[arrow.from], self.lanes[arrow.to]);
        let y0 = self.top + leaves.unwrap_or(-12.0);
        let y1 = self.top + arrives.unwrap_or_else(|| self.layout.time(arrow.due_ns.min(window.until_ns)));
        Some(((x0, y0), (x1, y1.max(y0))))
    }

    /// How far an arrow is drawn, and whether the message is seen to arrive.
    fn tip(&self, arrow: &Arrow, from: Point, to: Point) -> (Point, bool) {
        let part = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        match arrow.end {
            End::Lost(_) => (part(0.6), false),
            End::Delivered(event) if self.layout.event(event).is_some() => (to, true),
            _ => (part(0.35), false),
        }
    }

    fn arrows(&mut self) {
        // What is grey lies below what is not.
        let (loud, quiet): (Vec<&Arrow>, Vec<&Arrow>) =
            self.story.arrows.iter().partition(|arrow| self.focus.has(Some(arrow.message.id.proposer)));
        for arrow in quiet {
            if let Some((from, to)) = self.ends(arrow) {
                let tip = self.tip(arrow, from, to).0;
                self.scene.path(vec![from, tip], Stroke::solid(Ink::Grid, 0.8));
            }
        }
        for arrow in loud {
            let Some((from, to)) = self.ends(arrow) else { continue };
            let ink = self.ink(arrow.message.id.proposer);
            let width = if arrow.message.id.reply { 1.0 } else { 1.5 };
            let dash = if arrow.message.id.phase == 2 { (5.0, 2.5) } else { (0.0, 0.0) };
            let stroke = Stroke { ink, width, dash };
            let (tip, seen) = self.tip(arrow, from, to);
            if arrow.from == arrow.to {
                let bow = vec![from, (from.0 - 9.0, from.1 + 2.0), (to.0 - 9.0, to.1 - 2.0), to];
                self.scene.path(bow, stroke);
            } else {
                self.scene.path(vec![from, tip], stroke);
            }
            match arrow.end {
                End::Lost(_) => cross(&mut self.scene, tip),
                End::Delivered(_) if seen && arrow.from != arrow.to => self.heads.push((from, to, ink)),
                _ => {}
            }
            if arrow.from != arrow.to {
                self.waiting.push((from, tip, self.story.words(&arrow.message)));
            }
        }
    }

    fn moments(&mut self) {
        for moment in &self.story.moments {
            let Some(y) = self.height(moment) else { continue };
            let x = self.lanes[moment.lane];
            if !self.focus.has(moment.proposer) {
                self.scene.mark((x, y), form(moment.what), 2.4, Ink::Muted);
                continue;
            }
            let ink = match (moment.what, moment.proposer) {
                (What::Fail | What::Fault, _) => Ink::Alarm,
                (_, Some(p)) => self.ink(p),
                (_, None) => Ink::Muted,
            };
            let radius = if moment.what == What::Promise { 4.4 } else { 3.9 };
            self.scene.mark((x, y), form(moment.what), radius, ink);
            let look = if matches!(moment.what, What::Fail | What::Fault) {
                Type { ink: Ink::Alarm, ..SMALL }
            } else {
                SMALL
            };
            let text = self.shortened(&moment.text, look.size);
            let aside = if moment.lane == 0 { (Anchor::Right, -12.5) } else { (Anchor::Left, 12.5) };
            self.halo((x + aside.1, y + 3.3), aside.0, &text, look);
        }
    }

    /// Whose colour is whose; grey of what is not drawn in full.
    pub(super) fn ink(&self, proposer: ProposerId) -> Ink {
        if self.focus.has(Some(proposer)) { Ink::Series(usize::from(proposer)) } else { Ink::Grid }
    }

    fn height(&self, moment: &Moment) -> Option<f64> {
        self.layout.event(moment.event).map(|y| self.top + y)
    }

    /// Each instant's time, unless it would touch the one before: the first, then how much later each other one is.
    fn times(&mut self) {
        let (mut free, mut first) = (f64::NEG_INFINITY, None);
        for (at_ns, y) in self.layout.instants() {
            let y = self.top + y + 3.2;
            if y - free > 10.5 {
                let since = first.map_or(0, |first| at_ns - first);
                let text = if since == 0 { ms(at_ns) } else { format!("+{}", ms(since)) };
                first = first.or(Some(at_ns).filter(|at_ns| *at_ns > 0));
                self.scene.text((EDGE, y), Anchor::Left, &text, TIME);
                free = y;
            }
        }
    }

    fn heads(&mut self) {
        for (from, to, ink) in std::mem::take(&mut self.heads) {
            head(&mut self.scene, from, to, ink);
        }
    }

    fn steps(&self) -> Vec<Step> {
        let events = 0..self.story.view.record.events.len();
        let (mut arrows, mut lanes) = (BTreeMap::new(), BTreeMap::new());
        for arrow in &self.story.arrows {
            arrows.entry(arrow.sent).or_insert(arrow);
            if let End::Delivered(event) | End::Lost(Some(event)) = arrow.end {
                arrows.entry(event).or_insert(arrow);
            }
        }
        for moment in &self.story.moments {
            lanes.entry(moment.event).or_insert(moment.lane);
        }
        let arrow = |event: usize| arrows.get(&event).and_then(|arrow| self.ends(arrow));
        let lane = |event: usize| lanes.get(&event).copied();
        events
            .filter_map(|event| {
                let y = self.top + self.layout.event(event)?;
                Some(Step { event, y, arrow: arrow(event), lane: lane(event) })
            })
            .collect()
    }
}
