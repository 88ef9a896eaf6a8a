//! What of a crowded picture is drawn in full: the duel that decided. What others do is grey, without words.
//!
//! Absent on purpose: shapes.

use std::collections::{BTreeMap, BTreeSet};

use super::story::{End, Story};
use crate::run::Window;
use crate::trace::{BallotId, Event, Kind, ProposerId};

/// More messages than this, of more than two proposers, cannot be told apart.
const MOST_ARROWS: usize = 60;

/// Whose messages and moments are drawn in full.
#[derive(Clone, Debug, Default)]
pub struct Focus {
    /// Those proposers; none of them where all are.
    shown: Vec<ProposerId>,
    /// What is drawn in full, in words; empty where all is.
    why: String,
    /// Events that are not theirs.
    quiet: BTreeSet<usize>,
}

impl Focus {
    /// Of a stretch of a run: the duel that decided, where more proposers crowd it than can be told apart.
    pub fn of(story: &Story<'_>, window: Window) -> Self {
        let events = &story.view.record.events;
        let is_in = |event: usize| events.get(event).is_some_and(|(at, _)| window.holds(*at));
        let drawn: Vec<ProposerId> = story
            .arrows
            .iter()
            .filter(|arrow| is_in(arrow.sent))
            .map(|arrow| arrow.message.id.proposer)
            .collect();
        let contend: BTreeSet<ProposerId> = drawn.iter().copied().collect();
        if contend.len() < 3 || drawn.len() <= MOST_ARROWS {
            return Focus::default();
        }
        let Some((shown, mut why)) = duel(story, window) else { return Focus::default() };
        let others: Vec<&str> =
            contend.iter().filter(|&it| !shown.contains(it)).map(|&it| story.view.name(it)).collect();
        let them = match others.split_last() {
            Some((last, [])) => format!("{last} does"),
            Some((last, rest)) => format!("{} and {last} do", rest.join(", ")),
            None => return Focus::default(),
        };
        why.push_str(&format!(". Grey and without words: what {them}"));
        let mut focus = Focus { shown, why, quiet: BTreeSet::new() };
        focus.hush(story);
        focus
    }

    /// Notes the events that only others have a part in.
    fn hush(&mut self, story: &Story<'_>) {
        let mut heard = BTreeSet::new();
        for arrow in &story.arrows {
            let ends = match arrow.end {
                End::Delivered(event) | End::Lost(Some(event)) => vec![arrow.sent, event],
                _ => vec![arrow.sent],
            };
            let part = if self.has(Some(arrow.message.id.proposer)) { &mut heard } else { &mut self.quiet };
            part.extend(ends);
        }
        for moment in &story.moments {
            if self.has(moment.proposer) {
                heard.insert(moment.event)
            } else {
                self.quiet.insert(moment.event)
            };
        }
        self.quiet.retain(|event| !heard.contains(event));
    }

    /// What is drawn in full, and how to have all of it; none if all is.
    pub fn words(&self, window: Window) -> Option<String> {
        (!self.why.is_empty()).then(|| format!("{}. All in full: --window {window}", self.why))
    }

    /// Whether what this proposer does is drawn in full; what is nobody's always is.
    pub fn has(&self, proposer: Option<ProposerId>) -> bool {
        self.shown.is_empty() || proposer.is_none_or(|it| self.shown.contains(&it))
    }

    /// Whether an event is one of others.
    pub fn is_quiet(&self, event: usize) -> bool {
        self.quiet.contains(&event)
    }
}

/// Whose ballot is chosen and with whom it fought in this stretch, and that in words; none without a choice or a fight.
fn duel(story: &Story<'_>, window: Window) -> Option<(Vec<ProposerId>, String)> {
    let choice = story.choice.as_ref()?;
    let mut callers: BTreeMap<BallotId, ProposerId> = BTreeMap::new();
    // Of each rejection: its event, whose attempt it ends, and by whose ballot.
    let mut rejections: Vec<(usize, ProposerId, ProposerId)> = Vec::new();
    for (event, (at_ns, it)) in story.view.record.events.iter().enumerate() {
        match *it {
            Event::Started { proposer, ballot, .. } => _ = callers.insert(ballot, proposer),
            Event::Delivered { message } if message.kind == Kind::Reject && window.holds(*at_ns) => {
                let loser = message.id.proposer;
                let by = callers.get(&message.about).filter(|&&by| by != loser);
                rejections.extend(by.map(|&by| (event, loser, by)));
            }
            _ => {}
        }
    }
    let winner = *callers.get(&choice.ballot)?;
    let lost = rejections.iter().rev().find(|it| it.0 <= choice.event && it.1 == winner);
    let won = rejections.iter().find(|it| it.2 == winner);
    let (other, what) = match (lost, won) {
        (Some(&(_, _, by)), _) => (by, "which pre-empted it last"),
        (None, Some(&(_, loser, _))) => (loser, "which it pre-empted"),
        (None, None) => return None,
    };
    let name = |it: ProposerId| story.view.name(it);
    let why = format!("In full: {}, whose ballot is chosen, and {}, {what}", name(winner), name(other));
    Some((vec![winner, other], why))
}
