//! The replies of the lab's nodes, in the lab's exact words.

use crate::check::Client;
use crate::trace::Answer;

/// What the client reads on its terminal; `value` gives the text of the reported value. None if it has no answer.
pub fn reply(client: &Client, value: impl Fn(u16) -> String) -> Option<String> {
    let number = client.counter;
    Some(match client.answer? {
        Answer::Succeeded { value: chosen } => {
            format!("Proposal Num: {number}, SubmitValue SUCCEEDED. Chosen value = {}", value(chosen))
        }
        Answer::Failed { phase: 1, count } => {
            format!("Proposal Num: {number}, SubmitValue FAILED in Phase 1 (only {count} promises).")
        }
        Answer::Failed { phase, count } => {
            format!("Proposal Num: {number}, SubmitValue FAILED in Phase {phase} (only {count} accepts).")
        }
    })
}
