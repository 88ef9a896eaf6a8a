//! The built-in behind the wire, in a process of its own, gives the built-in's runs: in one lane and in many.
//!
//! The process is this program of tests once more, which runs [`the_node`] alone. As it says itself on stdout what it runs, the wire
//! is at another descriptor.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::sync::Arc;

use serde_json::json;
use synod::check::Checks;
use synod::child::{Command, Process};
use synod::own::{
    After, Begin, Body, CallError, Cluster, Draw, Effect, Effects, Input, Nodes, Report, Trouble, What,
};
use synod::run::{Clusters, OwnNodes, Plan, Simulator};
use synod::scenario::model::Livelock;
use synod::scenario::{Scenario, shipped};
use synod::trace::Recorder;

use super::builtin::{Builtin, value};
use super::same::{digest, known, map, scenarios};
use crate::support::env;

/// Starts this program as nodes in a scenario.
#[derive(Debug)]
struct Behind(Command);

impl Behind {
    /// With so many lanes.
    fn pipe(scenario: &str, lanes: u16) -> Behind {
        let program = std::env::current_exe().expect("its own path").to_string_lossy().into_owned();
        let script = "exec 3>&1 1>&2; exec \"$0\" --exact own::pipe::the_node --ignored --nocapture";
        let words = ["sh", "-c", script, &program];
        let mut command = Command::new(words, env!("CARGO_MANIFEST_DIR"));
        (command.config, command.lanes) = (json!({ "scenario": scenario }), lanes);
        Behind(command)
    }
}

impl Clusters for Behind {
    fn start(&self) -> Result<Box<dyn Cluster>, Trouble> {
        Ok(Box::new(Process::start(&self.0)?))
    }
}

/// The plan of a scenario whose nodes are the built-in behind a pipe.
fn plan(name: &str, scenario: &Scenario, lanes: u16) -> Plan {
    let plan = Plan::new(scenario).expect("it can be run");
    let values: Vec<_> = (0..plan.submissions().len() as u16).map(value).collect();
    let nodes = OwnNodes::new(Arc::new(Behind::pipe(name, lanes)), 0, map(&values), values);
    plan.with_nodes(nodes)
}

/// Plays seeds through a pipe; the first whose digest is not that of the built-in's run, or that is known.
fn differs(name: &str, scenario: &Scenario, lanes: u16, seeds: u64) -> Option<(u64, String)> {
    let shipped = shipped::find(name).expect("it comes along");
    let built_in = Plan::new(scenario).expect("it can be run").watched_by(Checks::All);
    let own = plan(name, scenario, lanes);
    let (mut theirs, mut ours) = (Simulator::new(&built_in), Simulator::new(&own));
    let known = known(&shipped);
    // In one of `w2` a promise comes too late to be heeded that its proposer's own node gave.
    let seeds = known.iter().map(|(seed, _)| *seed).chain([213]).chain(10..10 + seeds);
    seeds.into_iter().find_map(|seed| {
        let (mut of_theirs, mut of_ours) = (Recorder::default(), Recorder::default());
        let broken = theirs.run(seed, &mut of_theirs).violated;
        let is_judged_alike = ours.run(seed, &mut of_ours).violated == broken;
        if let Some(trouble) = ours.trouble() {
            return Some((seed, trouble.to_string()));
        }
        let found = digest(&shipped, seed, &of_ours);
        let is_known = known.iter().find(|(known, _)| *known == seed).is_none_or(|(_, it)| *it == found);
        let is_same = found == digest(&shipped, seed, &of_theirs);
        (!is_known || !is_same || !is_judged_alike).then_some((seed, found))
    })
}

/// Some scenarios, or all; the lanes decide how many runs are asked for at a wake-up, and nothing else.
#[test]
fn behind_a_pipe_it_gives_the_built_ins_runs_in_any_number_of_lanes() {
    let is_long = env::is_long("SYNOD_OWN_SEEDS");
    let seeds = env::size("SYNOD_OWN_SEEDS", 3, 200);
    let some = [("lab2-exponential", 1), ("w2", 16), ("duplicates", 16)];
    let mut played = 0;
    for (shipped, scenario) in scenarios() {
        for lanes in [1, 16].into_iter().filter(|lanes| is_long || some.contains(&(shipped.name, *lanes))) {
            let found = differs(shipped.name, &scenario, lanes, seeds);
            assert_eq!(found, None, "{} in {lanes} lanes", shipped.name);
            played += 1;
        }
    }
    assert!(played >= some.len(), "{played}");
}

/// Or nothing above proves anything.
#[test]
fn other_rules_behind_the_pipe_are_found() {
    let of = |name: &str| {
        let mut scenario = Scenario::parse(shipped::find(name).expect("it").text, name).expect("it parses");
        scenario.run.livelock = Livelock::Off;
        scenario
    };
    let (lab, w2) = (of("lab2-exponential"), of("w2"));
    let (built_in, own) = (Plan::new(&lab).expect("it can be run"), plan("w2", &lab, 16));
    let (mut theirs, mut ours) = (Recorder::default(), Recorder::default());
    Simulator::new(&built_in).run(1, &mut theirs);
    Simulator::new(&own).run(1, &mut ours);
    assert_ne!(theirs.events, ours.events);
    assert_eq!(differs("w2", &w2, 1, 2), None);
}

/// The nodes: what runs behind the pipe, for whoever has opened descriptor 3.
#[test]
#[ignore = "it is started by the tests above"]
fn the_node() {
    let Ok(out) = std::fs::OpenOptions::new().write(true).open("/dev/fd/3") else {
        return eprintln!("skipped: nobody listens at descriptor 3");
    };
    serve(&mut BufReader::new(std::io::stdin().lock()), out);
}

