//! The rows of the protocol's messages.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::guessed::{Guess, shown};
use super::heard::{Conversation, Dialogue};
use super::places::{condition, mark, part, place_but, place_of, value};
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
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (at, it) in heard.dialogues.iter().enumerate().filter(|(_, it)| is_it(it)) {
        let Some(name) = it.name().filter(|name| Some(*name) != not) else { continue };
        counts.entry(name).or_insert((0, at)).0 += 1;
    }
    counts.into_iter().max_by_key(|(_, (count, first))| (*count, Reverse(*first))).map(|(name, _)| name)
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
    ///
    /// # Errors
    /// Why there are none.
    fn answered(
        &self,
        these: &[&'c Dialogue],
        those: &[&'c Dialogue],
        of: &str,
    ) -> Result<(Vec<String>, &'c Body), String> {
        let (yes, mut no) = (Self::answers(these), Self::answers(those));
        let Some(example) = yes.last().copied() else { return Err("no such answer was seen".to_owned()) };
        let alike = || format!("{}, and nothing in it tells it from other answers", shown(example));
        let mut parts = Vec::new();
        if self.is_call {
            parts.extend((!of.is_empty()).then(|| format!("of = {}", inline_toml(of))));
            parts.push(condition(&mark(&yes, &no).ok_or_else(alike)?));
            return Ok((parts, example));
        }
        let kind = example.get("type").and_then(Body::as_str).ok_or_else(alike)?;
        parts.push(format!("type = {}", inline_toml(kind)));
        no.retain(|body| body.get("type").and_then(Body::as_str) == Some(kind));
        if !no.is_empty() {
            parts.push(condition(&mark(&yes, &no).ok_or_else(alike)?));
        }
        let ballots = these
            .iter()
            .filter_map(|it| Some((it.answer.as_ref()?, part(it.parts(), self.ballot.as_ref()?)?)));
        let place = place_of(&ballots.collect::<Vec<_>>());
        let place = place.ok_or_else(|| format!("{}, and the ballot is not found in it", shown(example)))?;
        parts.push(format!("ballot = {}", value(&place)));
        Ok((parts, example))
    }

    /// What may not be taken for an answer of those that obey: refusals, and where answers are messages those to another request.
    fn others(&self, other: &Asked<'c>) -> Vec<&'c Dialogue> {
        let mut all = self.refused.clone();
        if !self.is_call {
            all.extend(other.obeyed.iter().chain(&other.refused));
        }
        all
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
    let mut all = vec![prepare_row(&prepare)];
    if all[0].row.is_some() {
        all.push(promise_row(&prepare, &accept));
    }
    all.push(accept_row(&accept));
    if all.last().is_some_and(|it| it.row.is_some()) {
        all.push(accepted_row(&accept, &prepare));
    }
    all.push(reject_row(&prepare, &accept));
    all.extend(others(heard, &[&prepare, &accept]));
    all
}

fn prepare_row(prepare: &Asked<'_>) -> Guess {
    let Some((it, ballot)) = prepare.obeyed.last().zip(prepare.ballot.as_ref()) else {
        return Guess::none(format!(
            "prepare: {} makes nodes promise, and the ballot is not found in it as they store it",
            prepare.name
        ));
    };
    Guess::row(
        format!("prepare = {{ {}, ballot = {} }}", prepare.names(), value(ballot)),
        format!("told {}, a node stored the promise {}", shown(&it.asked), shown(&it.after.promised)),
    )
}

fn promise_row(prepare: &Asked<'_>, accept: &Asked<'_>) -> Guess {
    let (mut parts, example) = match prepare.answered(&prepare.obeyed, &prepare.others(accept), "prepare") {
        Ok(found) => found,
        Err(why) => return Guess::none(format!("promise: {why}")),
    };
    let voted = || prepare.obeyed.iter().filter_map(|it| Some((it.answer.as_ref()?, it.before.vote()?)));
    // What a node says that has not voted is no vote, even if it looks like one.
    let is_unvoted = |it: &&&Dialogue| it.before.vote().is_none();
    let unvoted: Vec<&Body> =
        prepare.obeyed.iter().filter(is_unvoted).filter_map(|it| it.answer.as_ref()).collect();
    let about = place_but(&voted().map(|(answer, vote)| (answer, vote.0)).collect::<Vec<_>>(), &unvoted);
    let of = place_but(&voted().map(|(answer, vote)| (answer, vote.1)).collect::<Vec<_>>(), &unvoted);
    let found = about.zip(of);
    let why = match voted().next_back() {
        Some((answer, (ballot, _))) if found.is_some() => {
            format!("{} of a node that had voted in {}", shown(answer), shown(ballot))
        }
        Some((answer, _)) => format!(
            "{}, of a node that had voted: the vote is not found in it as the node stores it, and must be there (`about`, `value`)",
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
            "accept: {} makes nodes vote, and the ballot or the value is not found in it as they store it",
            accept.name
        ));
    };
    Guess::row(
        format!("accept = {{ {}, ballot = {}, value = {} }}", accept.names(), value(ballot), value(&of)),
        format!("told {}, a node stored the vote {}", shown(&it.asked), shown(&it.after.accepted)),
    )
}

fn accepted_row(accept: &Asked<'_>, prepare: &Asked<'_>) -> Guess {
    match accept.answered(&accept.obeyed, &accept.others(prepare), "accept") {
        Ok((parts, example)) => Guess::row(
            format!("accepted = {{ {} }}", parts.join(", ")),
            format!("{} of a node that stored that vote", shown(example)),
        ),
        Err(why) => Guess::none(format!("accepted: {why}")),
    }
}

fn reject_row(prepare: &Asked<'_>, accept: &Asked<'_>) -> Guess {
    let of_both = |pick: for<'a, 'c> fn(&'a Asked<'c>) -> &'a Vec<&'c Dialogue>| {
        pick(prepare).iter().chain(pick(accept)).copied().collect::<Vec<_>>()
    };
    let (refused, obeyed) = (of_both(|it| &it.refused), of_both(|it| &it.obeyed));
    let (mut parts, example) = match prepare.answered(&refused, &obeyed, "") {
        Ok(found) => found,
        Err(why) => return Guess::none(format!("reject, where it says what is promised: {why}")),
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
            "reject: {} of a node that did not do as it was told; what it has promised is not found in it, and need not be there",
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
