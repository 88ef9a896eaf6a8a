//! The rows of the protocol's messages.

use std::collections::BTreeSet;

use super::guessed::{Guess, shown};
use super::heard::{Conversation, Dialogue};
use super::places::{condition, mark, part, place_of, value};
use crate::own::node::Body;
use crate::scenario::inline_toml;

/// The message that makes most nodes store another promise, and no vote.
pub(super) fn asks_for_promise(heard: &Conversation) -> Option<&str> {
    most(heard, Dialogue::promises, None)
}

/// The message that makes most nodes store another vote.
pub(super) fn asks_for_vote(heard: &Conversation) -> Option<&str> {
    most(heard, Dialogue::votes, asks_for_promise(heard))
}

/// The message of which this is true most often, but for one; of several the one that was heard first.
fn most<'c>(heard: &'c Conversation, is_it: fn(&Dialogue) -> bool, not: Option<&str>) -> Option<&'c str> {
    let names = || heard.dialogues.iter().filter(|it| is_it(it)).filter_map(Dialogue::name);
    let count = |name: &str| names().filter(|it| *it == name).count();
    let names: Vec<&str> = names().filter(|name| Some(*name) != not).collect();
    // The last of equals is taken: so from the back.
    names.into_iter().rev().max_by_key(|name| count(name))
}

/// What was heard of one request: where it was obeyed, and where it was refused.
struct Asked<'c> {
    name: &'c str,
    is_call: bool,
    obeyed: Vec<&'c Dialogue>,
    refused: Vec<&'c Dialogue>,
    /// Where its ballot stands.
    ballot: Option<String>,
}

