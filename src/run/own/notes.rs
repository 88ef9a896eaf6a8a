//! What somebody's nodes say to people, and to their clients.

use std::collections::BTreeMap;

use crate::own::Note;
use crate::trace::{NodeId, SubmissionId};

use super::engine::Run;

/// So many lines for people are kept of a run.
const MOST_NOTES: usize = 1000;
/// And of each so many bytes.
const LONGEST: usize = 10_000;

/// The beginning of a text that is too long.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

impl Run<'_> {
    pub(super) fn note(&mut self, node: NodeId, hazard: Option<String>, text: String) {
        if self.notes.len() < MOST_NOTES {
            let (hazard, text) = (hazard.map(shortened), shortened(text));
            self.notes.push(Note { at_ns: self.now, node, hazard, text });
        }
    }

    /// What the nodes have said to people, as far as it is kept: the first thousand lines.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// What clients were told, as the nodes said it.
    pub fn replies(&self) -> &BTreeMap<SubmissionId, String> {
        &self.replies
    }
}
