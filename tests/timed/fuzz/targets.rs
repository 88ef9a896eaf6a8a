//! What reads: scenario files, tokens, journals, pasted lab output, conditions; each as far as its command goes.
//!
//! Absent on purpose: files, terminals and arguments, which the tests of the commands have.

use synod::report::{Run, assemble, reading_text, summary_json, summary_text};
use synod::run::lab::{Client, explain_lines, read};
use synod::run::{Condition, Plan, Record, Simulator, Token};
use synod::scenario::{Document, Scenario, canonical, hash};
use synod::sweep::journal::{Header, MAGIC, Reader, Writer, decode, kind};
use synod::sweep::{CellResult, Coverage};
use synod::trace::Blind;

use super::corpora;
use super::mutate::change_bytes;
use crate::support::dice::Dice;

/// What became of an input.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It was read, and went so deep.
    Accepted(Vec<&'static str>),
    /// It was refused, with this message.
    Refused(String),
}

/// Something that reads.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub name: &'static str,
    /// The input of a case.
    pub make: fn(&mut Dice) -> Vec<u8>,
    /// Reads it; the dice say how far.
    pub read: fn(&[u8], &mut Dice) -> Verdict,
}

impl Target {
    pub fn input(&self, case: u64) -> Vec<u8> {
        (self.make)(&mut Dice(case))
    }
}

pub static ALL: [&Target; 5] = [&SCENARIOS, &TOKENS, &JOURNALS, &LAB, &CONDITIONS];

pub static SCENARIOS: Target =
    Target { name: "scenarios", make: |dice| corpora::scenarios().mutated(dice), read: scenario };
pub static TOKENS: Target =
    Target { name: "tokens", make: |dice| corpora::tokens().mutated(dice), read: token };
pub static JOURNALS: Target = Target { name: "journals", make: journal_of, read: journal };
pub static LAB: Target =
    Target { name: "pasted lab output", make: |dice| corpora::lab().mutated(dice), read: lab };
pub static CONDITIONS: Target =
    Target { name: "conditions", make: |dice| corpora::conditions().mutated(dice), read: condition };

