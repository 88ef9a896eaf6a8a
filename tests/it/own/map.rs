//! What a user's messages, stored values and answers mean.

use proptest::prelude::*;
use serde_json::{Value, json};
use synod::own::Body;
use synod::own::file::NodeFile;
use synod::own::map::{Map, Meaning, Told, UNLISTED};
use synod::trace::{BallotId, Kind};

const NODE: &str = "[node]\nrun = \"./n\"\nfiles = [\"n\"]\n";

const CALLS: &str = r#"
[map]
ballot = "lab"
prepare = { call = "prepare", ballot = 0 }
accept = { call = "accept", ballot = 0, value = 1 }
promise = { of = "prepare", where = { 0 = "promise" }, about = 1, value = 2 }
accepted = { of = "accept", where = { 0 = "accepted" } }
reject = { promised = 1 }
learn = { call = "learn", value = 0 }
told = { success = 'SUCCEEDED. Chosen value = (?<value>.*)$', failed = 'FAILED in Phase (?<phase>\d) \(only (?<count>\d)' }
other = ["ping", "heartbeat"]
"#;

const MESSAGES: &str = r#"
[map]
ballot = "int"
prepare = { type = "prepare", ballot = "/n" }
accept = { type = "accept", ballot = "/n", value = "/v" }
promise = { type = "promise", ballot = "/n", about = "/vote/0", value = "/vote/1" }
accepted = { type = "accepted", ballot = "/n" }
reject = { type = "reject", ballot = "/n", promised = "/promised", phase = "/of" }
learn = { type = "learn", value = "/v", ballot = "/n" }
told = { success = { where = { "/ok" = true }, value = "/value" }, failed = { where = { "/ok" = false }, phase = "/phase" } }
"#;

fn map(mapping: &str) -> Map {
    let file =
        NodeFile::parse(&format!("{NODE}{mapping}"), "mine.toml").unwrap_or_else(|why| panic!("{why}"));
    Map::new(&file, &[json!("Hello from clientA"), json!("Hello from clientB")]).unwrap()
}

fn of_codec(codec: &str) -> Map {
    map(&format!("[map]\nballot = {codec}\n"))
}

/// The ballot as the lab's numbers have it.
fn lab(n: u64) -> BallotId {
    BallotId(((n / 10) << 8) | (n % 10))
}

fn plain(kind: Kind, ballot: BallotId, phase: u8) -> Meaning {
    Meaning { kind, ballot, about: BallotId::NONE, value: None, phase: Some(phase) }
}

#[test]
fn the_labs_calls_and_their_answers() {
    let mut map = map(CALLS);
    let prepare = map.request(&json!({"call": "prepare", "args": [13]})).unwrap();
    assert_eq!(prepare, plain(Kind::Prepare, lab(13), 1));
    let accept = map.request(&json!({"call": "accept", "args": [13, "Hello from clientB"]})).unwrap();
    assert_eq!(accept, Meaning { value: Some(1), ..plain(Kind::Accept, lab(13), 2) });

    let first = map.answer(&prepare, &json!({"value": {"()": ["promise", null, null]}}));
    assert_eq!(first, Some(plain(Kind::Promise, lab(13), 1)));
    let vote = map.answer(&prepare, &json!({"value": ["promise", 11, "Hello from clientA"]}));
    assert_eq!(vote, Some(Meaning { about: lab(11), value: Some(0), ..plain(Kind::Promise, lab(13), 1) }));
    let no = map.answer(&prepare, &json!({"value": ["reject", 21]}));
    assert_eq!(no, Some(Meaning { about: lab(21), ..plain(Kind::Reject, lab(13), 1) }));
    assert_eq!(
        map.answer(&accept, &json!({"value": ["accepted", 13]})),
        Some(plain(Kind::Accepted, lab(13), 2))
    );
    let no = map.answer(&accept, &json!({"value": {"()": ["reject", 21]}}));
    assert_eq!(no, Some(Meaning { about: lab(21), ..plain(Kind::Reject, lab(13), 2) }));
    assert_eq!(map.take_misfit(), None);
}

#[test]
fn whatever_is_no_yes_rejects() {
    let mut map = map(CALLS);
    let prepare = map.request(&json!({"call": "prepare", "args": [11]})).unwrap();
    for body in [
        json!(null),
        json!({"value": null}),
        json!({"value": ["Promise", null]}),
        json!({"status": 500}),
        json!(1),
    ] {
        assert_eq!(map.answer(&prepare, &body), Some(plain(Kind::Reject, lab(11), 1)), "{body}");
    }
    let learn = map.request(&json!({"call": "learn", "args": ["Hello from clientA"]})).unwrap();
    assert_eq!(map.answer(&learn, &json!({"value": true})), None);
}

