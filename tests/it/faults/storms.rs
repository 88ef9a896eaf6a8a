//! Faults at random over scenarios at random: nothing that a fault forbids happens, every count is right, safety holds,
//! and the schedule that was drawn gives the same run again.

use std::collections::BTreeMap;

use super::{result, run, story};
use crate::reference::anything::{Points, anything};
use crate::reference::measure::runs;
use synod::run::Record;
use synod::scenario::model::*;
use synod::scenario::{Duration, Faults, Livelock, Scenario};
use synod::trace::{Answer, Event, Loss, MessageId};

const MS: u64 = 1_000_000;

fn ms(p: &mut Points, most: u64) -> Duration {
    Duration::from_ns((1 + p.below(most * 10)) * MS / 10)
}

/// A schedule of up to eight faults.
fn schedule(p: &mut Points, nodes: u8) -> Vec<Fault> {
    let mut faults = Vec::new();
    for _ in 0..p.below(9) {
        let (at, node) = (ms(p, 150), vec![1 + p.below(u64::from(nodes)) as u8]);
        let other = vec![p.below(u64::from(nodes) + 1) as u8];
        faults.push(match p.below(10) {
            0 => Fault::partition(at, vec![node]),
            1 => Fault::partition(at, vec![node, other]),
            2 => Fault::one_way(at, node, other),
            3 => Fault::heal(at, None),
            4 => Fault::crash(at, node),
            5 => Fault::restart(at, node),
            6 => Fault::pause(at, node),
            7 => Fault::resume(at, node),
            8 => Fault::slow(at, node, Delay::Constant(ms(p, 20))),
            _ => Fault::clock_rate(at, node, 0.25 + p.below(16) as f64 / 4.0),
        });
    }
    faults
}

fn rates(p: &mut Points) -> RandomFaults {
    let rate = |p: &mut Points| p.pick(&[None, Some(2.0), Some(10.0)]);
    let lasts = |p: &mut Points| Some(Delay::Exponential(ExponentialDelay { mean: ms(p, 40) }));
    RandomFaults {
        crash_rate: rate(p),
        downtime: lasts(p),
        partition_rate: rate(p),
        partition_duration: lasts(p),
        one_way_rate: rate(p),
        one_way_duration: lasts(p),
        pause_rate: rate(p),
        pause_duration: lasts(p),
        slow_rate: rate(p),
        slow_duration: lasts(p),
        slow_service: lasts(p),
        until: Some(Duration::from_ns(2_000 * MS)),
    }
}

/// Any scenario with faults, copies and links of all kinds.
fn stormy(p: &mut Points) -> Scenario {
    let mut s = anything(p);
    s.run.livelock = Livelock::Off;
    s.run.horizon = Duration::from_ns(4_000 * MS);
    s.run.max_events = 20_000;
    s.fault.extend(schedule(p, s.cluster.nodes));
    if p.below(2) == 0 {
        s.faults = Faults { random: Some(rates(p)) };
    }
    if p.below(2) == 0 {
        s.network.duplicate = synod::scenario::Probability::new(0.2).expect("a probability");
    }
    if p.below(3) == 0 {
        let link =
            serde_json::json!({ "from": 1, "to": p.below(u64::from(s.cluster.nodes) + 1), "fifo": true });
        s.network.link.push(serde_json::from_value(link).expect("a link"));
    }
    s
}

/// The state of the world as the record tells it.
#[derive(Default)]
struct Weather {
    down: u64,
    paused: u64,
    cut: BTreeMap<u8, u64>,
}

impl Weather {
    fn is_down(&self, node: u8) -> bool {
        node != 0 && self.down >> node & 1 != 0
    }
    fn is_still(&self, node: u8) -> bool {
        node != 0 && (self.paused | self.down) >> node & 1 != 0
    }
    fn is_cut(&self, from: u8, to: u8) -> bool {
        self.cut.get(&from).is_some_and(|cut| cut >> to & 1 != 0)
    }

    /// What the event changes in it.
    fn take(&mut self, event: &Event) {
        match event {
            Event::Crashed { node } => {
                self.down |= 1 << node;
                self.paused &= !(1 << node);
            }
            Event::Restarted { node } => self.down &= !(1 << node),
            Event::Paused { node } => self.paused |= 1 << node,
            Event::Resumed { node } => self.paused &= !(1 << node),
            Event::Cut { from, to } => {
                self.cut.insert(*from, to.0);
            }
            _ => {}
        }
    }
}

/// What is under way, by name: how many messages fly, and how many wait at a node.
#[derive(Default)]
struct Traffic(BTreeMap<MessageId, (i64, i64)>);

