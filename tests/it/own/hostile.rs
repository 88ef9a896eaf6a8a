//! Whatever a node answers, a run goes on or ends in words: no panic, and no more memory than a run may take.

use serde_json::json;
use synod::own::wire::{Limits, Owner, read};
use synod::own::{Ask, Body, Effect, Effects, Trouble};
use synod::run::{Plan, Run};
use synod::scenario::{Scenario, shipped};

use super::builtin::value;
use super::same::map;
use crate::support::dice::Dice;
use crate::support::env;

/// Numbers at which something may end.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "-1",
    "63",
    "64",
    "255",
    "256",
    "65535",
    "65536",
    "4294967295",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "1e308",
    "1e999",
    "0.5",
    "00",
];
const WORDS: &[&str] = &[
    "\"prepare\"",
    "\"promise\"",
    "\"accept\"",
    "\"accepted\"",
    "\"reject\"",
    "\"learn\"",
    "\"value 0\"",
    "\"value 1\"",
    "\"SUCCEEDED value 1\"",
    "\"FAILED 1 0\"",
    "\"FAILED 99999999999999999999 7\"",
    "\"\\u0000\\u202e\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"retry\"",
    "\"\"",
];
const NAMES: &[&str] =
    &["type", "ballot", "about", "value", "of", "()", "", "promised", "accepted", "learned", "counter", "ns"];

/// Some JSON, or nearly; `depth` is how deep it may go on.
fn any(dice: &mut Dice, depth: u32, out: &mut String) {
    let list = |dice: &mut Dice, out: &mut String, named: bool| {
        out.push(if named { '{' } else { '[' });
        for i in 0..dice.roll(4) {
            if i > 0 {
                out.push(',');
            }
            if named {
                out.push_str(&format!("\"{}\":", dice.pick(NAMES)));
            }
            any(dice, depth - 1, out);
        }
        out.push(if named { '}' } else { ']' });
    };
    match dice.roll(if depth == 0 { 7 } else { 9 }) {
        0 => out.push_str("null"),
        1 => out.push_str(dice.pick(&["true", "false", "nul", "NaN"])),
        2..=4 => out.push_str(dice.pick(NUMBERS)),
        5 | 6 => out.push_str(dice.pick(WORDS)),
        7 => list(dice, out, false),
        _ => list(dice, out, true),
    }
}

/// A ballot as the built-in writes it, mostly.
fn ballot(dice: &mut Dice) -> String {
    if dice.one_in(6) {
        return some(dice);
    }
    format!("[{},{}]", dice.pick(&["0", "1", "1", "2", "18446744073709551615"]), 1 + dice.roll(3))
}

fn some(dice: &mut Dice) -> String {
    let mut text = String::new();
    any(dice, 3, &mut text);
    text
}

fn body(dice: &mut Dice) -> String {
    if dice.one_in(4) {
        return some(dice);
    }
    let kind = dice.pick(&WORDS[..6]);
    let (ballot, about, value) = (ballot(dice), ballot(dice), dice.pick(WORDS));
    format!(
        "{{\"type\":{kind},\"ballot\":{ballot},\"about\":{about},\"value\":{value},\"of\":{}}}",
        1 + dice.roll(2)
    )
}

/// A small number, or any.
fn number(dice: &mut Dice) -> String {
    if dice.one_in(8) { dice.pick(NUMBERS).to_owned() } else { dice.roll(4).to_string() }
}

/// An effect, mostly of those that there are.
fn effect(dice: &mut Dice) -> String {
    let n = number(dice);
    let vote = |dice: &mut Dice| match dice.roll(3) {
        0 => "null".to_owned(),
        1 => some(dice),
        _ => format!("[{},{}]", ballot(dice), dice.pick(WORDS)),
    };
    match dice.roll(16) {
        0 | 1 => format!("{{\"send\":{n},\"body\":{}}}", body(dice)),
        2 | 3 => format!("{{\"call\":{n},\"to\":{},\"body\":{}}}", number(dice), body(dice)),
        4 => format!("{{\"call\":{n},\"to\":2,\"body\":{},\"timeout\":{}}}", body(dice), dice.pick(NUMBERS)),
        5 => format!("{{\"answer\":{n},\"body\":{}}}", body(dice)),
        6 => format!("{{\"raise\":{n},\"text\":{}}}", dice.pick(WORDS)),
        7 => format!("{{\"timer\":{n},\"after\":{},\"name\":{}}}", dice.pick(NUMBERS), dice.pick(WORDS)),
        8 => format!(
            "{{\"timer\":{n},\"between\":[{},{}],\"name\":\"retry\"}}",
            number(dice),
            dice.pick(NUMBERS)
        ),
        9 => format!("{{\"cancel\":{n}}}"),
        10 => format!("{{\"state\":{{\"promised\":{},\"accepted\":{}}}}}", ballot(dice), vote(dice)),
        11 => format!("{{\"state\":{{\"learned\":{},\"counter\":{n}}}}}", some(dice)),
        12 => format!("{{\"told\":{n},\"body\":{}}}", some(dice)),
        13 => format!("{{\"told\":{n},\"raised\":{}}}", dice.pick(WORDS)),
        14 => format!("{{\"value\":{n},\"body\":{}}}", some(dice)),
        _ => format!("{{\"{}\":{}}}", dice.pick(NAMES), some(dice)),
    }
}