#[test]
fn arguments_are_found_by_name_too() {
    let mut map =
        map(&CALLS.replace("call = \"prepare\", ballot = 0", "call = \"prepare\", ballot = \"/n\""));
    for body in [
        json!({"call": "prepare", "args": [], "kwargs": {"n": 11}}),
        json!({"call": "prepare", "args": {"n": 11}}),
    ] {
        assert_eq!(map.request(&body).map(|it| it.ballot), Some(lab(11)), "{body}");
    }
}

#[test]
fn what_the_mapping_does_not_name_is_unmapped() {
    let mut map = map(CALLS);
    for body in [
        json!({"call": "ping", "args": [11]}),
        json!({"type": "prepare", "args": [11]}),
        json!([]),
        json!("prepare"),
    ] {
        assert_eq!(map.message(&body), None, "{body}");
    }
    assert_eq!(map.other(&json!({"call": "ping"})), 0);
    assert_eq!(map.other(&json!({"type": "heartbeat"})), 1);
    assert_eq!(map.other(&json!({"type": "pong"})), UNLISTED);
    assert_eq!(map.other(&json!(null)), UNLISTED);
    assert_eq!(map.take_misfit(), None, "nothing was where the mapping points to");
    assert_eq!(map.request(&json!({"call": "prepare", "args": ["eleven"]})), None);
    let why = map.take_misfit().unwrap().to_string();
    assert!(why.starts_with("`prepare` looks for a ballot at `ballot`, and `\"eleven\"` is no ballot: `lab` takes whole numbers"), "{why}");
    assert_eq!(map.take_misfit(), None);
}

#[test]
fn messages_on_their_own() {
    let mut map = map(MESSAGES);
    let n = |n: u64| BallotId(n << 8);
    let said = |map: &mut Map, body: Value| map.message(&body).unwrap_or_else(|| panic!("{body}"));
    assert_eq!(said(&mut map, json!({"type": "prepare", "n": 11})), plain(Kind::Prepare, n(11), 1));
    let accept = said(&mut map, json!({"type": "accept", "n": 11, "v": "Hello from clientA"}));
    assert_eq!(accept, Meaning { value: Some(0), ..plain(Kind::Accept, n(11), 2) });
    let none = said(&mut map, json!({"type": "promise", "n": 11, "vote": null}));
    assert_eq!(none, plain(Kind::Promise, n(11), 1));
    let vote = said(&mut map, json!({"type": "promise", "n": 13, "vote": [11, "Hello from clientA"]}));
    assert_eq!(vote, Meaning { about: n(11), value: Some(0), ..plain(Kind::Promise, n(13), 1) });
    assert_eq!(said(&mut map, json!({"type": "accepted", "n": 11})), plain(Kind::Accepted, n(11), 2));
    for (of, phase) in
        [(json!("prepare"), Some(1)), (json!("accept"), Some(2)), (json!(2), Some(2)), (json!("x"), None)]
    {
        let no = said(&mut map, json!({"type": "reject", "n": 11, "promised": 13, "of": of}));
        assert_eq!(no, Meaning { about: n(13), phase, ..plain(Kind::Reject, n(11), 1) });
    }
    let learn = said(&mut map, json!({"type": "learn", "n": 11, "v": "Hello from clientB"}));
    assert_eq!(learn, Meaning { value: Some(1), ..plain(Kind::Announce, n(11), 3) });
    // An answer is no request.
    assert_eq!(map.request(&json!({"type": "accepted", "n": 11})), None);
}

#[test]
fn a_call_with_a_type_is_answered_by_bodies_as_they_are() {
    let rows = MESSAGES.replace(
        "promise = { type = \"promise\", ballot = \"/n\"",
        "promise = { of = \"prepare\", where = { \"/ok\" = 1 }",
    );
    let mut map = map(&rows);
    let prepare = map.request(&json!({"type": "prepare", "n": 11})).unwrap();
    let yes = map.answer(&prepare, &json!({"ok": 1.0, "vote": [7, "Hello from clientB"]})).unwrap();
    assert_eq!((yes.kind, yes.about, yes.value), (Kind::Promise, BallotId(7 << 8), Some(1)));
    let no = map.answer(&prepare, &json!({"ok": 0, "promised": 13})).unwrap();
    assert_eq!((no.kind, no.about, no.phase), (Kind::Reject, BallotId(13 << 8), Some(1)));
}

