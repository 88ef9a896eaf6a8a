//! A run as the page shows it step by step: its space–time diagram, and for each event where it lies in it, in words,
//! and what it changes at an acceptor.
//!
//! Plain data, kept beside the report in `runs.json`, so that the page can be rendered again without a simulation.
//! Absent on purpose: which runs these are, which whoever sweeps decides.

use serde::{Deserialize, Serialize};

use super::critical::{Criticals, criticals};
use super::draw;
use super::error::ReportError;
use super::export::{Diagram, Story, diagram_of};
use super::numbers::grouped;
use super::one_run::{RunView, describe, ms, reply};
use crate::run::{Explanation, Record, Window};
use crate::trace::Event;

/// Events of a run that the page shows if it has more.
const MOST_EVENTS: usize = 110;
/// Pictures of all runs together, bytes; further runs are left out.
const MOST_BYTES: usize = 900_000;

/// A run to step through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewedRun {
    /// Its cell's number.
    pub cell: u64,
    /// Its seed.
    pub seed: u64,
    /// How it ended, in words.
    pub what: String,
    /// What each client was told, word for word.
    pub replies: Vec<String>,
    /// The command that shows it again.
    pub command: String,
    /// The part that is shown, if it is not all.
    pub part: String,
    /// Its space–time diagram.
    pub svg: String,
    /// What to read into it.
    pub caption: String,
    /// Promise and vote of each node before the first step.
    pub before: Vec<Acceptor>,
    /// Its events.
    pub steps: Vec<ViewedStep>,
    /// Which of its deliveries are critical, if that was found out.
    #[serde(default)]
    pub criticals: Option<Criticals>,
}

/// A run that is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Exhibit<'a> {
    /// Its cell's number.
    pub cell: u64,
    /// The run.
    pub view: RunView<'a>,
    /// Why it has its winner, if that was found out.
    pub why: Option<&'a Explanation>,
}

/// An acceptor's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptor {
    /// The highest ballot promised; empty for none.
    pub promised: String,
    /// The last vote; empty for none.
    pub accepted: String,
}

/// An event, and where it lies in the diagram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ViewedStep {
    /// When.
    pub at: String,
    /// What.
    pub text: String,
    /// Height, hundredths of a point.
    pub y: i64,
    /// Ends of its message's arrow: x, y, x, y; hundredths of a point.
    pub arrow: Option<[i64; 4]>,
    /// A node whose promise or vote it changes, and to what.
    pub change: Option<(u8, Acceptor)>,
    /// Whether a value is chosen by it.
    pub chosen: bool,
}

