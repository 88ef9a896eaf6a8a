//! Copies, links that keep the order, and links that are there for a while.

use std::collections::BTreeMap;

use super::{run, scenario, story};
use crate::reference::measure::runs;
use synod::trace::{Event, MessageId};

const CROWD: &str = r#"
proposer = [{ name = "A", node = 1 }, { name = "B", node = 3 }, { name = "C", node = 0 }]
protocol = { phase_timeout = "60ms", retry = { uniform = { max = "20ms" } }, announce = true }
[network]
delay = { exponential = { mean = "10ms" } }
loss = 0.05
"#;

/// Copies come at their rate, with delays of their own, and the messages that are copied do not change.
#[test]
fn copies_have_their_rate_and_change_no_message() {
    let plain = scenario(CROWD);
    let copied = scenario(&format!("{CROWD}duplicate = 0.2\n"));
    let (mut sent, mut copies, mut common) = (0u64, 0u64, 0u64);
    for seed in 0..runs(0.02) {
        let fates = |record: &synod::run::Record| -> BTreeMap<MessageId, (u64, bool)> {
            let mut fates = BTreeMap::new();
            for (_, event) in &record.events {
                if let Event::Sent { message, delay_ns, lost } = event {
                    // Of two answers to one message the first is to the message itself or to its copy.
                    fates.entry(message.id).or_insert((*delay_ns, *lost));
                }
            }
            fates
        };
        let (with, without) = (run(&copied, seed), run(&plain, seed));
        let (a, b) = (fates(&with), fates(&without));
        for (id, fate) in a.iter().filter(|(id, _)| !id.reply) {
            if let Some(other) = b.get(id) {
                assert_eq!(fate, other, "seed {seed}: {id:?}");
                common += 1;
            }
        }
        for (_, event) in &with.events {
            match event {
                Event::Sent { message, lost: false, .. } if !message.id.reply => sent += 1,
                Event::Duplicated { message, .. } if !message.id.reply => copies += 1,
                _ => {}
            }
        }
        assert!(with.outcome.violated.is_empty(), "seed {seed}");
        let all = with.events.iter().filter(|(_, event)| matches!(event, Event::Duplicated { .. })).count();
        assert_eq!(with.outcome.duplicates as usize, all);
    }
    let (n, rate) = (sent as f64, copies as f64 / sent as f64);
    assert!((rate - 0.2).abs() < 4.0 * (0.2 * 0.8 / n).sqrt(), "{copies} of {sent}");
    assert!(common > sent / 4);
}

/// Kinds and links have rates of their own; 1 copies everything, 0 nothing.
#[test]
fn copies_by_kind_and_link() {
    let text = format!(
        "{CROWD}duplicate = 1.0\n[network.kind.accept]\nduplicate = 0.0\n[[network.link]]\nfrom = 1\nto = 2\nduplicate = 0.0\n"
    );
    let scenario = scenario(&text);
    for seed in 0..50 {
        let record = run(&scenario, seed);
        for pair in record.events.windows(2) {
            let Event::Sent { message, lost, .. } = pair[0].1 else { continue };
            let copied = matches!(pair[1].1, Event::Duplicated { message: copy, .. } if copy == message);
            let never = message.kind == synod::trace::Kind::Accept
                || message.id.proposer == 0 && message.id.node == 2 && !message.id.reply;
            if lost || never {
                assert!(!copied, "{message:?}");
            } else if !message.id.reply {
                assert!(copied, "{message:?}");
            }
        }
    }
}

/// The first message that overtakes another on the way from node 1 to node 2, by the times of sending and arrival.
fn overtakes(record: &synod::run::Record) -> Option<MessageId> {
    let on_link =
        |id: &MessageId| id.proposer == 0 && !id.reply || id.proposer == 1 && id.reply && id.node == 1;
    let mut last = 0;
    for (at, event) in &record.events {
        let (message, delay_ns) = match event {
            Event::Sent { message, delay_ns, lost: false } => (message, delay_ns),
            Event::Duplicated { message, delay_ns } => (message, delay_ns),
            _ => continue,
        };
        let to_two = message.id.node == 2 || message.id.reply;
        if on_link(&message.id) && to_two {
            if at + delay_ns <= last {
                return Some(message.id);
            }
            last = at + delay_ns;
        }
    }
    None
}

#[test]
fn a_link_that_keeps_the_order_is_never_overtaken() {
    let base = CROWD.replace("name = \"B\", node = 3", "name = \"B\", node = 2") + "duplicate = 0.3\n";
    let fifo = scenario(&format!("{base}[[network.link]]\nfrom = 1\nto = 2\nfifo = true\n"));
    let plain = scenario(&base);
    let broken = (0..300).filter(|&seed| overtakes(&run(&plain, seed)).is_some()).count();
    assert!(broken > 50, "only {broken} of 300 plain runs have a message that overtakes");
    for seed in 0..300 {
        assert_eq!(overtakes(&run(&fifo, seed)), None, "seed {seed}");
    }
}

/// With constant delays there is no order to keep.
#[test]
fn order_is_free_where_nothing_overtakes() {
    let base = CROWD.replace("{ exponential = { mean = \"10ms\" } }", "{ constant = \"10ms\" }");
    let fifo = scenario(&format!("{base}[[network.link]]\nfrom = 1\nto = 2\nfifo = true\n"));
    let plain = scenario(&base);
    for seed in 0..100 {
        assert_eq!(story(&run(&fifo, seed)), story(&run(&plain, seed)));
    }
}

#[test]
fn a_window_is_in_force_from_its_first_instant_to_before_its_last() {
    let text = format!(
        "{CROWD}[[network.link]]\nfrom = 1\nto = 2\nloss = 1.0\nfrom_time = \"20ms\"\nuntil_time = \"80ms\"\n\
         [[network.link]]\nfrom = 1\nto = 2\nloss = 0.0\nuntil_time = \"20ms\"\n\
         [[network.link]]\nfrom = 1\nto = 2\nkind = \"accept\"\ndelay = {{ constant = \"1ms\" }}\nfrom_time = \"80ms\"\n"
    );
    let scenario = scenario(&text);
    let (mut before, mut inside, mut fast) = (0, 0, 0);
    for seed in 0..300 {
        for (at, event) in &run(&scenario, seed).events {
            let Event::Sent { message, delay_ns, lost } = event else { continue };
            if message.id.proposer != 0 || message.id.reply || message.id.node != 2 {
                continue;
            }
            match at / 1_000_000 {
                0..20 => assert!(!lost, "{at}"),
                20..80 => assert!(lost, "{at}"),
                _ if message.kind == synod::trace::Kind::Accept => assert_eq!(*delay_ns, 1_000_000),
                _ => {}
            }
            before += u32::from(*at < 20_000_000);
            inside += u32::from((20_000_000..80_000_000).contains(at));
            fast += u32::from(*at >= 80_000_000 && message.kind == synod::trace::Kind::Accept);
        }
    }
    assert!(before > 100 && inside > 100 && fast > 10, "{before} {inside} {fast}");
}

/// A window that is always in force is a plain link.
#[test]
fn a_window_without_ends_in_sight_is_a_plain_link() {
    let link = "[[network.link]]\nfrom = 1\nto = 2\nloss = 0.3\ndelay = { constant = \"3ms\" }\n";
    let plain = scenario(&format!("{CROWD}{link}"));
    let window = scenario(&format!("{CROWD}{link}from_time = \"0s\"\nuntil_time = \"1h\"\n"));
    for seed in 0..200 {
        assert_eq!(story(&run(&plain, seed)), story(&run(&window, seed)), "seed {seed}");
    }
}