#[test]
fn values_that_nobody_submits_have_ids_of_their_own() {
    let mut map = map(CALLS);
    let value =
        |map: &mut Map, v: Value| map.request(&json!({"call": "accept", "args": [11, v]})).unwrap().value;
    assert_eq!(value(&mut map, json!("Hello from clientA")), Some(0));
    assert_eq!(value(&mut map, json!("made up")), Some(2));
    assert_eq!(value(&mut map, json!(null)), Some(3));
    assert_eq!(value(&mut map, json!("made up")), Some(2));
    assert_eq!(map.value_of(2), Some(&json!("made up")));
    map.reset();
    assert_eq!(value(&mut map, json!("another")), Some(2));
    assert_eq!(value(&mut map, json!("Hello from clientB")), Some(1));
}

#[test]
fn more_values_than_there_are_ids_share_the_last() {
    let mut map = map(CALLS);
    for n in 0..70_000 {
        map.learned(&json!(n));
    }
    assert_eq!(map.learned(&json!("one more")), Some(u16::MAX));
    assert_eq!(map.learned(&json!("Hello from clientA")), Some(0));
}

#[test]
fn equal_submissions_are_refused() {
    let file = NodeFile::parse(NODE, "mine.toml").unwrap();
    let why = Map::new(&file, &[json!("x"), json!("y"), json!("x")]).unwrap_err().to_string();
    assert!(why.starts_with("submissions 0 and 2 have the same value `\"x\"`"), "{why}");
    let tuple = [json!([1, 2]), json!({"()": [1, 2]})];
    assert!(Map::new(&file, &tuple).is_err());
}

#[test]
fn states_are_read() {
    let mut map = map(CALLS);
    assert_eq!(map.promised(&json!(13)), Ok(Some(lab(13))));
    assert_eq!(map.promised(&json!(null)), Ok(None));
    assert_eq!(map.accepted(&json!([11, "Hello from clientA"])), Ok(Some((lab(11), 0))));
    assert_eq!(map.accepted(&json!({"()": [11, "Hello from clientB"]})), Ok(Some((lab(11), 1))));
    assert_eq!(map.accepted(&json!([null, null])), Ok(None));
    assert_eq!(map.accepted(&json!([11, null])), Ok(None), "a ballot and no value");
    assert_eq!(map.learned(&json!(null)), None);
    let why = map.promised(&json!("x")).unwrap_err().to_string();
    assert!(why.starts_with("`promised`: `\"x\"` is no ballot"), "{why}");
    for torn in [json!(11), json!([11]), json!([1, 2, 3]), json!(["x", "y"])] {
        assert!(map.accepted(&torn).is_err(), "{torn}");
    }
}

#[test]
fn nothing_must_be_said() {
    let mut silent = of_codec("\"int\"");
    let zero = silent.promised(&json!(0)).unwrap().unwrap();
    assert!(zero > BallotId::NONE && zero < silent.promised(&json!(1)).unwrap().unwrap());
    assert_eq!(
        silent.accepted(&json!([0, "Hello from clientA"])),
        Ok(Some((zero, 0))),
        "a vote under number 0"
    );
    assert!(silent.promised(&json!(-1)).is_err());
    let mut said = map("[map]\nballot = \"int\"\nnone = [0, -1, [0, 0]]\n");
    for none in [json!(0), json!(0.0), json!(-1), json!(null), json!({"()": [0, 0]})] {
        assert_eq!(said.promised(&none), Ok(None), "{none}");
    }
    assert_eq!(said.accepted(&json!([0, "Hello from clientA"])), Ok(None));
}

#[test]
fn what_clients_are_told() {
    let mut calls = map(CALLS);
    let cases = [
        (
            "Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientB",
            Told::Succeeded(Some(1)),
        ),
        ("Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = nobody's", Told::Succeeded(Some(2))),
        (
            "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).",
            Told::Failed { phase: Some(1), count: Some(0) },
        ),
        ("no route to host", Told::Other),
    ];
    for (text, meaning) in cases {
        assert_eq!(calls.told(&json!(text)), meaning, "{text}");
    }
    assert_eq!(calls.told(&json!({"ok": true})), Told::Other);
    let mut messages = map(MESSAGES);
    assert_eq!(messages.told(&json!({"ok": true, "value": "Hello from clientA"})), Told::Succeeded(Some(0)));
    assert_eq!(
        messages.told(&json!({"ok": false, "phase": 2})),
        Told::Failed { phase: Some(2), count: None }
    );
    assert_eq!(messages.told(&json!("Hello from clientA")), Told::Other);
    let mut bare = of_codec("\"lab\"");
    assert_eq!(bare.told(&json!("Hello from clientA")), Told::Succeeded(Some(0)));
    assert_eq!(bare.told(&json!("Hello")), Told::Other);
}

