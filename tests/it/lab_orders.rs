//! The lab's orders: the enumeration against the engine, order by order; and what it says about pasted output.
//!
//! Absent on purpose: rates; `lab_model` holds those.

use std::collections::{BTreeMap, BTreeSet};

use synod::run::Record;
use synod::run::lab::{Client, Explanation, Mix, Setting, Told, explain_lines, mixes, read, schedule};
use synod::scenario::Scenario;
use synod::trace::Answer;

fn clients(submissions: usize) -> Vec<Client> {
    [("A", 1), ("B", 3)]
        .map(|(name, node)| Client {
            name: name.into(),
            node,
            value: format!("Hello from client{name}"),
            counter: 0,
            submissions,
        })
        .to_vec()
}

fn setting(isolated: &[u8]) -> Setting {
    Setting { nodes: 3, isolated: isolated.to_vec(), clients: clients(1), ..Setting::default() }
}

fn all(setting: &Setting) -> Vec<Mix> {
    let mut all = Vec::new();
    mixes(setting, &|_, _, _| true, &mut |mix| all.push(mix.clone())).expect("not too many");
    all
}

/// The engine's run of an order: what the clients were told, what is chosen, what the files hold.
fn by_the_engine(setting: &Setting, mix: &Mix) -> (Vec<Vec<Told>>, Option<usize>, Vec<Option<usize>>) {
    let schedule = schedule(setting, mix);
    let text = format!(
        "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
         [protocol]\ntransport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n\
         [script]\nschedule = \"{schedule}\"\n"
    );
    let scenario = Scenario::parse(&text, "order.toml").unwrap_or_else(|error| panic!("{schedule}\n{error}"));
    let record = Record::of(&scenario, 0).unwrap_or_else(|error| panic!("{schedule}\n{error}"));
    let told = |client: &synod::check::Client| match client.answer {
        Some(Answer::Succeeded { value }) => vec![Told::Succeeded(usize::from(value))],
        Some(Answer::Failed { phase, count }) => vec![Told::Failed(phase, usize::from(count))],
        None => panic!("{schedule}: no answer"),
    };
    let files = (1..=3).map(|node| record.votes.of(node).map(|vote| usize::from(vote.1))).collect();
    (record.outcome.clients.iter().map(told).collect(), record.outcome.winner.map(usize::from), files)
}

#[test]
fn the_engine_plays_every_order_to_the_same_end() {
    let mut orders = 0;
    for isolated in [&[][..], &[1], &[2], &[3], &[2, 3]] {
        let setting = setting(isolated);
        for mix in all(&setting) {
            let (told, chosen, files) = by_the_engine(&setting, &mix);
            let ours = (mix.ending.told.clone(), mix.ending.chosen, mix.ending.files.clone());
            assert_eq!((told, chosen, files), ours, "without {isolated:?}: {}", schedule(&setting, &mix));
            orders += 1;
        }
    }
    assert!(orders > 657, "{orders}");
}

#[test]
fn no_order_is_walked_twice() {
    for isolated in [&[][..], &[2], &[3]] {
        let all = all(&setting(isolated));
        let different: BTreeSet<_> = all.iter().map(|mix| mix.order.clone()).collect();
        assert_eq!(different.len(), all.len());
    }
    assert_eq!(all(&setting(&[])).len(), 657);
}

#[test]
fn on_a_fresh_cluster_the_higher_number_succeeds_and_a_value_is_chosen() {
    let mut answers = BTreeMap::<Told, u64>::new();
    for mix in all(&setting(&[])) {
        assert!(matches!(mix.ending.told[1][0], Told::Succeeded(_)), "B: {mix:?}");
        assert!(mix.ending.chosen.is_some());
        *answers.entry(mix.ending.told[0][0]).or_default() += 1;
    }
    let kinds: Vec<Told> = answers.keys().copied().collect();
    let expected =
        [Told::Succeeded(0), Told::Failed(1, 0), Told::Failed(1, 1), Told::Failed(2, 0), Told::Failed(2, 1)];
    assert_eq!(kinds, expected, "what A can be told: {answers:?}");
}

/// What is found for a pasted text, one reading only.
fn explained(text: &str) -> Vec<Explanation> {
    let lines = read(text, &["A", "B"]).expect("it is the lab's");
    let mut readings = explain_lines(3, &clients(0), &lines).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(readings.len(), 1);
    readings.remove(0).explanations
}

