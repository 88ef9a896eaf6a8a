//! A scenario that is valid means one thing: it survives its own text, it can be run, and nothing in it overflows; and
//! what is not valid is had nowhere.

use proptest::prelude::*;
use synod::run::{Plan, PlanError, Simulator};
use synod::scenario::{
    Cluster, Delay, Duration, EmpiricalDelay, Fault, Link, MixturePart, Probability, Quorum, QuorumSizes,
    Read, ReadReturns, Retry, RetryBackoff, RetryFixed, Scenario, Submit, hash,
};
use synod::sweep::swarm_scenario;
use synod::text::Tree;
use synod::trace::Blind;

const MAX: Duration = Duration::MAX;

fn base() -> Scenario {
    let text = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n[protocol]\n\
                retry = { uniform = { max = \"50ms\" } }\n[network]\ndelay = { exponential = { mean = \"20ms\" } }\n";
    Scenario::parse(text, "base.toml").expect("valid")
}

fn with(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut scenario = base();
    change(&mut scenario);
    scenario
}

/// Clusters, proposers and distributions that break a rule.
fn wild_parts() -> Vec<(&'static str, Scenario)> {
    let names = |count: usize| {
        move |s: &mut Scenario| {
            let one = s.proposer[0].clone();
            s.proposer = (0..count)
                .map(|i| {
                    let mut p = one.clone();
                    p.name = format!("p{i}");
                    p
                })
                .collect();
        }
    };
    let samples = |count: usize| {
        Delay::Empirical(EmpiricalDelay {
            samples: vec![Duration::from_ns(5); count],
            ..EmpiricalDelay::default()
        })
    };
    vec![
        ("nodes 0", with(|s| s.cluster.nodes = 0)),
        ("nodes 255", with(|s| s.cluster.nodes = 255)),
        ("nodes 64", with(|s| s.cluster.nodes = 64)),
        ("proposer on 3 of 2", with(|s| s.cluster.nodes = 2)),
        ("proposer on 9", with(|s| s.proposer[1].node = 9)),
        ("no proposer", with(|s| s.proposer.clear())),
        ("65 proposers", with(names(65))),
        ("300 proposers", with(names(300))),
        ("equal names", with(|s| s.proposer[1].name = "A".into())),
        ("empty name", with(|s| s.proposer[1].name = String::new())),
        ("mixture of nothing", with(|s| s.network.delay = Delay::Mixture(Vec::new()))),
        (
            "mixture of weight 0",
            with(|s| {
                s.network.delay =
                    Delay::Mixture(vec![MixturePart { weight: 0.0, delay: Delay::Constant(MAX) }])
            }),
        ),
        ("20,001 samples", with(|s| s.network.delay = samples(20_001))),
        ("no samples", with(|s| s.network.delay = samples(0))),
        (
            "quorums 0 + 0",
            with(|s| {
                s.cluster = Cluster {
                    quorum: Quorum::Sizes(QuorumSizes { prepare: 0, accept: 0 }),
                    unsafe_: true,
                    ..s.cluster.clone()
                }
            }),
        ),
        (
            "quorums 200 + 200",
            with(|s| s.cluster.quorum = Quorum::Sizes(QuorumSizes { prepare: 200, accept: 200 })),
        ),
    ]
}

/// Times that no file may name.
fn wild_times() -> Vec<(&'static str, Scenario)> {
    let never = Duration::from_ns(u64::MAX);
    vec![
        ("phase time-out", with(|s| s.protocol.phase_timeout = Some(never))),
        ("attempt time-out", with(|s| s.protocol.attempt_timeout = Some(never))),
        (
            "rpc time-out",
            with(|s| {
                s.protocol.transport = synod::scenario::Transport::Sequential;
                s.protocol.rpc_timeout = Some(never);
            }),
        ),
        ("retry", with(|s| s.protocol.retry = Retry::Fixed(RetryFixed { delay: never }))),
        ("horizon", with(|s| s.run.horizon = never)),
        (
            "read every",
            with(|s| {
                s.read = vec![Read { node: 1, at: MAX, every: Some(never), returns: ReadReturns::Learned }]
            }),
        ),
        ("fault", with(|s| s.fault = vec![Fault::crash(never, vec![1])])),
        ("start", with(|s| s.proposer[0].start = Delay::Constant(never))),
        (
            "one sample",
            with(|s| {
                s.network.delay =
                    Delay::Empirical(EmpiricalDelay { samples: vec![never], ..EmpiricalDelay::default() })
            }),
        ),
        (
            "submission",
            with(|s| s.submit = vec![Submit { proposer: "A".into(), value: "x".into(), at: never }]),
        ),
        (
            "submission to nobody",
            with(|s| s.submit = vec![Submit { proposer: "Z".into(), value: "x".into(), at: MAX }]),
        ),
    ]
}

/// Every way to be invalid is an error of `validate`, of a plan, and of serde.
#[test]
fn what_is_not_valid_is_neither_planned_nor_deserialized() {
    for (what, scenario) in wild_parts().into_iter().chain(wild_times()) {
        let error = scenario.validate().expect_err(what).to_string();
        match Plan::new(&scenario) {
            Err(PlanError::Invalid(why)) => assert_eq!(why.to_string(), error, "{what}"),
            other => panic!("{what}: {:?}", other.map(drop)),
        }
        let text = serde_json::to_string(&scenario).expect("plain data");
        assert!(serde_json::from_str::<Scenario>(&text).is_err(), "{what}");
        assert!(Scenario::parse(&scenario.to_toml(), "again.toml").is_err(), "{what}");
    }
}

/// A time-out that is never reached changes nothing, whatever arithmetic the build has.
#[test]
fn the_longest_time_outs_change_no_outcome() {
    let run = |scenario: &Scenario, seed: u64| {
        let plan = Plan::new(scenario).expect("valid");
        Simulator::new(&plan).run(seed, &mut Blind).clone()
    };
    let long: [fn(&mut Scenario); 3] = [
        |s| s.protocol.phase_timeout = Some(MAX),
        |s| s.protocol.attempt_timeout = Some(MAX),
        |s| s.run.horizon = MAX,
    ];
    for seed in 0..20 {
        let plain = run(&base(), seed);
        assert!(plain.chosen.is_some());
        for change in long {
            let long = run(&with(change), seed);
            assert_eq!(
                (long.chosen_at_ns, long.attempts, long.verdict, long.ended_at_ns),
                (plain.chosen_at_ns, plain.attempts, plain.verdict, plain.ended_at_ns)
            );
        }
    }
}

/// Waits that add up beyond every time: a queue of messages each of which takes longer than the horizon.
#[test]
fn times_that_add_up_beyond_every_horizon_never_come_round() {
    let mut scenario = with(|s| {
        s.cluster.nodes = 5;
        s.network.delay = Delay::Constant(Duration::from_ns(1));
        s.fault = vec![
            Fault::slow(Duration::from_ns(0), vec![1, 2, 3, 4, 5], Delay::Constant(MAX)),
            Fault::clock_rate(Duration::from_ns(0), vec![1, 2, 3, 4, 5], 0.001),
        ];
        s.protocol.phase_timeout = Some(Duration::from_ns(10));
        s.protocol.retry = Retry::Fixed(RetryFixed { delay: Duration::from_ns(1) });
        s.run.max_events = 20_000;
    });
    for horizon in [Duration::from_ns(1_000_000_000), MAX] {
        scenario.run.horizon = horizon;
        let plan = Plan::new(&scenario).expect("valid");
        let outcome = Simulator::new(&plan).run(1, &mut Blind).clone();
        assert!(outcome.ended_at_ns <= horizon.ns(), "{outcome:?}");
        assert_eq!(outcome.chosen, None, "{outcome:?}");
    }
}

fn extreme() -> impl Strategy<Value = Duration> {
    prop_oneof![
        Just(Duration::from_ns(1)),
        Just(MAX),
        Just(Duration::from_ns(MAX.ns() - 1)),
        (1..MAX.ns()).prop_map(Duration::from_ns),
        (1..1_000_000_000u64).prop_map(Duration::from_ns),
    ]
}

fn share() -> impl Strategy<Value = Probability> {
    prop_oneof![Just(0.0), Just(1.0), 0.001..0.999].prop_map(|p| Probability::new(p).expect("a share"))
}

fn delay() -> impl Strategy<Value = Delay> {
    let simple = prop_oneof![
        extreme().prop_map(Delay::Constant),
        (prop::collection::vec(extreme(), 1..4), 0..90_u32).prop_map(|(samples, lost)| {
            let lost = Probability::new(f64::from(lost) / 100.0).expect("a share");
            Delay::Empirical(EmpiricalDelay { samples, lost, ..EmpiricalDelay::default() })
        }),
    ];
    let part = |delay| MixturePart { weight: 0.25, delay };
    prop_oneof![4 => simple, 1 => (extreme(), extreme()).prop_map(move |(a, b)| {
        Delay::Mixture(vec![part(Delay::Constant(a)), part(Delay::Constant(b))])
    })]
}

/// A scenario of the swarm, with extremes in many keys.
fn scenarios() -> impl Strategy<Value = Scenario> {
    let times = (extreme(), extreme(), extreme(), extreme(), extreme(), extreme());
    let more = (delay(), share(), any::<u16>(), 0..2_000_000u64, "\\PC{0,20}", any::<u32>());
    (times, more).prop_map(|((a, b, c, d, e, f), (delay, share, keys, run, text, number))| {
        let mut s = swarm_scenario(run);
        let has = |bit: u16| keys >> bit & 1 != 0;
        let any_name = s.proposer[0].name.clone();
        s.run.max_events = 3000;
        if has(0) {
            s.title = "an \"odd\" title: \\ # é".into();
        }
        if has(1) {
            s.protocol.phase_timeout = Some(a);
        }
        if has(2) {
            s.protocol.attempt_timeout = Some(b);
        }
        if has(3) {
            s.protocol.retry = Retry::Backoff(RetryBackoff { base: c.min(d), cap: c.max(d) });
        }
        if has(4) {
            s.run.horizon = e;
        }
        if has(5) {
            s.read.push(Read { node: 1, at: f, every: Some(a), returns: ReadReturns::default() });
        }
        if has(6) {
            s.network.delay = delay.clone();
        }
        if has(7) {
            s.submit.push(Submit { proposer: any_name.clone(), value: text.clone(), at: b });
        }
        if has(8) {
            s.proposer[0].value = Some(text.clone());
            s.proposer[0].initial_round = number >> 1;
        }
        rarer(&mut s, keys, (a, c, d, e), (delay, share, number));
        s
    })
}

/// Faults, links, shorthands, sweeps and expectations.
fn rarer(
    s: &mut Scenario,
    keys: u16,
    (a, c, d, e): (Duration, Duration, Duration, Duration),
    (delay, share, number): (Delay, Probability, u32),
) {
    let has = |bit: u16| keys >> bit & 1 != 0;
    let any_name = s.proposer[0].name.clone();
    if has(9) {
        s.fault.push(Fault::slow(c, vec![1, 2], Delay::Constant(d)));
        s.fault.push(Fault::clock_rate(a, vec![1], 0.001));
    }
    if has(10) {
        let link = Link {
            from: 1,
            to: 2,
            kind: None,
            delay: Some(delay.clone()),
            loss: Some(share),
            duplicate: Some(share),
            fifo: Some(true),
            from_time: None,
            until_time: Some(e),
        };
        s.network.link.push(link);
    }
    if has(11) {
        s.proposer[0].value = Some(format!("Hello from client {any_name}"));
    }
    if has(12) {
        s.network.node.push(synod::scenario::NodeFate {
            node: 2,
            direction: synod::scenario::Direction::From,
            kind: None,
            delay: Some(delay),
            loss: Some(share),
            duplicate: None,
        });
    }
    if has(13) {
        s.faults.random.get_or_insert_default();
    }
    if has(14) {
        let values = [
            serde_json::json!([{ "name": "X", "node": 1 }]),
            serde_json::json!([{ "name": "Y", "node": 2, "start": { "constant": "1ms" } }]),
        ];
        let mut sweep = synod::scenario::Sweep { seeds: Some(u64::from(number)), ..Default::default() };
        sweep.axes.0.push(("run.horizon".into(), vec![Tree::of("1s"), Tree::of("2s")]));
        sweep.zip.0.push(("proposer".into(), values.iter().map(Tree::of).collect()));
        s.sweep = Some(sweep);
    }
    if has(15) {
        let bounds = synod::scenario::Bounds { min: Some(0.25), max: None };
        let bounds = synod::scenario::Wanted::Within(bounds);
        s.expect = Some(synod::scenario::Expect {
            seeds: Some(7),
            winner: [(any_name, bounds)].into(),
            ..Default::default()
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_valid_scenario_survives_its_own_text_and_runs(scenario in scenarios()) {
        // A few combinations are refused, as a time-out of a scenario that may have none; those say so everywhere.
        let Ok(()) = scenario.validate() else {
            prop_assert!(Scenario::parse(&scenario.to_toml(), "again.toml").is_err());
            return Ok(());
        };
        let text = scenario.to_toml();
        let again = Scenario::parse(&text, "again.toml").map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;
        prop_assert_eq!(&again, &scenario, "{}", text);
        prop_assert_eq!(hash(&again), hash(&scenario));
        let json = serde_json::to_string(&scenario).expect("plain data");
        prop_assert_eq!(&serde_json::from_str::<Scenario>(&json).expect("valid"), &scenario);
        let plan = Plan::new(&scenario).map_err(|why| TestCaseError::fail(why.to_string()))?;
        let outcome = Simulator::new(&plan).run(3, &mut Blind).clone();
        prop_assert!(outcome.ended_at_ns <= scenario.run.horizon.ns());
    }
}

#[test]
fn most_scenarios_that_are_drawn_are_valid() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let drawn = (0..200)
        .filter(|_| scenarios().new_tree(&mut runner).expect("a scenario").current().validate().is_ok());
    let valid = drawn.count();
    assert!(valid > 120, "{valid} of 200 are valid");
}

/// What a node's own delay says is what links say; and a measured loss is a loss.
#[test]
fn shorthands_mean_what_they_are_short_for() {
    let fate = |direction| synod::scenario::NodeFate {
        node: 3,
        direction,
        kind: None,
        delay: Some(Delay::Constant(Duration::from_ns(3_000_000))),
        loss: None,
        duplicate: None,
    };
    use synod::scenario::Direction::{Both, From, To};
    let link = |from, to| Link {
        from,
        to,
        kind: None,
        delay: Some(Delay::Constant(Duration::from_ns(3_000_000))),
        loss: None,
        duplicate: None,
        fifo: None,
        from_time: None,
        until_time: None,
    };
    let outcomes = |scenario: &Scenario| {
        let plan = Plan::new(scenario).expect("valid");
        let mut simulator = Simulator::new(&plan);
        (0..50).map(|seed| simulator.run(seed, &mut Blind).clone()).collect::<Vec<_>>()
    };
    for direction in [Both, From, To] {
        let short = with(|s| s.network.node = vec![fate(direction)]);
        let long = with(|s| {
            for other in [0, 1, 2, 3] {
                if direction != To {
                    s.network.link.push(link(3, other));
                }
                if direction != From {
                    s.network.link.push(link(other, 3));
                }
            }
        });
        assert_eq!(outcomes(&short), outcomes(&long));
        assert_ne!(outcomes(&short), outcomes(&base()));
    }
    let exponential = vec![Duration::from_ns(5_000_000), Duration::from_ns(20_000_000)];
    let half = Probability::new(0.25).expect("a share");
    let measured =
        |lost| Delay::Empirical(EmpiricalDelay { samples: exponential.clone(), lost, ..Default::default() });
    let lost = with(|s| s.network.delay = measured(half));
    let loss = with(|s| {
        s.network.delay = measured(Probability::ZERO);
        s.network.loss = half;
    });
    assert_eq!(outcomes(&lost), outcomes(&loss));
    let both = with(|s| {
        s.network.delay = measured(half);
        s.network.loss = half;
    });
    let once = with(|s| {
        s.network.delay = measured(Probability::ZERO);
        s.network.loss = Probability::new(0.4375).expect("a share");
    });
    assert_eq!(outcomes(&both), outcomes(&once));
}

/// Round trips are halved, and lines without a delay are lost messages, once somebody says so.
#[test]
fn a_file_of_measurements_is_read_as_it_is_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy("tests/data/samples-lost.csv", folder.path().join("m.csv")).expect("a copy");
    let text = |more: &str| {
        format!(
            "[[proposer]]\nname = \"A\"\nnode = 1\n[network]\ndelay = {{ empirical = {{ file = \"m.csv\", column = \"rtt\", unit = \"ms\"{more} }} }}\n"
        )
    };
    let read = |more: &str| {
        std::fs::write(folder.path().join("s.toml"), text(more)).expect("a file");
        synod::scenario::Document::load(folder.path().join("s.toml")).and_then(|document| document.scenario())
    };
    let refused = read("").expect_err("it has lines without a delay").to_string();
    for told in [
        "5 of 8 lines",
        "`0` in 2 lines (3, 9)",
        "nothing in 1 line (5)",
        "`-1` in 1 line (6)",
        "missing = \"lost\"",
    ] {
        assert!(refused.contains(told), "{told}: {refused}");
    }
    let scenario = read(", missing = \"lost\", round_trip = true").expect("said what they are");
    let Delay::Empirical(it) = &scenario.network.delay else { panic!("{:?}", scenario.network.delay) };
    let samples: Vec<u64> = it.samples.iter().map(|it| it.ns()).collect();
    assert_eq!((samples, it.lost.get()), (vec![6_250_000, 6_550_000, 6_450_000], 0.625));
    assert_eq!(Scenario::parse(&scenario.to_toml(), "again.toml").expect("valid"), scenario);
}