#[test]
fn without_a_mapping_only_clients_are_heard() {
    let file = NodeFile::parse(NODE, "mine.toml").unwrap();
    let mut map = Map::new(&file, &[json!("a")]).unwrap();
    assert_eq!(map.message(&json!({"type": "prepare", "n": 1})), None);
    assert_eq!(map.told(&json!("a")), Told::Succeeded(Some(0)));
    assert_eq!(map.other(&json!({"type": "prepare"})), UNLISTED);
}

#[test]
fn lab_and_pair_and_text_have_the_built_ins_ids() {
    let same = |codec, body: Value| assert_eq!(of_codec(codec).promised(&body), Ok(Some(lab(32))), "{codec}");
    same("\"lab\"", json!(32));
    same("\"lab\"", json!(32.0));
    same("\"pair\"", json!([3, 2]));
    same("\"pair\"", json!({"()": [3, 2]}));
    same("{ text = { separator = \".\" } }", json!("3.2"));
    same("{ text = { separator = \"::n\" } }", json!("3::n2"));
}

#[test]
fn what_no_codec_takes_is_refused_in_words() {
    for (codec, bad) in [
        ("\"int\"", vec![json!(1u64 << 56), json!(1.5), json!("1"), json!([])]),
        ("\"lab\"", vec![json!(u64::MAX), json!(-11), json!(true)]),
        ("\"pair\"", vec![json!([1]), json!([1, 255]), json!([1u64 << 56, 1]), json!([1.5, 1]), json!(11)]),
        ("\"float\"", vec![json!((1u64 << 53) + 1), json!("3.2"), json!({})]),
        (
            "{ text = { separator = \".\" } }",
            vec![json!("3"), json!(".2"), json!("3."), json!("3.-2"), json!(3.2), json!("3.2.1")],
        ),
    ] {
        for body in bad {
            let why = of_codec(codec).promised(&body).expect_err(&format!("{codec} {body}")).to_string();
            assert!(why.contains("is no ballot: `") && why.len() < 300, "{why}");
        }
    }
}

#[test]
fn opaque_ballots_come_between_others_until_there_is_no_room() {
    let mut map = of_codec("\"opaque\"");
    let mut ids = |body: Value| map.promised(&body).map(Option::unwrap);
    let (low, high) = (ids(json!("a")).unwrap(), ids(json!("z")).unwrap());
    let mut nearer = high;
    for n in 0..24 {
        let next = ids(json!(format!("y{}", "a".repeat(24 - n)))).unwrap();
        assert!(low < next && next < nearer, "{n}");
        nearer = next;
    }
    assert_eq!(ids(json!("z")), Ok(high), "what is there stays");
    let full = (24..64).rev().find_map(|n| ids(json!(format!("b{}", "a".repeat(n)))).err());
    assert!(full.unwrap().to_string().contains("no room is left"));
}

/// Any body, as deep as a message is.
fn bodies() -> impl Strategy<Value = Body> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0u64..40).prop_map(Value::from),
        "[a-c.0-9]{0,4}".prop_map(Value::from),
        prop_oneof![
            Just("prepare"),
            Just("accept"),
            Just("promise"),
            Just("accepted"),
            Just("reject"),
            Just("learn")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![
            Just("call"),
            Just("type"),
            Just("args"),
            Just("kwargs"),
            Just("value"),
            Just("n"),
            Just("v"),
            Just("()"),
            Just("vote"),
            Just("promised"),
            Just("of"),
            Just("0"),
            Just("ok")
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|entries| entries.into_iter().map(|(key, it)| (key.to_owned(), it)).collect()),
        ]
    })
}

/// What is asked of a map, all of it.
fn everything(map: &mut Map, body: &Body) -> String {
    let meaning = map.message(body);
    let answers: Vec<_> = [Kind::Prepare, Kind::Accept, Kind::Announce, Kind::Reject]
        .map(|kind| {
            map.answer(
                &Meaning { kind, ballot: BallotId(9), about: BallotId::NONE, value: None, phase: None },
                body,
            )
        })
        .into();
    let state = (map.promised(body).ok(), map.accepted(body).ok(), map.learned(body));
    format!(
        "{meaning:?} {answers:?} {state:?} {:?} {} {:?}",
        map.told(body),
        map.other(body),
        map.take_misfit()
    )
}

