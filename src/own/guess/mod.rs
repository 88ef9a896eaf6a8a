//! A `[map]` guessed from what nodes were seen to do: which message makes a node store a promise or a vote, what stands where.
//!
//! Nothing goes by names: a request for a promise is what a node is told when it begins to store another promise. Every guess
//! comes with what it was made from. Absent on purpose: whose nodes run, and on what network; and any certainty.

mod client;
mod heard;
mod places;
mod rows;
mod spelling;

pub use heard::Conversation;

use super::node::Body;

/// A row of `[map]` as a file has it, or what is to be asked in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What it was guessed from, or why nothing was, in a sentence.
    pub why: String,
    /// The row, `key = value`; none where nothing could be guessed.
    pub row: Option<String>,
}

impl Guess {
    fn row(row: String, why: String) -> Guess {
        Guess { why, row: Some(row) }
    }

    fn none(why: impl Into<String>) -> Guess {
        Guess { why: why.into(), row: None }
    }
}

/// The rows of a `[map]`, in the order in which a file has them.
pub fn guesses(heard: &Conversation) -> Vec<Guess> {
    let mut all = spelling::ballots(heard);
    all.extend(rows::rows(heard));
    all.extend(client::told(heard));
    all.extend(client::draws(heard));
    all
}

/// Whether requests for promises and for votes were both seen: without them there is nothing to guess from.
pub fn is_understood(heard: &Conversation) -> bool {
    rows::asks_for_promise(heard).is_some() && rows::asks_for_vote(heard).is_some()
}

/// A body within a sentence: on one line, a tuple as Python writes it.
fn shown(body: &Body) -> String {
    let text = match super::map::items(body).filter(|_| body.is_object()) {
        Some(items) => {
            let items: Vec<String> = items.iter().map(Body::to_string).collect();
            format!("({})", items.join(", "))
        }
        None => body.to_string(),
    };
    crate::text::brief(&text)
}
