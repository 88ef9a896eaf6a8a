//! A run in one line: `synod1:<scenario hash>:<epoch>:<seed>:<deviations>:<outcome digest>`; one of somebody's own nodes:
//! `synod2:<scenario hash>:<identity of the nodes>:<epoch>:<seed>:<deviations>:<outcome digest>`.
//!
//! The scenario itself travels beside it. Deviations say what is otherwise than the seed has it; an ordinary run has none,
//! written `-`.

use std::fmt;
use std::str::FromStr;

use xxhash_rust::xxh3::Xxh3;

use crate::check::Outcome;
use crate::scenario::ScenarioHash;
use crate::trace::Answer;

use super::deviate::Deviations;

/// One run, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Of this scenario.
    pub scenario: ScenarioHash,
    /// By an engine of this epoch.
    pub epoch: u32,
    /// With this seed.
    pub seed: u64,
    /// But for this.
    pub deviations: Deviations,
    /// With a user's own nodes of this identity.
    pub nodes: Option<u128>,
    /// With this outcome.
    pub outcome: u64,
}

/// Why a text is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a token: {0}; a token looks like synod1:<32 hex digits>:<epoch>:<seed>:<deviations or ->:<16 hex digits>"
)]
pub struct TokenError(String);

fn no(why: &str) -> TokenError {
    TokenError(why.to_owned())
}

impl Token {
    /// The token of a run.
    pub fn new(
        scenario: ScenarioHash,
        epoch: u32,
        seed: u64,
        deviations: Deviations,
        outcome: &Outcome,
    ) -> Self {
        Token { scenario, epoch, seed, deviations, nodes: None, outcome: outcome_digest(outcome) }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Token { scenario, epoch, seed, deviations, nodes, outcome } = self;
        match nodes {
            None => write!(f, "synod1:{scenario}:{epoch}:{seed}:{deviations}:{outcome:016x}"),
            Some(nodes) => {
                write!(f, "synod2:{scenario}:{nodes:032x}:{epoch}:{seed}:{deviations}:{outcome:016x}")
            }
        }
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let parts: Vec<&str> = text.trim().splitn(8, ':').collect();
        let (nodes, [scenario, epoch, seed, deviations, outcome]) = match parts[..] {
            ["synod1", scenario, epoch, seed, deviations, outcome] => {
                (None, [scenario, epoch, seed, deviations, outcome])
            }
            ["synod2", scenario, nodes, epoch, seed, deviations, outcome] => {
                (Some(identity(nodes)?), [scenario, epoch, seed, deviations, outcome])
            }
            ["synod1", ..] => return Err(no("it has not six parts")),
            ["synod2", ..] => return Err(no("it has not seven parts, which that of a run of own nodes has")),
            _ => return Err(no("it does not begin with synod1 or synod2")),
        };
        if outcome.len() != 16 || !outcome.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(no("its outcome digest has not 16 hex digits"));
        }
        Ok(Token {
            scenario: scenario.parse().map_err(|_| no("its scenario hash has not 32 hex digits"))?,
            epoch: epoch.parse().map_err(|_| no("its epoch is no number"))?,
            seed: seed.parse().map_err(|_| no("its seed is no number"))?,
            deviations: deviations.parse().map_err(|why| TokenError(format!("{why}")))?,
            nodes,
            outcome: u64::from_str_radix(outcome, 16).map_err(|_| no("its outcome digest is no number"))?,
        })
    }
}

/// An identity of own nodes: 32 lower-case hex digits, so that a token has one text.
fn identity(text: &str) -> Result<u128, TokenError> {
    let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let digits = Some(text).filter(|text| text.len() == 32 && text.bytes().all(is_hex));
    let found = digits.and_then(|text| u128::from_str_radix(text, 16).ok());
    found.ok_or_else(|| no("the identity of its nodes has not 32 hex digits"))
}

/// 64 bits over an outcome: explicit little-endian fields of fixed width.
fn outcome_digest(outcome: &Outcome) -> u64 {
    const NONE: u64 = u64::MAX;
    let mut hasher = Xxh3::new();
    let mut put = |value: u64| hasher.update(&value.to_le_bytes());
    put(outcome.verdict as u64);
    put(outcome.stopped as u64);
    put(outcome.chosen.map_or(NONE, u64::from));
    put(outcome.chosen_at_ns.unwrap_or(NONE));
    put(outcome.ended_at_ns);
    for count in [outcome.preemptions, outcome.attempts, outcome.messages_sent, outcome.messages_lost] {
        put(u64::from(count));
    }
    // What only some runs are asked is no part of a run's name.
    put(u64::from(outcome.violated.always().0));
    for client in &outcome.clients {
        let answer = match client.answer {
            None => NONE,
            Some(Answer::Succeeded { value }) => u64::from(value),
            Some(Answer::Failed { phase, count }) => 1 << 32 | u64::from(phase) << 8 | u64::from(count),
        };
        put(answer);
        put(if client.answer.is_some() { client.at_ns } else { NONE });
    }
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_text_and_nothing_else_does() {
        for deviations in ["-", "calm,1.1.2a.3=late,2.1.1b.2=lost"] {
            let deviations = deviations.parse().expect("deviations");
            let token = Token {
                scenario: ScenarioHash(7),
                epoch: 1,
                seed: u64::MAX,
                deviations,
                nodes: None,
                outcome: 0xabc,
            };
            assert_eq!(token.to_string().parse(), Ok(token.clone()));
            let text = token.to_string();
            for end in 0..text.len() {
                assert!(text[..end].parse::<Token>().is_err(), "{}", &text[..end]);
            }
        }
        for bad in ["", "synod2", "::::::", "synod1:x:1:1:-:0", "synod1:0:1:1:+:0", "\u{1b}[31m"] {
            assert!(bad.parse::<Token>().is_err(), "{bad:?}");
        }
    }
}