impl Traffic {
    /// What the event changes in it, in an instant in which a node `resumes` or not: whether the message had waited, and
    /// whether more of it arrive than were sent.
    fn take(&mut self, event: &Event, resumes: bool) -> (bool, bool) {
        let (Event::Sent { message, .. }
        | Event::Duplicated { message, .. }
        | Event::Delivered { message }
        | Event::Queued { message }
        | Event::Dropped { message, .. }) = event
        else {
            return (false, false);
        };
        let (flies, waits) = self.0.entry(message.id).or_default();
        let had_waited = *waits > 0;
        match event {
            Event::Sent { lost, .. } => *flies += i64::from(!lost),
            Event::Duplicated { .. } => *flies += 1,
            // What has waited out a pause may wait again at a slow node.
            Event::Queued { .. } if resumes && had_waited => {}
            Event::Queued { .. } if *flies > 0 => (*flies, *waits) = (*flies - 1, *waits + 1),
            Event::Queued { .. } => {}
            // A crash loses what waits before anything else can arrive.
            Event::Dropped { why, .. } if !had_waited || *why != Loss::Down => *flies -= 1,
            Event::Delivered { .. } if !had_waited => *flies -= 1,
            _ => *waits -= 1,
        }
        (had_waited, *flies < 0)
    }
}

/// The first thing in the record that the weather forbids.
fn broken(scenario: &Scenario, record: &Record) -> Option<String> {
    let mut weather = Weather::default();
    let mut traffic = Traffic::default();
    let mut resumed_at = None;
    let home = |p: u8| scenario.proposer[usize::from(p)].node;
    let ends =
        |id: &MessageId| if id.reply { (id.node, home(id.proposer)) } else { (home(id.proposer), id.node) };
    for (i, (at, event)) in record.events.iter().enumerate() {
        weather.take(event);
        if let Event::Resumed { .. } = event {
            resumed_at = Some(*at);
        }
        let (had_waited, too_often) = traffic.take(event, resumed_at == Some(*at));
        let why = match event {
            Event::Sent { message, lost, .. } => {
                let (from, to) = ends(&message.id);
                (weather.is_still(from))
                    .then_some("a node in trouble sends")
                    .or((!lost && weather.is_cut(from, to)).then_some("sent into a cut"))
            }
            Event::Delivered { message } => {
                let (from, to) = ends(&message.id);
                let cut = !had_waited && weather.is_cut(from, to);
                too_often
                    .then_some("delivered too often")
                    .or(weather.is_still(to).then_some("delivered to a node in trouble"))
                    .or(cut.then_some("delivered through a cut"))
            }
            Event::Dropped { .. } => too_often.then_some("dropped too often"),
            Event::Promised { node, .. } | Event::Voted { node, .. } | Event::Read { node, .. } => {
                weather.is_still(*node).then_some("a node in trouble acts")
            }
            Event::Started { proposer, .. }
            | Event::Failed { proposer, .. }
            | Event::Learned { proposer, .. } => {
                weather.is_still(home(*proposer)).then_some("a proposer in trouble acts")
            }
            Event::Aborted { proposer, .. } => {
                (!weather.is_down(home(*proposer))).then_some("aborted without a crash")
            }
            _ => None,
        };
        if let Some(why) = why {
            return Some(format!("event {i} at {at} ns, {event:?}: {why}"));
        }
    }
    None
}

/// Counts and hazards, counted again from the record alone.
fn recount(scenario: &Scenario, record: &Record) -> ([u32; 4], [u32; 3]) {
    let (_, accepts) = scenario.cluster.quorum_sizes();
    let mut votes: BTreeMap<(u64, u16), Vec<u8>> = BTreeMap::new();
    let (mut chosen, mut failed) = (None, Vec::new());
    let (mut counts, mut hazards) = ([0; 4], [0; 3]);
    for (_, event) in &record.events {
        match event {
            Event::Voted { node, ballot, value } => {
                let votes = votes.entry((ballot.0, *value)).or_default();
                votes.push(*node);
                votes.sort_unstable();
                votes.dedup();
                if chosen.is_none() && votes.len() >= usize::from(accepts) {
                    chosen = Some(*value);
                }
            }
            Event::Read { value, .. } => {
                hazards[0] += u32::from(value.is_some() && *value != chosen);
                hazards[2] += u32::from(chosen.is_some() && *value != chosen);
            }
            Event::Answered { submission, answer: Answer::Failed { .. }, .. } => failed.push(*submission),
            Event::Sent { lost, .. } => {
                counts[0] += 1;
                counts[1] += u32::from(*lost);
            }
            Event::Dropped { copy, .. } => counts[1] += u32::from(!copy),
            Event::Duplicated { .. } => counts[2] += 1,
            Event::Started { .. } => counts[3] += 1,
            _ => {}
        }
    }
    hazards[1] = u32::from(chosen.is_some_and(|value| failed.contains(&value)));
    (counts, hazards)
}

