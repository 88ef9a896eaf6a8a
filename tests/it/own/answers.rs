//! Answers to clients that do not say everything: a success without its value, and a receipt before anything is known.

use serde_json::json;
use synod::own::file::NodeFile;
use synod::own::{After, Begin, Body, Effect, Effects, Input, Map, Nodes, Report, Told, What};
use synod::run::{Plan, Run};
use synod::scenario::{Scenario, shipped};
use synod::trace::{Answer, Recorder};

use super::builtin::{MAP, value};
use super::same::play;

fn map(told: &str, values: &[Body]) -> Map {
    let told = format!("told = {{ {told} }}");
    let mut lines: Vec<&str> = MAP.lines().filter(|line| !line.trim().starts_with("told")).collect();
    lines.push(&told);
    let file = NodeFile::parse(&lines.join("\n"), "mine.toml").expect("a node's file");
    Map::new(&file, values).expect("values that differ")
}

#[test]
fn a_success_may_leave_its_value_out_and_a_receipt_is_no_answer() {
    let values = [value(0), value(1)];
    let mut texts = map("success = 'yes', failed = 'no', later = 'started'", &values);
    for (said, meaning) in [
        ("yes", Told::Succeeded(None)),
        ("started", Told::Later),
        ("no", Told::Failed { phase: None, count: None }),
        ("what?", Told::Other),
    ] {
        assert_eq!(texts.told(&json!(said)), meaning, "{said}");
    }
    let tables = "success = { where = { \"/ok\" = true } }, later = { where = { \"/ok\" = \"started\" } }";
    let mut tables = map(tables, &values);
    assert_eq!(tables.told(&json!({ "ok": true })), Told::Succeeded(None));
    assert_eq!(tables.told(&json!({ "ok": "started" })), Told::Later);
    assert_eq!(tables.told(&json!({ "ok": false })), Told::Other);
}

/// Tells its client at once that the work has begun, and learns the other's value 5 ms later; or learns nothing.
struct Starts {
    learns: bool,
}

impl Nodes for Starts {
    fn reset(&mut self, _begin: &Begin, _out: &mut Effects) {}

    fn step(&mut self, input: &Input, out: &mut Effects) {
        match &input.what {
            What::Submit { id, .. } => {
                let submission = u64::from(*id);
                out.push((input.node, Effect::Told { submission, answer: Ok(json!("started")) }));
                out.push((input.node, Effect::Timer { id: 1, after: After::Exactly(5_000_000), name: None }));
            }
            What::Timer { .. } if self.learns => {
                let learned = Some(value(1));
                out.push((input.node, Effect::State(Report { learned, ..Report::default() })));
            }
            _ => {}
        }
    }
}

#[test]
fn who_is_told_to_wait_is_answered_when_the_node_has_learned() {
    let scenario = Scenario::parse(shipped::find("lab2").expect("it").text, "lab2").expect("it parses");
    let plan = Plan::new(&scenario).expect("it can be run");
    let values = [value(0), value(1)];
    let answers = |learns: bool| {
        let mut run = Run::new(&plan, map("success = 'yes', later = 'started'", &values), values.to_vec());
        play(&mut run, &mut Starts { learns }, 7, &mut Recorder::default());
        let clients = &run.outcome().clients;
        clients.iter().map(|it| it.answer).collect::<Vec<_>>()
    };
    assert_eq!(answers(true), [Some(Answer::Succeeded { value: 1 }); 2]);
    assert_eq!(answers(false), [None; 2]);
}
