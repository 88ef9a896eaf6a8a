//! The built-in as somebody's own node gives the built-in's runs.

use synod::own::file::NodeFile;
use synod::own::{Begin, Body, Effect, Effects, Input, Map, Nodes, What};
use synod::run::known::RUNS;
use synod::run::{Change, Deviations, Plan, Record, Run, Simulator, Subject};
use synod::scenario::model::{Handlers, Livelock, Mutant, Retry};
use synod::scenario::{Scenario, shipped};
use synod::trace::{Blind, DigestObserver, Event, Recorder, StopReason};

use super::builtin::{Builtin, MAP, value};

/// Plays a seed with these nodes.
pub fn play(run: &mut Run<'_>, nodes: &mut impl Nodes, seed: u64, recorder: &mut Recorder) {
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

pub fn map(values: &[Body]) -> Map {
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
pub fn excuse(scenario: &Scenario) -> Option<&'static str> {
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

/// The built-in as own nodes in this scenario, ready to run.
fn as_own<'p>(scenario: &Scenario, plan: &'p Plan) -> (Run<'p>, Builtin) {
    let submissions = plan.submissions().to_vec();
    let values: Vec<_> = (0..submissions.len() as u16).map(value).collect();
    (Run::new(plan, map(&values), values), Builtin::new(scenario, plan.rules(), &submissions))
}

/// Deviations of every kind that a run has, each alone: its messages lost, late, of another delay, doubled; its starts and waits.
fn deviations_of(events: &[(u64, Event)]) -> Vec<Deviations> {
    let none = Deviations::default();
    let mut all = vec![none.with(Subject::Start(0), Change::Takes(7_000_000))];
    for (i, (_, event)) in events.iter().enumerate() {
        match *event {
            Event::Sent { message, .. } => {
                let lost = [Change::Lost, Change::LostAfter(3_000_000)][i % 2];
                let change = [lost, Change::Takes(40_000_000), Change::Kept][i % 3];
                all.push(none.with(Subject::Fate(message.id, 1), change));
                if i % 4 == 0 {
                    all.push(none.with(Subject::Copy(message.id, 1), Change::Takes(9_000_000)));
                }
            }
            Event::Delivered { message } => {
                all.push(none.with(Subject::Arrival(message.id, 1), Change::Late))
            }
            Event::RetryAfter { proposer, .. } => {
                all.push(none.with(Subject::Wait(proposer, 1), Change::Takes(5_000_000)));
            }
            _ => {}
        }
    }
    all
}

/// Asserts that a run with deviations is the built-in's; whether they change anything.
fn deviates_alike(scenario: &Scenario, plan: &Plan, as_drawn: &Record, wanted: &Deviations) -> bool {
    let seed = as_drawn.seed;
    let theirs = Record::with(scenario, seed, wanted).expect("it can be run");
    let (mut run, mut nodes) = as_own(scenario, plan);
    run.deviate(wanted.clone());
    let mut ours = Recorder::default();
    play(&mut run, &mut nodes, seed, &mut ours);
    let at = theirs.events.iter().zip(&ours.events).position(|(a, b)| a != b);
    let place = at.unwrap_or(theirs.events.len().min(ours.events.len()));
    assert!(
        theirs.events == ours.events,
        "{} {seed} {wanted}: {:?}\n{:?}",
        scenario.title,
        theirs.events.get(place),
        ours.events.get(place)
    );
    theirs.events != as_drawn.events
}

#[test]
fn deviations_do_the_same_to_own_nodes_as_to_the_built_in() {
    for (name, seeds) in
        [("lab2-exponential", 3), ("w2", 2), ("random-retry", 1), ("duplicates", 1), ("pause", 1)]
    {
        let shipped = shipped::find(name).expect("it");
        let mut scenario = Scenario::parse(shipped.text, name).expect("it parses");
        scenario.run.livelock = Livelock::Off;
        let calm = synod::run::calm(&scenario, false, false).expect("it has a calm run");
        let plans = [&scenario, &calm].map(|it| Plan::new(it).expect("it can be run"));
        let mut changed = 0;
        for seed in 0..seeds {
            let as_drawn = Record::of(&scenario, seed).expect("it can be run");
            for (i, wanted) in deviations_of(&as_drawn.events).into_iter().take(60).enumerate() {
                let is_calm = i % 5 == 4;
                let wanted = if is_calm { format!("calm,{wanted}") } else { wanted.to_string() };
                let wanted = wanted.parse().expect("deviations");
                changed +=
                    u32::from(deviates_alike(&scenario, &plans[usize::from(is_calm)], &as_drawn, &wanted));
            }
        }
        assert!(changed > 8, "{name}: {changed} deviations change anything");
    }
}

/// To the bit.
#[test]
fn the_built_in_as_an_own_node_gives_the_known_runs() {
    let mut same = 0;
    for (shipped, scenario) in scenarios() {
        let plan = Plan::new(&scenario).expect("it can be run");
        let (mut run, mut nodes) = as_own(&scenario, &plan);
        for (seed, wanted) in known(shipped) {
            let mut ours = Recorder::default();
            play(&mut run, &mut nodes, seed, &mut ours);
            assert_eq!(digest(shipped, seed, &ours), wanted, "{} {seed}", shipped.name);
            same += 1;
        }
    }
    assert!(same > 100, "{same} runs");
}

/// The digest of a run of a scenario as it comes along.
pub fn digest(shipped: &shipped::Shipped, seed: u64, recorder: &Recorder) -> String {
    let scenario = Scenario::parse(shipped.text, shipped.name).expect("it parses");
    let mut digest = DigestObserver::new(synod::scenario::hash(&scenario).0, seed);
    for (at, event) in &recorder.events {
        synod::trace::Observer::on(&mut digest, *at, event);
    }
    digest.finish().to_string()
}

/// The known runs of a scenario, by seed and digest, but for those that the built-in leaves where it proves that they go round for ever.
pub fn known(shipped: &shipped::Shipped) -> Vec<(u64, String)> {
    let scenario = Scenario::parse(shipped.text, shipped.name).expect("it parses");
    let plan = Plan::new(&scenario).expect("it can be run");
    let mut simulator = Simulator::new(&plan);
    let words = RUNS.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    let of_name = words.filter(|words| words[0] == shipped.name);
    let all = of_name.map(|words| (words[1].parse().expect("a seed"), words[2].to_owned()));
    all.filter(|(seed, _)| simulator.run(*seed, &mut Blind).stopped != StopReason::Cycle).collect()
}

/// The scenarios that come along and in which the built-in can be run as own nodes, without proofs.
pub fn scenarios() -> Vec<(&'static shipped::Shipped, Scenario)> {
    let parsed = shipped::ALL.iter().map(|shipped| {
        let mut scenario = Scenario::parse(shipped.text, shipped.name).expect("it parses");
        scenario.run.livelock = Livelock::Off;
        (shipped, scenario)
    });
    parsed.filter(|(_, scenario)| excuse(scenario).is_none()).collect()
}

#[test]
fn the_built_in_as_an_own_node_gives_its_own_runs() {
    let mut different = Vec::new();
    for (shipped, scenario) in scenarios() {
        let plan = Plan::new(&scenario).expect("it can be run");
        let (mut run, mut nodes) = as_own(&scenario, &plan);
        let mut simulator = Simulator::new(&plan);
        for seed in 0..20 {
            let (mut theirs, mut ours) = (Recorder::default(), Recorder::default());
            let expected = simulator.run(seed, &mut theirs).clone();
            play(&mut run, &mut nodes, seed, &mut ours);
            if theirs.events != ours.events || &expected != run.outcome() {
                let at = theirs.events.iter().zip(&ours.events).position(|(a, b)| a != b);
                let at = at.unwrap_or(theirs.events.len().min(ours.events.len()));
                println!("{} {seed}: {:?}\n{:?}", shipped.name, theirs.events.get(at), ours.events.get(at));
                different.push((shipped.name, seed));
            }
        }
    }
    assert!(different.is_empty(), "{different:?}");
}
