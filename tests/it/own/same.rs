//! The built-in as somebody's own node gives the built-in's runs.

use synod::own::file::NodeFile;
use synod::own::{Begin, Body, Effect, Effects, Input, Map, Nodes, What};
use synod::run::{Plan, Run, Simulator};
use synod::scenario::model::{Handlers, Livelock, Mutant, Retry};
use synod::scenario::{Scenario, shipped};
use synod::trace::{Digest, DigestObserver, Recorder};

use super::builtin::{Builtin, MAP, value};

/// Plays a seed with these nodes.
fn play(run: &mut Run<'_>, nodes: &mut impl Nodes, seed: u64, recorder: &mut Recorder) {
    let mut effects = Effects::new();
    let begin = run.begin(seed);
    nodes.reset(&begin, &mut effects);
    run.obey(std::mem::take(&mut effects)).expect("what a node may say");
    while let Some(input) = run.next_input() {
        nodes.step(input, &mut effects);
        run.obey(std::mem::take(&mut effects)).expect("what a node may say");
    }
    run.show(recorder);
}

fn map(values: &[Body]) -> Map {
    let file = NodeFile::parse(MAP, "built-in.toml").expect("a node's file");
    Map::new(&file, values).expect("values that differ")
}

fn crashes(scenario: &Scenario) -> bool {
    let drawn = scenario.faults.random.as_ref().is_some_and(|it| it.crash_rate.is_some());
    drawn || scenario.fault.iter().any(|fault| fault.crash.is_some())
}

/// Node 1 calls node 2, whose handler raises an error; node 1 tells its client what it heard.
struct Raises;

impl Nodes for Raises {
    fn reset(&mut self, _begin: &Begin, _out: &mut Effects) {}

    fn step(&mut self, input: &Input, out: &mut Effects) {
        let effect = match &input.what {
            What::Submit { id: 0, .. } => Effect::Call { id: 7, to: 2, body: Body::Null, timeout_ns: None },
            What::Request { id, .. } => Effect::Raise { request: *id, text: "no such number".to_owned() },
            What::Failed { call: 7, why } => {
                Effect::Told { submission: 0, answer: Ok(Body::from(format!("{why:?}"))) }
            }
            _ => return,
        };
        out.push((input.node, effect));
    }
}

#[test]
fn an_error_that_a_handler_raises_ends_the_call_as_an_error() {
    let scenario = Scenario::parse(shipped::find("lab2").expect("it").text, "lab2").expect("it parses");
    let plan = Plan::new(&scenario).expect("it can be run");
    let values = [value(0), value(1)];
    let mut run = Run::new(&plan, map(&values), values.to_vec());
    play(&mut run, &mut Raises, 7, &mut Recorder::default());
    let told = run.replies().get(&0).map(String::as_str);
    assert_eq!(told, Some("Raised(\"no such number\")"));
}

/// Why the built-in cannot be run as own nodes in this scenario; none if it can.
fn excuse(scenario: &Scenario) -> Option<&'static str> {
    let of_one_node = |node| scenario.proposer.iter().filter(|it| it.node == node).count();
    if scenario.script.is_some() {
        Some("a script delivers")
    } else if scenario.proposer.iter().any(|it| it.node == 0) {
        Some("a proposer on no node")
    } else if scenario.protocol.mutant != Mutant::None || scenario.protocol.handlers != Handlers::Atomic {
        Some("a deliberate bug")
    } else if scenario.proposer.iter().any(|it| of_one_node(it.node) > 1) {
        Some("several proposers on a node")
    } else if scenario.protocol.retry != Retry::None && crashes(scenario) {
        Some("the built-in's client waits for a restart")
    } else {
        None
    }
}

fn digest(recorder: &Recorder) -> Digest {
    let mut digest = DigestObserver::new(0, 0);
    for (at, event) in &recorder.events {
        synod::trace::Observer::on(&mut digest, *at, event);
    }
    digest.finish()
}

#[test]
fn the_built_in_as_an_own_node_gives_its_own_runs() {
    let mut different = Vec::new();
    for shipped in shipped::ALL {
        let mut scenario = Scenario::parse(shipped.text, shipped.name).expect("it parses");
        scenario.run.livelock = Livelock::Off;
        if let Some(why) = excuse(&scenario) {
            println!("{}: {why}", shipped.name);
            continue;
        }
        let plan = Plan::new(&scenario).expect("it can be run");
        let submissions = plan.submissions().to_vec();
        let values: Vec<_> = (0..submissions.len() as u16).map(value).collect();
        let mut run = Run::new(&plan, map(&values), values);
        let mut nodes = Builtin::new(&scenario, plan.rules(), &submissions);
        let mut simulator = Simulator::new(&plan);
        let mut same = 0;
        let mut first = None;
        for seed in 0..20 {
            let (mut theirs, mut ours) = (Recorder::default(), Recorder::default());
            let expected = simulator.run(seed, &mut theirs).clone();
            play(&mut run, &mut nodes, seed, &mut ours);
            if digest(&theirs) == digest(&ours) {
                if &expected == run.outcome() {
                    same += 1;
                } else if first.is_none() {
                    println!("{} {seed}:\n{expected:?}\n{:?}", shipped.name, run.outcome());
                }
            } else if first.is_none() {
                let at = theirs.events.iter().zip(&ours.events).position(|(a, b)| a != b);
                let at = at.unwrap_or(theirs.events.len().min(ours.events.len()));
                first = Some((seed, at, theirs.events.get(at).copied(), ours.events.get(at).copied()));
            }
        }
        println!("{}: {same} of 20 {first:?}", shipped.name);
        if same < 20 {
            different.push(shipped.name);
        }
    }
    assert!(different.is_empty(), "{different:?}");
}