const CODECS: [&str; 6] =
    ["\"int\"", "\"lab\"", "\"pair\"", "\"float\"", "\"opaque\"", "{ text = { separator = \".\" } }"];

proptest! {
    #[test]
    fn no_body_makes_a_map_panic_and_each_is_read_the_same_again(all in prop::collection::vec(bodies(), 1..8)) {
        for rows in [CALLS, MESSAGES] {
            for codec in CODECS {
                let own = if rows == CALLS { "ballot = \"lab\"" } else { "ballot = \"int\"" };
                let mut map = map(&rows.replace(own, &format!("ballot = {codec}")));
                let once: Vec<_> = all.iter().map(|body| everything(&mut map, body)).collect();
                map.reset();
                let again: Vec<_> = all.iter().map(|body| everything(&mut map, body)).collect();
                prop_assert_eq!(once, again, "a run leaves nothing behind");
            }
        }
    }

    #[test]
    fn whole_numbers_keep_their_order(a in 0u64..1 << 56, b in 0u64..1 << 56, near in 0u64..3) {
        for codec in ["\"int\"", "\"lab\"", "\"opaque\""] {
            for (a, b) in [(a, b), (a, a + near), (a % 30, b % 30)] {
                let mut map = of_codec(codec);
                let (x, y) = (map.promised(&json!(a)), map.promised(&json!(b)));
                if let (Ok(Some(x)), Ok(Some(y))) = (x, y) {
                    prop_assert_eq!(x.cmp(&y), a.cmp(&b), "{} {} {}", codec, a, b);
                    prop_assert!(x > BallotId::NONE);
                } else {
                    prop_assert!(codec == "\"int\"" && a.max(b) >= 1 << 56);
                }
            }
        }
    }

    #[test]
    fn pairs_and_texts_keep_their_order(a in (0u64..1 << 56, 0u64..255), b in (0u64..1 << 56, 0u64..255), small in any::<bool>()) {
        let (a, b) = if small { ((a.0 % 2, a.1), (b.0 % 2, b.1)) } else { (a, b) };
        let text = |it: (u64, u64)| json!(format!("{}.{}", it.0, it.1));
        let pair = |it: (u64, u64)| json!([it.0, it.1]);
        for (codec, first, second) in [("\"pair\"", pair(a), pair(b)), ("{ text = { separator = \".\" } }", text(a), text(b))] {
            let mut map = of_codec(codec);
            let (x, y) = (map.promised(&first).unwrap().unwrap(), map.promised(&second).unwrap().unwrap());
            prop_assert_eq!(x.cmp(&y), a.cmp(&b));
            prop_assert!(x > BallotId::NONE);
        }
    }

    #[test]
    fn numbers_with_a_fraction_keep_their_order(a in any::<f64>(), b in any::<f64>(), n in -(1i64 << 53)..1 << 53) {
        prop_assume!(a.is_finite() && b.is_finite());
        for (a, b, first, second) in [(a, b, json!(a), json!(b)), (a, n as f64, json!(a), json!(n)), (n as f64, n as f64 + 0.5, json!(n), json!(n as f64 + 0.5))] {
            let mut map = of_codec("\"float\"");
            let (x, y) = (map.promised(&first).unwrap().unwrap(), map.promised(&second).unwrap().unwrap());
            prop_assert_eq!(Some(x.cmp(&y)), a.partial_cmp(&b));
            prop_assert!(x > BallotId::NONE);
        }
    }

    #[test]
    fn opaque_ballots_are_in_one_order_whatever_came_first(mut all in prop::collection::vec(bodies(), 2..7)) {
        let ids = |all: &[Body]| -> Vec<_> {
            let mut map = of_codec("\"opaque\"");
            all.iter().map(|body| map.promised(body).unwrap()).collect()
        };
        let forwards = ids(&all);
        all.reverse();
        let mut backwards = ids(&all);
        backwards.reverse();
        for i in 0..all.len() {
            for j in 0..all.len() {
                prop_assert_eq!(forwards[i].cmp(&forwards[j]), backwards[i].cmp(&backwards[j]), "{} {}", i, j);
            }
        }
    }
}
