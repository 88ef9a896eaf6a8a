//! A `[map]` guessed from what nodes were seen to do: which message makes a node store a promise or a vote, what stands where.
//!
//! Nothing goes by names: a request for a promise is what a node is told when it begins to store another promise. Every guess
//! comes with what it was made from. Absent on purpose: whose nodes run, and on what network; and any certainty.

mod client;
mod guessed;
mod heard;
mod places;
mod rows;
mod spelling;

pub use guessed::Guess;
pub use heard::Conversation;

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
