//! Single-decree Paxos, the Synod protocol of Lamport's "The Part-Time Parliament" (1998) and "Paxos Made Simple"
//! (2001), pure: a state machine takes a message or a time-out and returns one [`Effect`].
//!
//! Absent on purpose: time, randomness, I/O, and who drops or delays what. A runtime obeys the effects.
//!
//! ```text
//!   proposer                        acceptor                                proposer
//!   1a  Prepare(b) ───────────────▶ b > promised?   1b  Promise(vote) ────▶ a quorum of promises:
//!                                                                           value of the highest vote, else own
//!   2a  Accept(b, v) ─────────────▶ b ≥ promised?   2b  Accepted ─────────▶ a quorum of accepts: v is chosen,
//!                                   else            Reject(promised) ─────▶ and the proposer has learned it
//! ```
//!
//! # Why at most one value is chosen
//! 1. A ballot has one proposer (its node and round name it), which proposes one value in it, so all votes of a ballot
//!    are for one value.
//! 2. A value is chosen when a quorum has voted for it in one ballot b.
//! 3. Take any higher ballot c that is proposed. Its quorum of promises meets b's quorum of votes in an acceptor that
//!    did both. It voted in b before it promised c, since after the promise it refuses b. So its promise reported a
//!    vote in b or a later ballot.
//! 4. The proposer of c takes the value of the highest reported vote. By induction over the ballots from b to c that
//!    is the value of b. So every vote above b is for the same value.
//!
//! # Lamport's names
//! | here | paper and TLA+ |
//! |---|---|
//! | [`Acceptor::promised`] | `maxBal`, −1 is [`Ballot::NONE`] |
//! | [`Acceptor::vote`] | `maxVBal`, `maxVal` |
//! | [`Request::Prepare`], [`Reply::Promise`] | `1a`, `1b` |
//! | [`Request::Accept`], [`Reply::Accepted`] | `2a`, `2b` |

mod acceptor;
mod ballot;
mod message;
mod mutant;
mod mutants;
mod node;
mod proposer;
mod quorum;
mod rules;

pub use acceptor::Acceptor;
pub use ballot::Ballot;
pub use message::{Reply, Request, Value, Vote};
pub use mutant::{Mutant, Role};
pub use node::{Learner, Node};
pub use proposer::{Effect, Failure, Phase, Proposer};
pub use quorum::{NodeId, NodeSet};
pub use rules::{Advance, Ballots, GiveUp, Repeated, Rules, Transport};
