//! Whatever a line holds, reading it ends in effects or in a printable message.

use synod::own::wire::{Limits, Owner, read, read_hello};
use synod::own::{Effects, Trouble};

use crate::support::dice::Dice;
use crate::support::env;

/// Lines that nodes write.
const LINES: &[&str] = &[
    r#"{"hello":{"protocol":1,"kit":"python 1.0","runtime":"CPython","style":"blocking","lanes":64,"stand_ins":["time"]}}"#,
    r#"{"lane":0,"effects":[{"send":2,"body":{"type":"prepare","n":11}},{"call":5,"to":2,"body":null,"timeout":1000}]}"#,
    r#"{"lane":3,"effects":[{"state":{"promised":13,"accepted":[13,"b"],"learned":null,"counter":1}},{"answer":17,"body":[]}]}"#,
    r#"{"lane":3,"effects":[{"timer":9,"between":[0,100],"name":"retry"},{"timer":8,"after":5},{"cancel":9},{"told":0,"raised":"é"}]}"#,
    r#"{"lane":3,"effects":[{"raise":1,"text":"\u00e9\ud83d\ude00"},{"value":2,"body":1.5e300},{"log":"x"},{"hazard":"torn","text":"y"}]}"#,
];

fn mutate(dice: &mut Dice, line: &mut Vec<u8>) {
    const PIECES: &[&str] = &[
        "\"",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "null",
        "-1",
        "1e999",
        "\"node\":",
        "\u{202e}",
        "\\ud800",
        "{\"()\":",
    ];
    let at = dice.roll(line.len() + 1);
    match dice.roll(6) {
        0 => line.truncate(at),
        1 if at < line.len() => line[at] = dice.roll(256) as u8,
        2 if at < line.len() => drop(line.remove(at)),
        3 => drop(line.splice(at..at, PIECES[dice.roll(PIECES.len())].bytes())),
        4 => {
            let other = LINES[dice.roll(LINES.len())].as_bytes();
            let from = dice.roll(other.len());
            let to = from + dice.roll(other.len() - from);
            drop(line.splice(at..at, other[from..to].iter().copied()));
        }
        _ => {
            let piece: Vec<u8> = line[at..line.len().min(at + 9)].to_vec();
            (0..dice.roll(9)).for_each(|_| drop(line.splice(at..at, piece.iter().copied())));
        }
    }
}

#[test]
fn hostile_lines_end_in_effects_or_in_a_message() {
    let from = env::number("SYNOD_FUZZ_FROM").unwrap_or(0);
    let limits = Limits { line_bytes: 1_000, effects: 5 };
    let (mut effects, mut taken) = (Effects::new(), [0_u64; 2]);
    for case in from..from + env::size("SYNOD_FUZZ", 20_000, 1_000_000) {
        let mut dice = Dice(case);
        let mut line = LINES[dice.roll(LINES.len())].as_bytes().to_vec();
        (0..dice.roll(4)).for_each(|_| mutate(&mut dice, &mut line));
        let owner = [Owner::Each, Owner::Node(1), Owner::Node(1), Owner::Nobody][dice.roll(4)];
        let troubles = [read_hello(&line).err(), read(&line, owner, &limits, &mut effects).err()];
        assert!(effects.len() <= limits.effects);
        for (trouble, taken) in troubles.into_iter().zip(&mut taken) {
            match trouble {
                None => *taken += 1,
                Some(wrong) => {
                    let said = Trouble::from(wrong).to_string();
                    let shows = said.chars().all(|c| c == '\n' || synod::text::is_visible(c));
                    assert!(shows && said.len() < 4_000, "case {case}: {said:?}");
                }
            }
        }
    }
    assert!(taken.iter().all(|count| *count > 0), "some are as they should be: {taken:?}");
}