/// A line that a node answers.
fn line(dice: &mut Dice) -> Vec<u8> {
    let effects: Vec<String> = (0..dice.roll(4)).map(|_| effect(dice)).collect();
    let mut line = format!("{{\"lane\":0,\"effects\":[{}]}}", effects.join(",")).into_bytes();
    match dice.roll(40) {
        // No UTF-8.
        0 => {
            let at = dice.roll(line.len());
            line[at] = 0x80 | dice.roll(128) as u8;
        }
        1 => line.truncate(dice.roll(line.len())),
        2 => line = "[".repeat(dice.roll(2_000)).into_bytes(),
        3 => {
            line =
                b"{\"lane\":0,\"effects\":[{\"log\":".iter().copied().chain("[".repeat(500).bytes()).collect()
        }
        4 => line = vec![dice.roll(256) as u8; dice.roll(5_000)],
        5 => line.splice(0..0, *b"\xef\xbb\xbf").for_each(drop),
        _ => {}
    }
    line
}

/// What becomes of a line: whether it is no answer, makes no sense in its run, or is obeyed.
#[derive(Debug, Default)]
struct Ends {
    unread: u64,
    senseless: u64,
    obeyed: u64,
}

#[test]
fn a_run_outlives_whatever_a_node_answers() {
    let names = ["lab2-exponential", "w2", "weather", "duplicates"];
    let scenarios = names.map(|name| {
        let text = shipped::find(name).expect("it comes along").text;
        Scenario::parse(text, name).expect("it parses")
    });
    let plans = scenarios.map(|scenario| Plan::new(&scenario).expect("it can be run"));
    let lines = env::size("SYNOD_FUZZ", 20_000, 1_000_000);
    let (mut ends, mut case) = (Ends::default(), env::number("SYNOD_FUZZ_FROM").unwrap_or(0));
    while ends.unread + ends.senseless + ends.obeyed < lines {
        case += 1;
        let plan = &plans[case as usize % plans.len()];
        let values: Vec<Body> = (0..plan.submissions().len() as u16).map(value).collect();
        one(&mut Run::new(plan, map(&values), values), case, &mut ends);
    }
    let Ends { unread, senseless, obeyed } = ends;
    assert!([unread, senseless, obeyed].iter().all(|count| *count > lines / 50), "{ends:?}");
}

/// A run whose nodes answer anything, until one may not.
fn one(run: &mut Run<'_>, case: u64, ends: &mut Ends) {
    let (mut dice, limits, mut effects) = (Dice(case), Limits::default(), Effects::new());
    let begin = run.begin(case);
    let mut owner = Owner::of(&Ask::Reset(&begin));
    // Long enough for whatever one answer leads to.
    for _ in 0..200 {
        let line =
            if owner == Owner::Each { b"{\"lane\":0,\"effects\":[]}".to_vec() } else { line(&mut dice) };
        let said = match read(&line, owner, &limits, &mut effects) {
            Ok(_) => run.obey(std::mem::take(&mut effects)).err().inspect(|_| ends.senseless += 1),
            Err(wrong) => Some(Trouble::from(wrong).to_string()).inspect(|_| ends.unread += 1),
        };
        if let Some(said) = said {
            // What the engine says of it is escaped by whoever shows it.
            assert!(said.len() < 10_000, "case {case}: {said}");
            return;
        }
        ends.obeyed += 1;
        match run.next_input() {
            Some(input) => owner = Owner::of(&Ask::Step(input)),
            None => return,
        }
    }
}

/// A node may say much, and not without end: of a run whose messages or effects would take all memory there is only a message.
#[test]
fn a_run_takes_so_much_memory_and_no_more() {
    let text = shipped::find("lab2").expect("it comes along").text;
    let scenario = Scenario::parse(text, "lab2").expect("it parses");
    let plan = Plan::new(&scenario).expect("it can be run");
    let values = [value(0), value(1)];
    let ended_by = |answer: &mut dyn FnMut(u64) -> Effects| {
        let mut run = Run::new(&plan, map(&values), values.to_vec());
        let _ = run.begin(0);
        let mut step = 0;
        let mut said = run.obey(Effects::new());
        while said.is_ok() && run.next_input().is_some() {
            step += 1;
            said = run.obey(answer(step));
        }
        said.err().unwrap_or_default()
    };
    let node = 1;
    let mut timers = |step: u64| -> Effects {
        let after = synod::own::After::Exactly(1);
        let timer = |i| Effect::Timer { id: 10_000 * step + i, after, name: None };
        (0..10_000).map(|i| (node, timer(i))).collect()
    };
    let most = "has more than 262144 messages, calls and timers open at once";
    assert_eq!(ended_by(&mut timers), most);
    let mut words = |step: u64| -> Effects {
        let after = synod::own::After::Exactly(1);
        let cancels = (1..10_000).map(|_| (node, Effect::Cancel { id: 7 }));
        cancels.chain([(node, Effect::Timer { id: step, after, name: None })]).collect()
    };
    assert!(ended_by(&mut words).starts_with("has more than 8388608 effects in one run"));
    let large = Body::String("x".repeat(1_000_000));
    let mut messages = |step: u64| -> Effects {
        let timer = Effect::Timer { id: step, after: synod::own::After::Exactly(1), name: None };
        let sends = (0..3).map(|_| Effect::Send { to: 2, body: json!([large]) });
        sends.chain([timer]).map(|effect| (node, effect)).collect()
    };
    assert!(ended_by(&mut messages).starts_with("has messages under way that take more than 256 MiB"));
}