#[test]
fn storms_keep_the_laws_and_safety_holds() {
    let mut points = Points(23);
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let (mut hazards, mut violated) = ([0u32; 3], 0);
    for seed in 0..runs(0.1) {
        let scenario = stormy(&mut points);
        let record = run(&scenario, seed);
        let which = || serde_json::to_string(&scenario).expect("a scenario");
        assert_eq!(broken(&scenario, &record), None, "seed {seed} of {}", which());
        let o = &record.outcome;
        let counts = [o.messages_sent, o.messages_lost, o.duplicates, o.attempts];
        assert_eq!(recount(&scenario, &record), (counts, o.hazards), "seed {seed} of {}", which());
        violated += u32::from(!o.violated.is_empty());
        assert!(o.violated.is_empty(), "seed {seed} of {}", which());
        hazards = [0, 1, 2].map(|i| hazards[i] + o.hazards[i].min(1));
        for (_, event) in &record.events {
            let kind = format!("{event:?}").split([' ', '{']).next().unwrap_or_default().to_owned();
            *seen.entry(kind).or_default() += 1;
        }
    }
    println!("{violated} violated; hazards {hazards:?}; {seen:?}");
    for kind in
        ["Crashed", "Restarted", "Paused", "Resumed", "Slowed", "ClockRate", "Cut", "Duplicated", "Dropped"]
    {
        assert!(seen.get(kind).is_some_and(|n| *n > 100), "{kind}: {seen:?}");
    }
    for kind in ["Queued", "Aborted", "Abandoned", "CallFailed", "ReadFailed", "NodeLearned"] {
        assert!(seen.get(kind).is_some_and(|n| *n > 30), "{kind}: {seen:?}");
    }
    assert!(hazards.iter().all(|&n| n > 10), "{hazards:?}");
}

/// The checks above find what they are there for.
#[test]
fn a_damaged_record_is_found_out() {
    let mut points = Points(23);
    let (mut found, mut tried) = (0, 0);
    for seed in 0..200 {
        let scenario = stormy(&mut points);
        let record = run(&scenario, seed);
        for (i, (_, event)) in record.events.iter().enumerate() {
            if matches!(event, Event::Restarted { .. } | Event::Resumed { .. }) {
                let mut damaged = record.clone();
                damaged.events.remove(i);
                tried += 1;
                found += u32::from(broken(&scenario, &damaged).is_some());
            }
        }
    }
    assert!(tried > 100 && found * 4 > tried, "{found} of {tried}");
}

#[test]
fn a_drawn_schedule_pasted_back_gives_the_same_run() {
    let mut points = Points(29);
    let mut drawn = 0;
    for seed in 0..runs(0.02) {
        let mut scenario = stormy(&mut points);
        scenario.faults = Faults { random: Some(rates(&mut points)) };
        scenario.fault.retain(|fault| fault.unreachable.is_some());
        let one = run(&scenario, seed);
        drawn += one.drawn_faults.len();
        // By way of text, as a person would do it.
        let pasted: String = one.drawn_faults.iter().map(Fault::to_toml).collect();
        let pasted = format!("{pasted}[[proposer]]\nname = \"A\"\nnode = 1\n[cluster]\nnodes = 63\n");
        let pasted = Scenario::parse(&pasted, "pasted.toml").unwrap_or_else(|error| panic!("{error}"));
        scenario.faults = Faults::default();
        scenario.fault.extend(pasted.fault);
        let other = run(&scenario, seed);
        assert_eq!(story(&one), story(&other), "seed {seed}");
        assert_eq!(result(&one), result(&other), "seed {seed}");
    }
    assert!(drawn > 1000, "{drawn}");
}

/// Crashes come at their rate: so many in so much time that their node is up.
#[test]
fn faults_come_at_their_rate() {
    let scenario = super::scenario(
        r#"
proposer = [{ name = "A", node = 1, start = { constant = "9s" } }]
run = { horizon = "10s" }
[faults.random]
crash_rate = 2
downtime = { constant = "250ms" }
partition_rate = 4
partition_duration = { constant = "50ms" }
"#,
    );
    let (mut crashes, mut partitions) = (0u64, 0u64);
    let seeds = 300;
    for seed in 0..seeds {
        for fault in run(&scenario, seed).drawn_faults.iter().filter(|fault| fault.at.ns() < 9_000 * MS) {
            crashes += u64::from(fault.crash.is_some());
            partitions += u64::from(fault.partition.is_some());
        }
    }
    // Renewal theory: n(t) is about t / (gap + duration), with a variance of that times (gap's share)².
    for (found, gap, lasts, sources) in [(crashes, 0.5, 0.25, 3.0), (partitions, 0.25, 0.05, 1.0)] {
        let cycle: f64 = gap + lasts;
        let share = gap / cycle;
        let mean = sources * seeds as f64 * (9.0 / cycle + (share * share - 1.0) / 2.0 + lasts / cycle);
        let error = (sources * seeds as f64 * 9.0 / cycle * share * share).sqrt();
        // The correction for the end is asymptotic: one standard error more.
        assert!((found as f64 - mean).abs() < 5.0 * error, "{found}, expected {mean} ± {error}");
    }
}