/// Makes runs ready to be shown, as many as the page has room for.
///
/// # Errors
/// If a diagram cannot be drawn.
pub fn viewed(runs: &[Exhibit<'_>]) -> Result<Vec<ViewedRun>, ReportError> {
    let mut gallery = Viewing::default();
    for exhibit in runs {
        if !gallery.add(exhibit)? {
            break;
        }
    }
    Ok(gallery.all)
}

/// The same, one run after the other, none of which needs to be there any more when the next one is.
#[derive(Clone, Debug, Default)]
pub struct Viewing {
    /// Those that are ready.
    pub all: Vec<ViewedRun>,
    bytes: usize,
}

impl Viewing {
    /// Adds a run, unless the page has no room for it; whether it had.
    ///
    /// # Errors
    /// If its diagram cannot be drawn.
    pub fn add(&mut self, exhibit: &Exhibit<'_>) -> Result<bool, ReportError> {
        let run = one(exhibit)?;
        self.bytes += run.svg.len();
        if self.bytes > MOST_BYTES && !self.all.is_empty() {
            return Ok(false);
        }
        self.all.push(run);
        Ok(true)
    }
}

fn one(exhibit: &Exhibit<'_>) -> Result<ViewedRun, ReportError> {
    let view = &exhibit.view;
    let story = Story::of(*view);
    let window = story.default_window(MOST_EVENTS);
    let diagram = diagram_of(&story, window);
    let failed = |why: String| ReportError::Figure { figure: "space–time diagram".to_owned(), why };
    let svg = draw::svg(&diagram.scene, &diagram.title, &diagram.caption).map_err(failed)?;
    let record = view.record;
    let (before, steps) = steps(&story, &diagram, window);
    let places: Vec<usize> = diagram.steps.iter().map(|place| place.event).collect();
    let criticals = exhibit.why.map(|why| criticals(view, why, &places));
    let silent = if record.is_cut { "(no answer so far)" } else { "(no answer)" };
    let told = record.outcome.clients.iter().map(|client| {
        let reply = reply(client, |value| view.value(value)).unwrap_or_else(|| silent.to_owned());
        format!("client {}: {reply}", view.name(client.proposer))
    });
    let whole = steps.len() == record.events.len() && !record.is_cut;
    Ok(ViewedRun {
        cell: exhibit.cell,
        seed: record.seed,
        what: what(&story),
        replies: told.collect(),
        command: format!("synod replay {} --seed {}", view.arguments, record.seed),
        part: if whole { String::new() } else { part(record, steps.len()) },
        svg,
        caption: diagram.caption,
        before,
        steps,
        criticals,
    })
}

fn what(story: &Story<'_>) -> String {
    let record = story.view.record;
    let choice = match &story.choice {
        Some(choice) => format!("{} is chosen at {}", story.whose(choice.value), ms(choice.at_ns)),
        None => "no value is chosen".to_owned(),
    };
    match record.is_cut {
        true => format!("a long run; in its first {} events {choice}", grouped(record.events.len() as u64)),
        false => format!("{}; {choice}", record.outcome.verdict.name()),
    }
}

/// How much of a run is shown, and how to see the rest of one that is too long to be looked at here.
fn part(record: &Record, steps: usize) -> String {
    let around = "around the choice or from the beginning";
    if !record.is_cut {
        return format!("{steps} of {} events, {around}", record.count());
    }
    format!(
        "{steps} of its first {} events, {around}; it is too long to be played to its end for this page: the command \
         prints all of it, and with --as svg --window FROM..TO draws any stretch",
        grouped(record.events.len() as u64)
    )
}

/// What every acceptor knows before the window, and the events in it.
fn steps(story: &Story<'_>, diagram: &Diagram, window: Window) -> (Vec<Acceptor>, Vec<ViewedStep>) {
    let view = &story.view;
    let mut now = vec![Acceptor::default(); usize::from(view.scenario.cluster.nodes)];
    let mut before = None;
    let (mut all, mut places) = (Vec::new(), diagram.steps.iter().peekable());
    for (event, (at_ns, it)) in view.record.events.iter().enumerate() {
        if window.holds(*at_ns) && before.is_none() {
            before = Some(now.clone());
        }
        let change = change(story, it, &mut now);
        let Some(place) = places.next_if(|place| place.event == event) else { continue };
        let points = |((x0, y0), (x1, y1))| [x0, y0, x1, y1].map(hundredths);
        all.push(ViewedStep {
            at: ms(*at_ns),
            text: describe(&view.names(), it).trim().to_owned(),
            y: hundredths(place.y),
            arrow: place.arrow.map(points),
            change,
            chosen: story.choice.as_ref().is_some_and(|choice| choice.event == event),
        });
    }
    (before.unwrap_or(now), all)
}

/// What an event changes at an acceptor, which is then so.
fn change(story: &Story<'_>, event: &Event, now: &mut [Acceptor]) -> Option<(u8, Acceptor)> {
    let node = match *event {
        Event::Promised { node, .. } | Event::Voted { node, .. } => node,
        _ => return None,
    };
    let state = now.get_mut(usize::from(node).checked_sub(1)?)?;
    match *event {
        Event::Promised { ballot, .. } => state.promised = story.view.ballot(ballot),
        Event::Voted { ballot, value, .. } => {
            state.accepted = format!("{} in {}", story.whose(value), story.view.ballot(ballot));
        }
        _ => {}
    }
    Some((node, state.clone()))
}

fn hundredths(points: f64) -> i64 {
    libm::round(points * 100.0) as i64
}