impl<'c> Asked<'c> {
    fn new(
        heard: &'c Conversation,
        name: &'c str,
        obeys: fn(&Dialogue) -> bool,
        ballot: fn(&Dialogue) -> Option<&Body>,
    ) -> Asked<'c> {
        let all = || heard.dialogues.iter().filter(|it| it.name() == Some(name));
        let obeyed: Vec<&Dialogue> = all().filter(|it| obeys(it)).collect();
        let bodies: Vec<_> = obeyed.iter().filter_map(|it| Some((it.parts(), ballot(it)?))).collect();
        let place = place_of(&bodies);
        // Whoever has promised that very ballot already may say yes to it once more.
        let is_again = |it: &Dialogue| {
            let asked = place.as_ref().and_then(|place| part(it.parts(), place));
            asked.is_some_and(|asked| crate::own::map::same(asked, &it.before.promised))
        };
        let refused = all().filter(|it| !obeys(it) && !is_again(it)).collect();
        let is_call = obeyed.first().is_some_and(|it| it.is_call());
        Asked { name, is_call, obeyed, refused, ballot: place }
    }

    /// `call = "prepare"`.
    fn names(&self) -> String {
        format!("{} = {}", if self.is_call { "call" } else { "type" }, inline_toml(self.name))
    }

    fn answers<'d>(dialogues: &'d [&'c Dialogue]) -> Vec<&'c Body> {
        dialogues.iter().filter_map(|it| it.answer.as_ref()).collect()
    }

    /// The parts of a row that name its answers, with an example: those of a call by what stands where, those of a message by its
    /// type and the ballot that it answers.
    fn answered(
        &self,
        these: &[&'c Dialogue],
        those: &[&'c Dialogue],
        of: &str,
    ) -> Option<(Vec<String>, &'c Body)> {
        let (yes, no) = (Self::answers(these), Self::answers(those));
        let example = *yes.last()?;
        let mut parts = Vec::new();
        if self.is_call {
            parts.extend((!of.is_empty()).then(|| format!("of = {}", inline_toml(of))));
            parts.extend(mark(&yes, &no).map(|mark| condition(&mark)));
        } else {
            parts.push(format!("type = {}", inline_toml(example.get("type")?)));
            let ballots = these
                .iter()
                .filter_map(|it| Some((it.answer.as_ref()?, part(it.parts(), self.ballot.as_ref()?)?)));
            let place = place_of(&ballots.collect::<Vec<_>>())?;
            parts.push(format!("ballot = {}", value(&place)));
        }
        Some((parts, example))
    }
}

/// The rows of all messages.
pub(super) fn rows(heard: &Conversation) -> Vec<Guess> {
    let (Some(prepare), Some(accept)) = (asks_for_promise(heard), asks_for_vote(heard)) else {
        return vec![Guess::none(
            "no node was seen to store a promise, or none to store a vote, when another told it something",
        )];
    };
    let prepare = Asked::new(heard, prepare, Dialogue::promises, |it| Some(&it.after.promised));
    let accept = Asked::new(heard, accept, Dialogue::votes, |it| Some(it.after.vote()?.0));
    let mut all =
        vec![prepare_row(&prepare), promise_row(&prepare), accept_row(&accept), accepted_row(&accept)];
    all.push(reject_row(&prepare, &accept));
    all.extend(others(heard, &[&prepare, &accept]));
    all
}

fn prepare_row(prepare: &Asked<'_>) -> Guess {
    let Some((it, ballot)) = prepare.obeyed.last().zip(prepare.ballot.as_ref()) else {
        return Guess::none(format!(
            "prepare: {} makes nodes promise, and the ballot that they store stands nowhere in it",
            prepare.name
        ));
    };
    Guess::row(
        format!("prepare = {{ {}, ballot = {} }}", prepare.names(), value(ballot)),
        format!("told {}, a node stored the promise {}", shown(&it.asked), shown(&it.after.promised)),
    )
}

fn promise_row(prepare: &Asked<'_>) -> Guess {
    let Some((mut parts, example)) = prepare.answered(&prepare.obeyed, &prepare.refused, "prepare") else {
        return Guess::none("promise: no answer of a node that promised was seen");
    };
    let voted = || prepare.obeyed.iter().filter_map(|it| Some((it.answer.as_ref()?, it.before.vote()?)));
    let about = place_of(&voted().map(|(answer, vote)| (answer, vote.0)).collect::<Vec<_>>());
    let of = place_of(&voted().map(|(answer, vote)| (answer, vote.1)).collect::<Vec<_>>());
    let found = about.zip(of);
    let why = match voted().next_back() {
        Some((answer, (ballot, _))) if found.is_some() => {
            format!("{} of a node that had voted in {}", shown(answer), shown(ballot))
        }
        Some((answer, _)) => format!(
            "{}, of a node that had voted: its vote is not in it (it must be, with ballot and value: `about`, `value`)",
            shown(answer)
        ),
        None => format!(
            "{}; no node that had voted was asked, so where does the vote stand (`about`, `value`)?",
            shown(example)
        ),
    };
    if let Some((about, of)) = found {
        parts.extend([format!("about = {}", value(&about)), format!("value = {}", value(&of))]);
    }
    Guess::row(format!("promise = {{ {} }}", parts.join(", ")), why)
}

fn accept_row(accept: &Asked<'_>) -> Guess {
    let values = accept.obeyed.iter().filter_map(|it| Some((it.parts(), it.after.vote()?.1)));
    let places = accept.ballot.as_ref().zip(place_of(&values.collect::<Vec<_>>()));
    let Some((it, (ballot, of))) = accept.obeyed.last().zip(places) else {
        return Guess::none(format!(
            "accept: {} makes nodes vote, and the ballot or the value that they store stands nowhere in it",
            accept.name
        ));
    };
    Guess::row(
        format!("accept = {{ {}, ballot = {}, value = {} }}", accept.names(), value(ballot), value(&of)),
        format!("told {}, a node stored the vote {}", shown(&it.asked), shown(&it.after.accepted)),
    )
}

fn accepted_row(accept: &Asked<'_>) -> Guess {
    match accept.answered(&accept.obeyed, &accept.refused, "accept") {
        Some((parts, example)) => Guess::row(
            format!("accepted = {{ {} }}", parts.join(", ")),
            format!("{} of a node that stored that vote", shown(example)),
        ),
        None => Guess::none("accepted: no answer of a node that voted was seen"),
    }
}

fn reject_row(prepare: &Asked<'_>, accept: &Asked<'_>) -> Guess {
    let of_both = |pick: for<'a, 'c> fn(&'a Asked<'c>) -> &'a Vec<&'c Dialogue>| {
        pick(prepare).iter().chain(pick(accept)).copied().collect::<Vec<_>>()
    };
    let (refused, obeyed) = (of_both(|it| &it.refused), of_both(|it| &it.obeyed));
    let Some((mut parts, example)) = prepare.answered(&refused, &obeyed, "") else {
        return Guess::none("reject: no refusal was seen; where does it say what is promised?");
    };
    let promised = refused.iter().filter_map(|it| Some((it.answer.as_ref()?, &it.after.promised)));
    let place = place_of(&promised.collect::<Vec<_>>());
    parts.extend(place.as_ref().map(|place| format!("promised = {}", value(place))));
    if !prepare.is_call {
        let names: Vec<(&Body, Body)> =
            refused.iter().filter_map(|it| Some((it.answer.as_ref()?, Body::from(it.name()?)))).collect();
        let names: Vec<(&Body, &Body)> = names.iter().map(|(answer, name)| (*answer, name)).collect();
        parts.extend(place_of(&names).map(|place| format!("phase = {}", value(&place))));
    }
    match place {
        Some(_) => Guess::row(
            format!("reject = {{ {} }}", parts.join(", ")),
            format!("{} of a node that did not do as it was told", shown(example)),
        ),
        None => Guess::none(format!(
            "reject: {} of a node that did not do as it was told; what it has promised is not in it, and need not be",
            shown(example)
        )),
    }
}

/// Announcements, and messages that are none of the protocol's.
fn others(heard: &Conversation, asked: &[&Asked<'_>]) -> Vec<Guess> {
    let mut known: BTreeSet<&str> = asked.iter().map(|it| it.name).collect();
    for it in asked.iter().flat_map(|it| it.obeyed.iter().chain(&it.refused)) {
        known.extend(it.answer.as_ref().and_then(|answer| answer.get("type")?.as_str()));
    }
    let (mut all, mut rest) = (Vec::new(), Vec::new());
    for it in &heard.dialogues {
        let Some(name) = it.name().filter(|name| known.insert(name)) else { continue };
        match announcement(heard, name) {
            Some(row) => all.push(row),
            None => rest.push(inline_toml(name)),
        }
    }
    if !rest.is_empty() {
        all.push(Guess::row(format!("other = [{}]", rest.join(", ")), "these were heard, too".to_owned()));
    }
    all
}

/// The row of a message at which nodes learn a value.
fn announcement(heard: &Conversation, name: &str) -> Option<Guess> {
    let learns = |it: &&Dialogue| it.name() == Some(name) && it.before.learned != it.after.learned;
    let learned: Vec<&Dialogue> = heard.dialogues.iter().filter(learns).collect();
    let place = place_of(&learned.iter().map(|it| (it.parts(), &it.after.learned)).collect::<Vec<_>>())?;
    let it = learned.last()?;
    let how = if it.is_call() { "call" } else { "type" };
    Some(Guess::row(
        format!("learn = {{ {how} = {}, value = {} }}", inline_toml(name), value(&place)),
        format!("told {}, a node stored that it has learned {}", shown(&it.asked), shown(&it.after.learned)),
    ))
}
