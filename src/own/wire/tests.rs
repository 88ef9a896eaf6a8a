//! Lines there and back, and the quick look against the slow one.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::own::{After, Ask, Begin, Body, CallError, Draw, Effect, Effects, Input, Report, What, Wrong};

fn line(ask: &Ask<'_>) -> String {
    let mut out = b"before".to_vec();
    write(3, ask, &mut out);
    String::from_utf8(out).unwrap().strip_prefix("before").unwrap().strip_suffix('\n').unwrap().to_owned()
}

fn step(what: What) -> String {
    let input = Input { at_ns: 7, node: 2, cause: "A1:P2".to_owned(), key: 0xab, what };
    let said = line(&Ask::Step(&input));
    let begin = r#"{"lane":3,"at":7,"node":2,"cause":"A1:P2","key":"00000000000000ab","#;
    said.strip_prefix(begin).unwrap_or_else(|| panic!("{said}")).strip_suffix('}').unwrap().to_owned()
}

#[test]
fn questions_are_written_as_the_contract_says() {
    let mut begin = Begin { nodes: 3, words: 0x9f, ..Begin::default() };
    begin.argv.insert("a".to_owned(), json!(["1"]));
    assert_eq!(
        line(&Ask::Reset(&begin)),
        r#"{"lane":3,"reset":{"nodes":[1,2,3],"words":"000000000000009f","argv":{"a":["1"]},"files":{}}}"#
    );
    assert_eq!(line(&Ask::End), r#"{"lane":3,"end":true}"#);
    let body = || json!({"n": 11});
    let draws = vec![Draw { ns: 5, of: 9 }, Draw { ns: 6, of: 0 }];
    let cases = [
        (What::Submit { id: 0, value: json!("v\n"), draws: vec![] }, r#""submit":{"id":0,"value":"v\n"}"#),
        (
            What::Submit { id: 1, value: Body::Null, draws },
            r#""submit":{"id":1,"value":null},"draws":[{"ns":5,"of":9},{"ns":6,"of":0}]"#,
        ),
        (What::Message { from: 3, body: body() }, r#""message":{"from":3,"body":{"n":11}}"#),
        (What::Request { id: 17, from: 3, body: body() }, r#""request":{"id":17,"from":3,"body":{"n":11}}"#),
        (What::Reply { call: 5, body: body() }, r#""reply":{"call":5,"body":{"n":11}}"#),
        (What::Failed { call: 5, why: CallError::Lost }, r#""failed":{"call":5,"why":"lost"}"#),
        (What::Failed { call: 5, why: CallError::Refused }, r#""failed":{"call":5,"why":"refused"}"#),
        (What::Failed { call: 5, why: CallError::Timeout }, r#""failed":{"call":5,"why":"timeout"}"#),
        (What::Failed { call: 5, why: CallError::Reset }, r#""failed":{"call":5,"why":"reset"}"#),
        (
            What::Failed { call: 5, why: CallError::Raised("\"".to_owned()) },
            r#""failed":{"call":5,"why":"raised","text":"\""}"#,
        ),
        (What::Timer { id: 9 }, r#""timer":{"id":9}"#),
        (What::Read { id: 2 }, r#""read":{"id":2}"#),
        (What::Crash, r#""crash":true"#),
        (What::Restart, r#""restart":true"#),
    ];
    for (what, wanted) in cases {
        assert_eq!(step(what), wanted);
    }
}

fn body() -> impl Strategy<Value = Body> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has it", |f| f.is_finite()).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{0,4}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn report() -> impl Strategy<Value = Report> {
    let vote = prop_oneof![
        Just(Value::Null),
        (body(), body()).prop_map(|(ballot, value)| json!([ballot, value])),
        (body(), body()).prop_map(|(ballot, value)| json!({"()": [ballot, value]})),
    ];
    let parts =
        (prop::option::of(body()), prop::option::of(vote), prop::option::of(body()), any::<Option<u64>>());
    parts.prop_map(|(promised, accepted, learned, counter)| Report { promised, accepted, learned, counter })
}

fn effect() -> impl Strategy<Value = Effect> {
    let id = any::<u64>;
    let after = prop_oneof![
        id().prop_map(After::Exactly),
        (id(), id()).prop_map(|(a, b)| After::Between(a.min(b), a.max(b)))
    ];
    prop_oneof![
        (any::<u8>(), body()).prop_map(|(to, body)| Effect::Send { to, body }),
        (id(), any::<u8>(), body(), any::<Option<u64>>())
            .prop_map(|(id, to, body, timeout_ns)| Effect::Call { id, to, body, timeout_ns }),
        (id(), body()).prop_map(|(request, body)| Effect::Answer { request, body }),
        (id(), ".{0,9}").prop_map(|(request, text)| Effect::Raise { request, text }),
        (id(), after, prop::option::of(".{0,9}")).prop_map(|(id, after, name)| Effect::Timer {
            id,
            after,
            name
        }),
        id().prop_map(|id| Effect::Cancel { id }),
        report().prop_map(Effect::State),
        (id(), prop_oneof![body().prop_map(Ok), ".{0,9}".prop_map(Err)])
            .prop_map(|(submission, answer)| Effect::Told { submission, answer }),
        (id(), body()).prop_map(|(read, body)| Effect::Value { read, body }),
        ".{0,9}".prop_map(Effect::Log),
        (".{0,9}", ".{0,9}").prop_map(|(kind, text)| Effect::Hazard { kind, text }),
    ]
}

/// As a node writes it.
fn spelt(effect: &Effect) -> Value {
    match effect {
        Effect::Send { to, body } => json!({"send": to, "body": body}),
        Effect::Call { id, to, body, timeout_ns } => {
            json!({"body": body, "call": id, "to": to, "timeout": timeout_ns})
        }
        Effect::Answer { request, body } => json!({"answer": request, "body": body}),
        Effect::Raise { request, text } => json!({"raise": request, "text": text}),
        Effect::Timer { id, after: After::Exactly(ns), name } => {
            json!({"timer": id, "after": ns, "name": name})
        }
        Effect::Timer { id, after: After::Between(low, high), name } => {
            json!({"timer": id, "between": [low, high], "name": name})
        }
        Effect::Cancel { id } => json!({"cancel": id}),
        Effect::State(Report { promised, accepted, learned, counter }) => {
            let parts = [("promised", promised), ("accepted", accepted), ("learned", learned)];
            let there = parts.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
            let counter = counter.map(|counter| ("counter".to_owned(), Value::from(counter)));
            json!({"state": Value::Object(there.chain(counter).collect())})
        }
        Effect::Told { submission, answer: Ok(body) } => json!({"told": submission, "body": body}),
        Effect::Told { submission, answer: Err(text) } => json!({"told": submission, "raised": text}),
        Effect::Value { read, body } => json!({"value": read, "body": body}),
        Effect::Log(text) => json!({"log": text}),
        Effect::Hazard { kind, text } => json!({"hazard": kind, "text": text}),
    }
}

fn named(mut effect: Value, node: u8) -> Value {
    effect["node"] = node.into();
    effect
}

/// Words that lines are made of, so that a wrong one is nearly right.
fn word() -> impl Strategy<Value = String> {
    let words = [
        "lane", "effects", "stats", "node", "send", "call", "to", "body", "timeout", "answer", "raise",
        "text", "timer", "after", "between", "name", "cancel", "state", "told", "raised", "value", "log",
        "hazard", "promised", "accepted", "learned", "counter", "sned", "()",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

/// Trees of these words.
fn nearly() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        (0_u64..3).prop_map(Value::from),
        Just(json!(-1)),
        Just(json!(1.5)),
        Just(json!(u64::MAX)),
        Just(json!("x")),
        Just(json!([1, 2])),
        Just(json!({})),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(word(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![Just(Owner::Each), Just(Owner::Node(1)), Just(Owner::Nobody)]
}

const FEW: Limits = Limits { line_bytes: 400, effects: 3 };

/// Whatever it is, it ends in effects, or in a message that can be shown.
fn judge(line: &[u8], owner: Owner) -> Result<Effects, Wrong> {
    let mut out = vec![(9, Effect::Log("of another line".to_owned()))];
    let read = read(line, owner, &FEW, &mut out);
    assert!(out.len() <= FEW.effects);
    let wrong = match read {
        Ok(_) => return Ok(out),
        Err(wrong) => wrong,
    };
    assert_eq!(out, []);
    let message = crate::own::Trouble::from(wrong.clone()).to_string();
    assert!(message.chars().all(|c| c == '\n' || crate::text::is_visible(c)), "{message:?}");
    assert!(message.len() < 4_000, "{message}");
    Err(wrong)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn effects_come_back_as_they_were_written(effects in prop::collection::vec((1_u8..9, effect()), 0..6), lane: u16) {
        let mut out = Effects::new();
        let limits = Limits::default();
        let each: Vec<Value> = effects.iter().map(|(node, effect)| named(spelt(effect), *node)).collect();
        let line = json!({"effects": each, "lane": lane}).to_string();
        let answer = read(line.as_bytes(), Owner::Each, &limits, &mut out);
        prop_assert_eq!(answer, Ok(Answer { lane, stats: None }), "{}", line);
        prop_assert_eq!(&out, &effects);

        let all: Vec<Value> = effects.iter().map(|(_, effect)| spelt(effect)).collect();
        let line = json!({"lane": lane, "effects": all, "stats": {"threads": 3}}).to_string();
        let answer = read(line.as_bytes(), Owner::Node(4), &limits, &mut out);
        prop_assert_eq!(answer, Ok(Answer { lane, stats: Some(json!({"threads": 3})) }), "{}", line);
        prop_assert_eq!(out, effects.into_iter().map(|(_, effect)| (4, effect)).collect::<Effects>());
    }

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..500), text in ".{0,99}", owner in owner()) {
        let _ = judge(&bytes, owner);
        let _ = judge(text.as_bytes(), owner);
        let _ = judge(format!("{{\"lane\":1,\"effects\":[{text}]}}").as_bytes(), owner);
        let _ = read_hello(&bytes);
    }

    /// Both looks are of one mind: what the quick one refuses, the slow one explains with a place.
    #[test]
    fn what_is_refused_is_explained(effects in prop::collection::vec(nearly(), 0..5), owner in owner(), line in nearly()) {
        let lines = [json!({"lane": 1, "effects": effects}), line.clone(), json!({"hello": line})];
        for line in lines {
            let line = line.to_string();
            if let Err(Wrong::Malformed { why, .. }) = judge(line.as_bytes(), owner) {
                prop_assert!(!why.contains(" at line "), "only the quick look has found it: {line}: {why}");
            }
            let _ = read_hello(line.as_bytes());
        }
    }

    #[test]
    fn a_line_that_is_cut_or_changed_is_judged(effects in prop::collection::vec(effect(), 0..3), at: prop::sample::Index, byte: u8) {
        let all: Vec<Value> = effects.iter().map(spelt).collect();
        let mut line = json!({"lane": 0, "effects": all}).to_string().into_bytes();
        let at = at.index(line.len());
        prop_assert!(line.len() > FEW.line_bytes || judge(&line, Owner::Node(1)).is_ok());
        prop_assert!(judge(&line[..at], Owner::Node(1)).is_err());
        line[at] = byte;
        let _ = judge(&line, Owner::Node(1));
    }
}

/// Owner, line, and the message that it gives.
const WRONG: &[(Owner, &str, &str)] = &[
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"sned":2,"body":1}]}"#,
        "effects[0]: names no effect; did you mean `send`?",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"send":2,"bdoy":1}]}"#,
        "effects[0]: unknown key `bdoy`; did you mean `body`?",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"log":"a"},{"send":"2","body":1}]}"#,
        "effects[1].send: must be a node's number, not the text `2`",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"send":256,"body":1}]}"#,
        "effects[0].send: must be a node's number, not 256",
    ),
    (Owner::Node(1), r#"{"lane":0,"effects":[{"send":2}]}"#, "effects[0]: `send` needs `body`"),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"send":2,"call":1,"body":1}]}"#,
        "effects[0]: is two effects, `send` and `call`",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"timer":2,"after":1,"between":[1,2]}]}"#,
        "effects[0]: `timer` needs one of `after`, `between`",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"timer":2,"between":[2,1]}]}"#,
        "effects[0].between: must be two whole numbers",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"timer":2,"after":1.5}]}"#,
        "effects[0].after: must be a whole number, not negative and below 2^64, not 1.5",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"state":{"promise":1}}]}"#,
        "effects[0].state: unknown key `promise`; did you mean `promised`?",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"state":{"accepted":[1]}}]}"#,
        "effects[0].state.accepted: must be null or `[ballot, value]`, not a list of 1",
    ),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"node":2,"log":"a"}]}"#,
        "effects[0].node: is 2, and the input was node 1's",
    ),
    (Owner::Each, r#"{"lane":0,"effects":[{"log":"a"}]}"#, "effects[0]: `node` is missing"),
    (Owner::Nobody, r#"{"lane":0,"effects":[{"log":"a"}]}"#, "effects[0]: the run is over"),
    (Owner::Node(1), r#"{"lane":0,"effects":{}}"#, "effects: must be a list, not an object"),
    (Owner::Node(1), r#"{"lane":0}"#, "the line: `effects` is missing"),
    (Owner::Node(1), r#"{"lane":70000,"effects":[]}"#, "lane: must be a lane's number, not 70000"),
    (Owner::Node(1), r#"{"lane":0,"efects":[]}"#, "the line: unknown key `efects`; did you mean `effects`?"),
    (Owner::Node(1), r#"{"lane":0,"effects":[],"lane":1}"#, "the line: a key that is there twice"),
    (Owner::Node(1), r#"{"lane":0,"effects":[5]}"#, "effects[0]: must be an object, not 5"),
    (
        Owner::Node(1),
        r#"{"lane":0,"effects":[{"send":2,"body":NaN}]}"#,
        "NaN and Infinity are no numbers of JSON",
    ),
    (Owner::Node(1), "5", "it is 5, not an object"),
    (Owner::Node(1), "promise(11)", "it is no JSON at byte 1"),
    (Owner::Node(1), r#"{"promised":3}"#, "it is an object without `lane` and `effects`"),
];

#[test]
fn what_is_wrong_is_named_with_its_place() {
    for (owner, line, wanted) in WRONG {
        let said = judge(line.as_bytes(), *owner).expect_err(line).to_string();
        assert!(said.contains(wanted), "{line}\n  {said}\n  {wanted}");
    }
}

#[test]
fn a_node_that_says_too_much_is_told_the_limit() {
    let limits = Limits { line_bytes: 100, effects: 2 };
    let read = |line: &str| read(line.as_bytes(), Owner::Node(1), &limits, &mut Effects::new()).map(|_| ());
    let line =
        |count: usize| format!("{{\"lane\":0,\"effects\":[{}]}}", vec!["{\"log\":\"\"}"; count].join(","));
    assert_eq!(read(&line(2)), Ok(()));
    assert_eq!(read(&line(3)), Err(Wrong::TooManyEffects { limit: 2 }));
    assert_eq!(read(&" ".repeat(101)), Err(Wrong::LineTooLong { limit: 100 }));
    let padded = format!("{}{}", line(1), " ".repeat(100 - line(1).len()));
    assert_eq!(read(&padded), Ok(()), "at the limit");
}

#[test]
fn deep_lines_end_neither_the_stack_nor_the_process() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(50_000), close.repeat(50_000));
        let line = format!("{{\"lane\":0,\"effects\":[{{\"send\":1,\"body\":{deep}}}]}}");
        let read = read(line.as_bytes(), Owner::Node(1), &Limits::default(), &mut Effects::new());
        assert!(matches!(read, Err(Wrong::Garbage { .. })), "{read:?}");
    }
}

#[test]
fn a_hello_is_read_or_refused() {
    let whole = r#"{"hello":{"protocol":1,"kit":"python 1.0","runtime":"CPython","style":"blocking","lanes":64,"stand_ins":["time"]}}"#;
    let hello = read_hello(whole.as_bytes()).unwrap();
    assert_eq!(
        (hello.kit.as_deref(), hello.lanes, hello.stand_ins.as_slice()),
        (Some("python 1.0"), 64, &["time".to_owned()][..])
    );
    assert_eq!(read_hello(br#"{"hello":{"protocol":1}}"#).unwrap().lanes, 1);
    for (line, wanted) in [
        (r#"{"hello":{"protocol":2,"new":1}}"#, "version 2 of the protocol"),
        (r#"{"hello":{}}"#, "version null of the protocol"),
        (r#"{"hello":{"protocol":1,"lane":3}}"#, "hello: unknown key `lane`; did you mean `lanes`?"),
        (r#"{"hello":{"protocol":1,"lanes":0}}"#, "hello.lanes: must be a number from 1 to 65535, not 0"),
        (
            r#"{"hello":{"protocol":1,"stand_ins":[1]}}"#,
            "hello.stand_ins: must be a list of names, not a list of 1",
        ),
        (r#"{"hello":{"protocol":1,"kit":1}}"#, "hello.kit: must be text, not 1"),
        (r#"{"hello":{"protocol":1,"refused":"no such file"}}"#, "cannot begin"),
        (r#"{"lane":0,"effects":[]}"#, "which is the first thing to say"),
        ("Hello, world!", "it is no JSON at byte 1"),
    ] {
        let said = read_hello(line.as_bytes()).expect_err(line).to_string();
        assert!(said.contains(wanted), "{line}\n  {said}\n  {wanted}");
    }
}

#[test]
fn a_hello_is_written() {
    let mut out = Vec::new();
    write_hello("/a \"b\"", &json!({"node": {"run": "x"}}), &mut out);
    let version = env!("CARGO_PKG_VERSION");
    let wanted =
        r#"{"hello":{"protocol":1,"synod":"VERSION","dir":"/a \"b\"","config":{"node":{"run":"x"}}}}"#;
    assert_eq!(String::from_utf8(out).unwrap().trim_end(), wanted.replace("VERSION", version));
}
