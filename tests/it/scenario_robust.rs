//! Whatever a file, a flag or an axis holds, reading it ends in a scenario or in a printable message.
//!
//! Absent on purpose: which message (`scenario_errors.rs`).

use proptest::prelude::*;
use synod::scenario::{Document, Scenario, ScenarioError, canonical, hash, shipped};

/// Reads as far as it goes; what was read is whole, what was refused is explained.
fn read(text: &str, name: &str) -> Result<Scenario, ScenarioError> {
    let result = Document::parse(text, name).and_then(|document| {
        let scenario = document.scenario()?;
        for cell in document.cells()?.iter().take(20) {
            drop(cell?);
        }
        Ok(scenario)
    });
    match &result {
        Ok(scenario) => {
            scenario.validate().unwrap_or_else(|error| panic!("{error}\n{text}"));
            let json = serde_json::to_string(scenario).unwrap();
            let back = Scenario::parse(&json, "x.json").unwrap_or_else(|error| panic!("{error}\n{json}"));
            assert_eq!(hash(&back), hash(scenario));
            assert!(!canonical(scenario).is_empty());
        }
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with(name) && !error.message().is_empty(), "{message}");
            assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
        }
    }
    result
}

fn shipped_text() -> impl Strategy<Value = String> {
    prop::sample::select(shipped::ALL).prop_map(|shipped| shipped.text.to_string())
}

/// Pieces that are likely to meet a rule.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "nan",
            "-1",
            "1e400",
            "\"0s\"",
            "\"99999h\"",
            "{",
            "}",
            "[",
            "]",
            "=",
            "\"",
            "'''",
            "#",
            "\n",
            "[[fault]]\n",
            "[sweep.axes]\n",
            "none",
            "true",
            "18446744073709551616",
            "-9223372036854775808",
            "\u{1b}",
            "\u{202e}",
            "0x7f",
            "1979-05-27",
            "é",
            "[network]\n",
            "constant",
            "name",
            "\\u0000",
            "a.b.c = 1\n",
            ",",
        ])
        .prop_map(str::to_string),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn damaged_files_are_read_or_refused(
        text in shipped_text(), damage in prop::collection::vec((0.0..1.0f64, 0usize..30, piece()), 1..4),
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        for (place, length, piece) in damage {
            let start = (place * chars.len() as f64) as usize;
            let end = (start + length).min(chars.len());
            chars.splice(start..end, piece.chars());
        }
        let text: String = chars.into_iter().collect();
        let _ = read(&text, "x.toml");
    }

    #[test]
    fn damaged_json_is_read_or_refused(
        text in shipped_text(), place in 0.0..1.0f64, length in 0usize..10, piece in piece(),
    ) {
        let scenario = Scenario::parse(&text, "x.toml").unwrap();
        let mut chars: Vec<char> = serde_json::to_string(&scenario).unwrap().chars().collect();
        let start = (place * chars.len() as f64) as usize;
        let end = (start + length).min(chars.len());
        chars.splice(start..end, piece.chars());
        let _ = read(&chars.into_iter().collect::<String>(), "x.json");
    }

    #[test]
    fn any_text_is_refused_or_read(text in "\\PC{0,40}") {
        let _ = read(&text, "x.toml");
        let _ = read(&text, "x.json");
    }

    #[test]
    fn any_flag_is_taken_or_refused(
        text in shipped_text(),
        path in prop_oneof![
            "(network|proposer|protocol|run|fault|cluster|expect|sweep)(\\.(A|B|0|1|delay|retry|kind|accept|link|start|fixed|loss|uniform|max|axes)){0,4}",
            "\\PC{0,12}",
        ],
        value in piece(),
    ) {
        let mut document = Document::parse(&text, "x.toml").unwrap();
        let result = document.set(&path, &value).and_then(|()| document.scenario().map(drop));
        if let Err(error) = result {
            let message = error.to_string();
            prop_assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{message:?}");
            prop_assert!(!message.contains("  with --set") || !message.starts_with("--set"), "{message}");
        }
    }
}