#[test]
fn b_told_only_0_promises_is_no_fresh_cluster_but_a_counter_that_ran_ahead() {
    let found = explained("B: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).");
    assert_eq!(found[0], Explanation::Fresh(None), "none of the orders");
    assert!(!found.iter().any(|it| matches!(it, Explanation::Isolated(_))), "no lost server gives it");
    let earlier = found.iter().find_map(|it| match it {
        Explanation::Earlier(all) => Some(all),
        _ => None,
    });
    let counters: Vec<u64> =
        earlier.expect("the stale counter").iter().map(|f| f.setting.clients[0].counter).collect();
    assert_eq!(counters, [1, 2], "once before and now again, or twice before");
}

#[test]
fn only_1_promises_has_its_causes() {
    let found = explained("clientA\nProposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).\n");
    let Explanation::Fresh(Some(race)) = &found[0] else { panic!("{found:?}") };
    let refused: Vec<Vec<u8>> =
        race.ways.iter().map(|way| way.refused.iter().map(|e| e.node).collect()).collect();
    // Overtaken at both peers, or at the own node and at B's: then node 2 is the one that promised.
    assert_eq!(refused.iter().cloned().collect::<BTreeSet<_>>(), BTreeSet::from([vec![1, 3], vec![2, 3]]));
    assert_eq!(race.ways.iter().map(|way| way.orders).sum::<u64>(), race.orders);
    let Explanation::Isolated(lost) = &found[1] else { panic!("{found:?}") };
    let sets: Vec<&[u8]> = lost.iter().map(|f| &f.setting.isolated[..]).collect();
    assert_eq!(
        sets,
        [&[1][..], &[2, 3], &[2]],
        "A's own server cut off, or both peers gone, or one and a race"
    );
    let always: Vec<bool> = lost.iter().map(|f| f.orders == f.of).collect();
    assert_eq!(always, [true, true, false]);
}

#[test]
fn every_joint_answer_of_an_order_is_explained_by_that_order() {
    let setting = setting(&[]);
    for mix in all(&setting) {
        let line = |client: usize, told: Told| {
            let name = ["A", "B"][client];
            match told {
                Told::Succeeded(whose) => format!(
                    "{name}: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from client{}",
                    ["A", "B"][whose]
                ),
                Told::Failed(1, n) => {
                    format!("{name}: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only {n} promises).")
                }
                Told::Failed(_, n) => {
                    format!("{name}: Proposal Num: 1, SubmitValue FAILED in Phase 2 (only {n} accepts).")
                }
            }
        };
        let text = format!("{}\n{}\n", line(0, mix.ending.told[0][0]), line(1, mix.ending.told[1][0]));
        let lines = read(&text, &["A", "B"]).expect("it is the lab's");
        let question = explain_lines(3, &clients(0), &lines).expect("explained");
        let Explanation::Fresh(Some(finding)) = &question[0].explanations[0] else { panic!("{text}") };
        let places = |e: &synod::run::lab::Execution| mix.order.iter().position(|other| other == e);
        let mut refused = mix.ending.refused.clone();
        refused.sort_unstable();
        let way = finding.ways.iter().find(|way| way.refused == refused).expect("the way it went");
        assert!(
            way.always.iter().all(|fact| places(&fact.first) < places(&fact.then)),
            "{text}: {:?}",
            way.always
        );
    }
}

#[test]
fn lines_that_do_not_say_whose_they_are_are_tried_both_ways() {
    let text = "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).\nProposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientB\n";
    let lines = read(text, &["A", "B"]).expect("it is the lab's");
    let readings = explain_lines(3, &clients(0), &lines).expect("explained");
    let fits: Vec<&[usize]> = readings
        .iter()
        .filter(|r| matches!(r.explanations[0], Explanation::Fresh(Some(_))))
        .map(|r| &r.clients[..])
        .collect();
    assert_eq!(fits, [&[0, 1][..]], "A failed, B succeeded");
}

#[test]
fn gaps_in_the_numbers_and_foreign_values_are_said() {
    let twice = "A: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientA\nA: Proposal Num: 3, SubmitValue SUCCEEDED. Chosen value = Hello from clientA\n";
    let lines = read(twice, &["A", "B"]).expect("it is the lab's");
    let why = explain_lines(3, &clients(0), &lines).expect_err("a line is missing");
    assert!(why.contains("line 2") && why.contains("do not follow"), "{why}");
    let found = explained("A: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = something else");
    assert_eq!(found, [Explanation::Fresh(None)]);
    let many = "A: Proposal Num: 0, SubmitValue SUCCEEDED. Chosen value = x";
    assert!(explain_lines(3, &clients(0), &read(many, &["A", "B"]).expect("read")).is_err());
}
