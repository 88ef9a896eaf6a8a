//! The critical deliveries of a run, as the page lists them: each in a sentence, with the event to jump to.
//!
//! Plain data, kept in `runs.json`. Absent on purpose: finding them (`run::explain`).

use serde::{Deserialize, Serialize};

use super::one_run::{RunView, ms, sentence};
use crate::run::Explanation;

/// Most that a page lists of one run; the last are kept, for they are nearest to the decision.
const MOST_LISTED: usize = 40;

/// Single changes of a run that give another winner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criticals {
    /// How many there are, of how many that were played; and from when on there are none.
    pub what: String,
    /// In the order in which they take effect.
    pub all: Vec<Critical>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Critical {
    /// Its event's place among the steps that are shown, from 0; none if it is not among them.
    pub step: Option<usize>,
    /// When.
    pub at: String,
    /// What would be otherwise, and who would win then.
    pub text: String,
    /// Whether it is what decided.
    pub is_decisive: bool,
    /// The command that plays it.
    pub command: String,
}

/// The critical deliveries of a run, of whose events those of `places` are shown.
pub fn criticals(view: &RunView<'_>, why: &Explanation, places: &[usize]) -> Criticals {
    let decisive = why.decisive().map(|it| it.subject);
    let unlisted = why.critical.len().saturating_sub(MOST_LISTED);
    let listed = why.critical.iter().skip(unlisted).map(|it| Critical {
        step: places.iter().position(|&event| event + 1 == it.event),
        at: ms(it.at_ns),
        text: sentence(view, it),
        is_decisive: decisive == Some(it.subject),
        command: format!("synod replay {} --token {}", view.arguments, it.token),
    });
    Criticals { what: what(why, unlisted), all: listed.collect() }
}

fn what(why: &Explanation, unlisted: usize) -> String {
    let (played, critical) = (why.played, why.critical.len());
    let these = if critical == 1 { "this one has".to_owned() } else { format!("these {critical} have") };
    let mut what = match why.sealed {
        None if critical > 0 => format!(
            "Of {played} runs in which one message is late, or lost, or not lost, {these} another end. The run was cut off \
             with nothing chosen: later messages can still make a difference."
        ),
        None => format!(
            "{played} runs were played in which one message is late, or lost, or not lost: the winner is the same in all of them."
        ),
        Some((event, _)) => format!(
            "Of {played} runs in which one message is late, or lost, or not lost, {these} another winner; after event \
             {event} of the run no such message makes a difference."
        ),
    };
    if unlisted > 0 {
        what.push_str(&format!(" The {} nearest to the decision are listed.", critical - unlisted));
    }
    if let Some(event) = why.unplayed_before {
        let why = if why.interrupted { "the search was interrupted" } else { "the run is long" };
        what.push_str(&format!(" What happens before event {event} was not played, for {why}."));
    }
    what
}