/// Answers until nothing more is asked.
fn serve(input: &mut BufReader<impl std::io::Read>, mut out: impl Write) {
    let (mut lanes, mut pending) = (BTreeMap::new(), Vec::new());
    let mut new = None;
    let mut line = String::new();
    while input.read_line(&mut line).expect("a line") > 0 {
        let asked: Body = serde_json::from_str(&line).expect("JSON");
        line.clear();
        let said = if let Some(hello) = asked.get("hello") {
            let name = hello["config"]["scenario"].as_str().expect("a name").to_owned();
            let text = shipped::find(&name).expect("it comes along").text;
            let mut scenario = Scenario::parse(text, &name).expect("it parses");
            scenario.run.livelock = Livelock::Off;
            let plan = Plan::new(&scenario).expect("it can be run");
            let submissions = plan.submissions().to_vec();
            new = Some(move || Builtin::new(&scenario, plan.rules(), &submissions));
            json!({ "hello": { "protocol": 1, "kit": "built-in", "lanes": 64 } })
        } else {
            let lane = asked["lane"].as_u64().expect("a lane");
            let nodes: &mut Builtin = lanes.entry(lane).or_insert_with(new.as_ref().expect("a hello"));
            let mut effects = Effects::new();
            if let Some(reset) = asked.get("reset") {
                let nodes_there = reset["nodes"].as_array().expect("a list").len() as u8;
                nodes.reset(&Begin { nodes: nodes_there, ..Begin::default() }, &mut effects);
            } else if asked.get("end").is_none() {
                nodes.step(&input_of(&asked), &mut effects);
            }
            let said: Vec<Body> = effects.into_iter().map(|(_, effect)| said(effect)).collect();
            json!({ "lane": lane, "effects": said })
        };
        pending.extend_from_slice(said.to_string().as_bytes());
        pending.push(b'\n');
        if input.buffer().is_empty() {
            out.write_all(&pending).expect("somebody reads");
            pending.clear();
        }
    }
}

/// A question, as the trait has it.
fn input_of(asked: &Body) -> Input {
    let number = |body: &Body| body.as_u64().expect("a number");
    let node = |body: &Body| number(body) as u8;
    let what = if let Some(it) = asked.get("submit") {
        let draws = asked.get("draws").and_then(Body::as_array).into_iter().flatten();
        let draws = draws.map(|it| Draw { ns: number(&it["ns"]), of: number(&it["of"]) }).collect();
        What::Submit { id: number(&it["id"]) as u16, value: it["value"].clone(), draws }
    } else if let Some(it) = asked.get("message") {
        What::Message { from: node(&it["from"]), body: it["body"].clone() }
    } else if let Some(it) = asked.get("request") {
        What::Request { id: number(&it["id"]), from: node(&it["from"]), body: it["body"].clone() }
    } else if let Some(it) = asked.get("reply") {
        What::Reply { call: number(&it["call"]), body: it["body"].clone() }
    } else if let Some(it) = asked.get("failed") {
        let why = match it["why"].as_str().expect("a word") {
            "refused" => CallError::Refused,
            "lost" => CallError::Lost,
            "timeout" => CallError::Timeout,
            "reset" => CallError::Reset,
            _ => CallError::Raised(it["text"].as_str().expect("a text").to_owned()),
        };
        What::Failed { call: number(&it["call"]), why }
    } else if let Some(it) = asked.get("timer") {
        What::Timer { id: number(&it["id"]) }
    } else if let Some(it) = asked.get("read") {
        What::Read { id: number(&it["id"]) }
    } else if asked.get("crash").is_some() {
        What::Crash
    } else {
        assert_eq!(asked["restart"], json!(true), "{asked}");
        What::Restart
    };
    let key = u64::from_str_radix(asked["key"].as_str().expect("a key"), 16).expect("hexadecimal");
    let cause = asked["cause"].as_str().expect("a cause").to_owned();
    Input { at_ns: number(&asked["at"]), node: node(&asked["node"]), cause, key, what }
}

/// An effect, as the wire has it; those that the built-in has.
fn said(effect: Effect) -> Body {
    match effect {
        Effect::Send { to, body } => json!({ "send": to, "body": body }),
        Effect::Call { id, to, body, timeout_ns } => {
            json!({ "call": id, "to": to, "body": body, "timeout": timeout_ns })
        }
        Effect::Answer { request, body } => json!({ "answer": request, "body": body }),
        Effect::Timer { id, after, name } => match after {
            After::Exactly(ns) => json!({ "timer": id, "after": ns, "name": name }),
            After::Between(least, most) => json!({ "timer": id, "between": [least, most], "name": name }),
        },
        Effect::Cancel { id } => json!({ "cancel": id }),
        Effect::State(Report { promised, accepted, learned, counter }) => {
            let mut state = serde_json::Map::new();
            let parts = [("promised", promised), ("accepted", accepted), ("learned", learned)];
            let parts = parts.into_iter().chain([("counter", counter.map(Body::from))]);
            state.extend(parts.filter_map(|(name, part)| Some((name.to_owned(), part?))));
            json!({ "state": state })
        }
        Effect::Told { submission, answer: Ok(body) } => json!({ "told": submission, "body": body }),
        Effect::Value { read, body } => json!({ "value": read, "body": body }),
        other => panic!("the built-in does not do this: {other:?}"),
    }
}
