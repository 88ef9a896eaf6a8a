//! How ballots are written, and what stands for none.

use super::guessed::{Guess, shown};
use super::heard::{Conversation, Dialogue};
use crate::own::map::items;
use crate::own::node::Body;
use crate::scenario::inline_toml;
use crate::trace::NodeId;

/// `ballot`, and `none` where something but null stands for it.
pub(super) fn ballots(heard: &Conversation) -> Vec<Guess> {
    // Whoever asks for a promise does so in a ballot of its own.
    let promises = heard.dialogues.iter().filter(|it| it.promises());
    let own: Vec<(&Body, NodeId)> = promises.map(|it: &Dialogue| (&it.after.promised, it.from)).collect();
    let mut all = Vec::new();
    if let Some((example, from)) = own.last() {
        let (spelling, how) = spelling(&own);
        all.push(Guess::row(
            format!("ballot = {spelling}"),
            format!("node {from} asked in {}: {how}", shown(example)),
        ));
    }
    let first = &heard.first.promised;
    if !first.is_null() {
        let list = items(first).map_or_else(|| inline_toml(first), inline_toml);
        let why = format!("before anybody asks, nodes store the promise {}", shown(first));
        // Null, which no TOML says, is written as an empty table.
        let is_said = !list.contains("{}");
        all.push(if is_said { Guess::row(format!("none = [{list}]"), why) } else { Guess::none(why) });
    }
    all
}

/// The spelling that fits all of them, and how it reads.
fn spelling(own: &[(&Body, NodeId)]) -> (String, &'static str) {
    let all = |is_it: &dyn Fn(&Body, NodeId) -> bool| own.iter().all(|(ballot, from)| is_it(ballot, *from));
    let ends_in = |number: &Body, node: NodeId| number.as_u64() == Some(u64::from(node));
    let quoted = |name: &str| inline_toml(name);
    let is_lab = |ballot: &Body, from: NodeId| {
        ballot.as_u64().is_some_and(|it| it >= 10 && it % 10 == u64::from(from))
    };
    if all(&is_lab) {
        return (quoted("lab"), "a counter times 10, and the node");
    }
    if all(&|ballot, from| matches!(items(ballot), Some([_, node]) if ends_in(node, from))) {
        return (quoted("pair"), "a counter and the node");
    }
    if all(&|ballot, _| ballot.as_u64().is_some_and(|it| it < 1 << 56)) {
        return (quoted("int"), "a whole number");
    }
    if all(&|ballot, _| ballot.is_number()) {
        return (quoted("float"), "a number");
    }
    let separator = own.first().and_then(|(ballot, _)| {
        ballot
            .as_str()?
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .chars()
            .find(|c| !c.is_ascii_digit())
    });
    if let Some(between) = separator {
        let is_text = |ballot: &Body, from: NodeId| {
            let parts = ballot.as_str().and_then(|text| text.split_once(between));
            parts.is_some_and(|(round, node)| round.parse::<u64>().is_ok() && node.parse() == Ok(from))
        };
        if all(&is_text) {
            let separator = inline_toml(&between);
            return (
                format!("{{ text = {{ separator = {separator} }} }}"),
                "a counter and the node, as a text",
            );
        }
    }
    (quoted("opaque"), "anything, in JSON's order; is a later one always greater?")
}
