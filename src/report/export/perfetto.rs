//! A trace for Perfetto and `chrome://tracing`: a process for each node, with a track for its acceptor and one for
//! each of its proposers.
//!
//! Attempts are slices, promises and votes are instants, messages are flows between slices of a nanosecond, promised
//! rounds are counters. Absent on purpose: floating point; times are microseconds with three exact decimals.

use std::fmt::Write;

use super::story::{End, Story, What};
use crate::run::Window;
use crate::trace::{BallotId, Event, ProposerId};

/// The JSON of a stretch of a run.
pub fn perfetto(story: &Story<'_>, window: Option<Window>) -> String {
    let window = window.unwrap_or(Window::ALL);
    let mut out = Trace { lines: Vec::new() };
    out.names(story);
    out.attempts(story, window);
    out.messages(story, window);
    out.moments(story, window);
    let view = &story.view;
    let other = format!(
        "{{\"scenario\":{},\"scenario_hash\":\"{}\",\"epoch\":{},\"seed\":\"{}\",\"digest\":\"{}\"}}",
        quoted(&view.scenario.title),
        view.record.scenario_hash,
        crate::sim::EPOCH,
        view.record.seed,
        view.record.digest
    );
    format!(
        "{{\"displayTimeUnit\":\"ns\",\"otherData\":{other},\"traceEvents\":[\n{}\n]}}\n",
        out.lines.join(",\n")
    )
}

struct Trace {
    lines: Vec<String>,
}

/// A track: its process (a lifeline, from 1) and its thread (1 the acceptor, then proposers).
type Track = (usize, usize);

fn acceptor(lane: usize) -> Track {
    (lane + 1, 1)
}

fn proposer(story: &Story<'_>, p: ProposerId) -> Track {
    (story.home(p) + 1, usize::from(p) + 2)
}

impl Trace {
    fn put(&mut self, phase: char, (pid, tid): Track, at_ns: u64, rest: std::fmt::Arguments<'_>) {
        let mut line = format!("{{\"ph\":\"{phase}\",\"pid\":{pid},\"tid\":{tid},\"ts\":{}", micros(at_ns));
        // Writing to a String cannot fail.
        let _ = write!(line, ",{rest}}}");
        self.lines.push(line);
    }

    fn names(&mut self, story: &Story<'_>) {
        for (i, lane) in story.lanes.iter().enumerate() {
            let name = quoted(&story.lane_name(lane));
            self.put(
                'M',
                acceptor(i),
                0,
                format_args!("\"name\":\"process_name\",\"args\":{{\"name\":{name}}}"),
            );
            if lane.node != 0 {
                self.put(
                    'M',
                    acceptor(i),
                    0,
                    format_args!("\"name\":\"thread_name\",\"args\":{{\"name\":\"acceptor\"}}"),
                );
            }
            for &p in &lane.proposers {
                let name = quoted(&format!("proposer {}", story.view.name(p)));
                self.put(
                    'M',
                    proposer(story, p),
                    0,
                    format_args!("\"name\":\"thread_name\",\"args\":{{\"name\":{name}}}"),
                );
            }
        }
    }

    /// A slice for each attempt, and one inside it for each phase.
    fn attempts(&mut self, story: &Story<'_>, window: Window) {
        let mut running: Vec<Option<Running>> = vec![None; story.view.scenario.proposer.len()];
        let end = story.view.record.events.last().map_or(0, |last| last.0);
        for (at_ns, event) in &story.view.record.events {
            let (p, ends) = match *event {
                Event::Started { proposer, attempt, ballot } => {
                    // A script may begin the next attempt while one is running.
                    self.close(
                        story,
                        window,
                        proposer,
                        running[usize::from(proposer)].take(),
                        *at_ns,
                        "abandoned",
                    );
                    running[usize::from(proposer)] =
                        Some(Running { attempt, ballot, since: *at_ns, phase2: None });
                    continue;
                }
                Event::Proposed { proposer, .. } => {
                    if let Some(it) = &mut running[usize::from(proposer)] {
                        it.phase2 = Some(*at_ns);
                    }
                    continue;
                }
                Event::Failed { proposer, .. } => (proposer, "failed"),
                Event::Aborted { proposer, .. } => (proposer, "crashed"),
                Event::Learned { proposer, .. } => (proposer, "learned"),
                _ => continue,
            };
            self.close(story, window, p, running[usize::from(p)].take(), *at_ns, ends);
        }
        for (p, it) in running.into_iter().enumerate() {
            self.close(story, window, p as ProposerId, it, end, "unfinished");
        }
    }

