//! A guess, and bodies as its sentences show them.

use crate::own::node::Body;

/// A row of `[map]` as a file has it, or what is to be asked in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// What it was guessed from, or why nothing was, in a sentence.
    pub why: String,
    /// The row, `key = value`; none where nothing could be guessed.
    pub row: Option<String>,
}

impl Guess {
    pub(super) fn row(row: String, why: String) -> Guess {
        Guess { why, row: Some(row) }
    }

    pub(super) fn none(why: impl Into<String>) -> Guess {
        Guess { why: why.into(), row: None }
    }
}

/// A body within a sentence: on one line, a tuple as Python writes it.
pub(super) fn shown(body: &Body) -> String {
    let text = match crate::own::map::items(body).filter(|_| body.is_object()) {
        Some(items) => {
            let items: Vec<String> = items.iter().map(Body::to_string).collect();
            format!("({})", items.join(", "))
        }
        None => body.to_string(),
    };
    crate::text::brief(&text)
}