/// Every message is text that may go to a terminal.
fn refused(message: impl ToString) -> Verdict {
    let message = message.to_string();
    assert!(!message.is_empty() && message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
    Verdict::Refused(message)
}

/// Parsed, validated, hashed, its cells looked at; some are planned, some of those run.
fn scenario(input: &[u8], dice: &mut Dice) -> Verdict {
    let Ok(text) = std::str::from_utf8(input) else { return refused("not UTF-8") };
    let name = if text.trim_start().starts_with('{') { "x.json" } else { "x.toml" };
    let read = Document::parse(text, name).and_then(|mut document| {
        if dice.one_in(4) {
            document.set("network.loss", "0.25")?;
        }
        let scenario = document.scenario()?;
        let cells = document.cells()?;
        for i in [0, cells.len() / 2, cells.len() - 1] {
            cells.get(i).transpose()?;
        }
        Ok((document, scenario))
    });
    let (document, mut scenario) = match read {
        Ok(read) => read,
        Err(error) => return refused(error),
    };
    assert!(!canonical(&scenario).is_empty());
    let mut deep = vec!["validated"];
    if dice.one_in(4) {
        let before = hash(&scenario);
        // Few events: what is looked for is what breaks, not what lasts.
        scenario.run.max_events = scenario.run.max_events.min(2_000);
        match Plan::new(&scenario) {
            Err(error) => return refused(error),
            Ok(_) if dice.one_in(64) => {
                let record = Record::of(&scenario, dice.word());
                assert!(record.is_ok());
                deep.push("recorded");
            }
            Ok(plan) => {
                let mut simulator = Simulator::new(&plan);
                for _ in 0..2 {
                    simulator.run(dice.word(), &mut Blind);
                }
                deep.push("run");
            }
        }
        assert!(document.scenario().is_ok_and(|again| hash(&again) == before));
    }
    Verdict::Accepted(deep)
}

/// Parsed, printed again, and some played.
fn token(input: &[u8], dice: &mut Dice) -> Verdict {
    let Ok(text) = std::str::from_utf8(input) else { return refused("not UTF-8") };
    let token: Token = match text.parse() {
        Ok(token) => token,
        Err(error) => return refused(error),
    };
    let printed = token.to_string();
    assert_eq!(printed.parse::<Token>().as_ref(), Ok(&token), "{printed}");
    let mut deep = vec!["parsed"];
    if dice.one_in(8) {
        let name = dice.pick(&["duel", "lab2", "faults/crash", "textbook/livelock"]);
        let name = if synod::scenario::shipped::find(name).is_some() { name } else { "duel" };
        match Record::with(&corpora::scenario(name), token.seed, &token.deviations) {
            Ok(_) => deep.push("played"),
            Err(error) => return refused(error),
        }
    }
    Verdict::Accepted(deep)
}

/// Conditions are read for one scenario, and asked of runs of it.
fn condition(input: &[u8], dice: &mut Dice) -> Verdict {
    use std::sync::OnceLock;
    static RUNS: OnceLock<(Scenario, Vec<synod::check::Outcome>)> = OnceLock::new();
    let (scenario, outcomes) = RUNS.get_or_init(|| {
        let scenario = corpora::scenario("duel");
        let plan = Plan::new(&scenario).expect("plans");
        let mut simulator = Simulator::new(&plan);
        let outcomes = (0..8).map(|seed| simulator.run(seed, &mut Blind).clone()).collect();
        (scenario, outcomes)
    });
    let Ok(text) = std::str::from_utf8(input) else { return refused("not UTF-8") };
    match Condition::parse(text, scenario) {
        Err(error) => refused(error),
        Ok(condition) => {
            let holds = condition.holds(&outcomes[dice.roll(outcomes.len())]);
            Verdict::Accepted(vec![if holds { "true" } else { "false" }])
        }
    }
}

/// Read; some are explained, which takes a thousand times as long, and put into sentences.
fn lab(input: &[u8], dice: &mut Dice) -> Verdict {
    let text = String::from_utf8_lossy(&input[..input.len().min(1 << 20)]);
    let client = |name: &str, node: u8| Client {
        name: name.to_owned(),
        node,
        value: format!("Hello from client{name}"),
        counter: 0,
        submissions: 0,
    };
    let clients = [client("A", 1), client("B", 3)];
    let lines = match read(&text, &["A", "B"]) {
        Ok(lines) => lines,
        Err(error) => return refused(error),
    };
    if !dice.one_in(16) {
        return Verdict::Accepted(vec!["read"]);
    }
    match explain_lines([3, 3, 3, 5][dice.roll(4)], &clients, &lines) {
        Err(error) => refused(error),
        Ok(readings) => {
            assert!(!reading_text(&clients, &lines, &readings).is_empty());
            Verdict::Accepted(vec!["explained"])
        }
    }
}

/// A journal in which a payload is changed and every checksum is right, or bytes are changed as a disk would.
fn journal_of(dice: &mut Dice) -> Vec<u8> {
    let swept = &corpora::journals()[dice.roll(2)];
    let mut writer = Writer::default();
    let mut bytes = MAGIC.to_vec();
    let changed = dice.roll(swept.parts.len() + 1);
    let is_sound = !dice.one_in(4);
    let mut payloads: Vec<(u8, Vec<u8>)> = vec![(kind::HEADER, swept.header.clone())];
    payloads.extend(swept.parts.iter().map(|part| (kind::PART, part.clone())));
    for _ in 0..1 + dice.roll(3) {
        if is_sound {
            change_payload(&mut payloads[changed].1, dice);
        }
    }
    if dice.one_in(16) {
        payloads[changed].0 = dice.word() as u8;
    }
    if dice.one_in(8) {
        let again = payloads[changed].clone();
        payloads.push(again);
    }
    for (kind, payload) in &payloads {
        bytes.extend(writer.record(*kind, payload));
    }
    if !is_sound {
        for _ in 0..1 + dice.roll(3) {
            change_bytes(&mut bytes, dice);
        }
    }
    bytes
}

/// Bytes, or a whole number of seven bits a byte.
fn change_payload(payload: &mut Vec<u8>, dice: &mut Dice) {
    if dice.one_in(2) {
        return change_bytes(payload, dice);
    }
    const NUMBERS: [u64; 10] = [0, 1, 2, 127, 128, 4_096, u32::MAX as u64, 1 << 57, u64::MAX >> 1, u64::MAX];
    let from = dice.roll(payload.len());
    let end = payload[from..].iter().position(|&b| b < 0x80).map_or(payload.len(), |n| from + n + 1);
    let (mut value, mut number) = (NUMBERS[dice.roll(NUMBERS.len())], Vec::new());
    while value >= 0x80 {
        number.push(value as u8 | 0x80);
        value >>= 7;
    }
    number.push(value as u8);
    payload.splice(from..end, number);
}

/// Read as by whoever goes on with it, and as by a merge; what is believed becomes a report.
fn journal(input: &[u8], dice: &mut Dice) -> Verdict {
    let reader = Reader::new(input).expect("memory");
    let Some(mut reader) = reader else { return refused("no journal") };
    let first = reader.record().expect("memory");
    let Some(header) = first.and_then(|(_, header)| Header::from_bytes(&header)) else {
        return refused("the header is damaged");
    };
    let document = Document::parse(&header.text, &header.name).and_then(|mut document| {
        // It is known to be there or not.
        let _ = document.supply(&header.samples);
        for (path, value) in &header.sets {
            document.set(path, value)?;
        }
        document.scenario().map(|scenario| (document, scenario))
    });
    let (document, scenario) = match document {
        Ok(read) => read,
        Err(error) => return refused(error),
    };
    assert!(!header.command("1/2").is_empty());
    // Which of the two it is of shows in its cells.
    let swept = corpora::journals().iter().find(|swept| swept.jobs.len() as u64 == header.cells);
    let Some(swept) = swept else { return refused("other cells") };
    let ledger = swept.ledger();
    let mut deep = vec!["header"];
    while let Some((kind, payload)) = reader.record().expect("memory") {
        let Some(part) = (kind == kind::PART).then(|| decode(&payload)).flatten() else {
            return refused("an unknown record");
        };
        if let Err(why) = ledger.add(&part) {
            return refused(format!("does not fit: {why}"));
        }
        deep = vec!["header", "parts"];
    }
    if dice.one_in(4) {
        render(&document, &scenario, ledger.close());
        deep.push("rendered");
    }
    Verdict::Accepted(deep)
}

/// The report on what a journal says, believed as it is.
fn render(document: &Document, scenario: &Scenario, results: Vec<CellResult>) {
    let run = Run {
        arguments: "fuzz.toml",
        first_seed: 0,
        seeds: corpora::SEEDS,
        coverage: Coverage::Sample,
        checks: synod::check::Checks::Always,
        until: None,
        bound: None,
        baseline: None,
        nodes: None,
    };
    let Ok(cells) = document.cells() else { return };
    // As many as there are results: what a changed text asks for is refused by the hash of its cells.
    let cells: Vec<_> = cells.iter().take(results.len()).flatten().collect();
    if cells.len() < results.len() || scenario.proposer.len() != 2 || !scenario.submit.is_empty() {
        return;
    }
    let report = assemble(document, scenario, &run, cells.into_iter().zip(results).collect());
    // Sums that no runs have may be refused; they must not do harm.
    assert!(!summary_text(&report, Some(80)).is_empty());
    drop(summary_json(&report));
}