    fn close(
        &mut self,
        story: &Story<'_>,
        window: Window,
        p: ProposerId,
        it: Option<Running>,
        end: u64,
        how: &str,
    ) {
        let Some(it) = it.filter(|it| it.since <= window.until_ns && window.from_ns <= end) else { return };
        let track = proposer(story, p);
        let name = quoted(&format!("attempt {}, ballot {}: {how}", it.attempt, story.view.ballot(it.ballot)));
        self.slice(track, it.since, end, &name);
        self.slice(track, it.since, it.phase2.unwrap_or(end), "\"phase 1\"");
        if let Some(since) = it.phase2 {
            self.slice(track, since, end, "\"phase 2\"");
        }
    }

    fn slice(&mut self, track: Track, from: u64, until: u64, name: &str) {
        let duration = micros(until.saturating_sub(from).max(1));
        self.put('X', track, from, format_args!("\"dur\":{duration},\"name\":{name}"));
    }

    /// A slice of a nanosecond at each end of a message, and a flow between them.
    fn messages(&mut self, story: &Story<'_>, window: Window) {
        for (id, arrow) in story.arrows.iter().enumerate().filter(|(_, a)| window.holds(a.sent_ns)) {
            let at_node = |lane: usize, caller: bool| {
                if caller { proposer(story, arrow.message.id.proposer) } else { acceptor(lane) }
            };
            let (from, to) =
                (at_node(arrow.from, !arrow.message.id.reply), at_node(arrow.to, arrow.message.id.reply));
            let name = quoted(&story.words(&arrow.message));
            match arrow.end {
                End::Delivered(_) => {
                    self.slice(
                        from,
                        arrow.sent_ns,
                        arrow.sent_ns + 1,
                        &quoted(&format!("sends {}", story.words(&arrow.message))),
                    );
                    self.put(
                        's',
                        from,
                        arrow.sent_ns,
                        format_args!("\"cat\":\"message\",\"id\":{id},\"name\":{name}"),
                    );
                    self.slice(
                        to,
                        arrow.due_ns,
                        arrow.due_ns + 1,
                        &quoted(&format!("receives {}", story.words(&arrow.message))),
                    );
                    self.put(
                        'f',
                        to,
                        arrow.due_ns,
                        format_args!("\"bp\":\"e\",\"cat\":\"message\",\"id\":{id},\"name\":{name}"),
                    );
                }
                End::Lost(_) => {
                    let name = quoted(&format!("LOST: {}", story.words(&arrow.message)));
                    self.slice(from, arrow.sent_ns, arrow.sent_ns + 1, &name);
                }
                End::Open => {
                    let name =
                        quoted(&format!("sends {}, under way at the end", story.words(&arrow.message)));
                    self.slice(from, arrow.sent_ns, arrow.sent_ns + 1, &name);
                }
            }
        }
    }

    fn moments(&mut self, story: &Story<'_>, window: Window) {
        for moment in story.moments.iter().filter(|m| window.holds(m.at_ns)) {
            let track = match (moment.what, moment.proposer) {
                (What::Start | What::Propose | What::Learn | What::Fail | What::Tell, Some(p)) => {
                    proposer(story, p)
                }
                _ => acceptor(moment.lane),
            };
            let name = quoted(&moment.text);
            self.put('i', track, moment.at_ns, format_args!("\"s\":\"t\",\"name\":{name}"));
            if let Event::Promised { ballot, .. } = story.view.record.events[moment.event].1 {
                let round = ballot.round();
                let track = acceptor(moment.lane);
                self.put(
                    'C',
                    track,
                    moment.at_ns,
                    format_args!("\"name\":\"promised round\",\"args\":{{\"round\":{round}}}"),
                );
            }
        }
        if let Some(choice) = story.choice.as_ref().filter(|c| window.holds(c.at_ns)) {
            let name = quoted(&format!("CHOSEN: {}", story.whose(choice.value)));
            self.put('i', (1, 1), choice.at_ns, format_args!("\"s\":\"g\",\"name\":{name}"));
        }
    }
}

#[derive(Clone, Copy)]
struct Running {
    attempt: u32,
    ballot: BallotId,
    since: u64,
    phase2: Option<u64>,
}

/// Microseconds, exactly.
fn micros(ns: u64) -> String {
    format!("{}.{:03}", ns / 1000, ns % 1000)
}

/// A JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(super::super::names::printable(text)).to_string()
}
