//! Deviations as the text of a token, and back.
//!
//! Absent on purpose: colons, blanks, quotes and all else that a token or a shell would take for its own.

use std::fmt;
use std::str::FromStr;

use crate::scenario::Duration;
use crate::trace::MessageId;

use super::{Change, Deviations, Subject};

/// Why a text names no deviations.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviationError {
    /// One of them cannot be read.
    #[error(
        "deviation {0} cannot be read; write e.g. 1.2.1a.3=lost, =lost@4ms, =kept, =late, =4ms, =copy@4ms, 1.start=5ms or 1.2.wait=3ms"
    )]
    Unreadable(usize),
    /// Two are about the same.
    #[error("deviation {0} is about the same as an earlier one")]
    Twice(usize),
    /// One has a meaning in the calm run only.
    #[error("`ties` and `faults` have a meaning after `calm` only")]
    NotCalm,
    /// A run does not need so many.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
}

/// No run that anybody looks at has so many deviations; and a text this long is read in no time.
const LONGEST: usize = 1 << 20;

impl fmt::Display for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("-");
        }
        f.write_str(if self.calm { "calm" } else { "" })?;
        for (i, (subject, change)) in self.iter().enumerate() {
            f.write_str(if i > 0 || self.calm { "," } else { "" })?;
            item(f, subject, change)?;
        }
        Ok(())
    }
}

fn item(f: &mut fmt::Formatter<'_>, subject: Subject, change: Change) -> fmt::Result {
    let mut message = |id: MessageId, nth: u32, before: &str| {
        // What is of no known kind bears the number of its node; proposers are numbered from 1.
        let first = u32::from(id.phase <= 3);
        let (proposer, letter) = (u32::from(id.proposer) + first, if id.reply { 'b' } else { 'a' });
        write!(f, "{proposer}.{}.{}{letter}.{}", id.attempt, id.phase, id.node)?;
        if nth > 1 {
            write!(f, ".{nth}")?;
        }
        f.write_str(before)
    };
    match subject {
        Subject::Ties => return f.write_str("ties"),
        Subject::Faults => return f.write_str("faults"),
        Subject::Start(p) => write!(f, "{}.start=", u32::from(p) + 1)?,
        Subject::Wait(p, attempt) => write!(f, "{}.{attempt}.wait=", u32::from(p) + 1)?,
        Subject::Fate(id, nth) | Subject::Arrival(id, nth) => message(id, nth, "=")?,
        Subject::Copy(id, nth) => message(id, nth, "=copy@")?,
    }
    match change {
        Change::AsDrawn => f.write_str("drawn"),
        Change::Lost => f.write_str("lost"),
        Change::LostAfter(ns) => write!(f, "lost@{}", Duration::from_ns(ns)),
        Change::Kept => f.write_str("kept"),
        Change::Late => f.write_str("late"),
        Change::Takes(ns) => write!(f, "{}", Duration::from_ns(ns)),
    }
}

impl FromStr for Deviations {
    type Err = DeviationError;

    fn from_str(text: &str) -> Result<Self, DeviationError> {
        let mut deviations = Deviations::default();
        if text == "-" {
            return Ok(deviations);
        }
        if text.len() > LONGEST {
            return Err(DeviationError::TooLong);
        }
        for (i, item) in text.split(',').enumerate() {
            if i == 0 && item == "calm" {
                deviations.calm = true;
                continue;
            }
            let (subject, change) = read(item).ok_or(DeviationError::Unreadable(i + 1))?;
            if matches!(subject, Subject::Ties | Subject::Faults) && !deviations.calm {
                return Err(DeviationError::NotCalm);
            }
            if deviations.get(subject).is_some() {
                return Err(DeviationError::Twice(i + 1));
            }
            deviations.insert(subject, change);
        }
        Ok(deviations)
    }
}

fn read(item: &str) -> Option<(Subject, Change)> {
    match item {
        "ties" => return Some((Subject::Ties, Change::AsDrawn)),
        "faults" => return Some((Subject::Faults, Change::AsDrawn)),
        _ => {}
    }
    let (name, what) = item.split_once('=')?;
    let parts: Vec<&str> = name.splitn(6, '.').collect();
    let takes = |text: &str| text.parse::<Duration>().ok().map(|time| Change::Takes(time.ns()));
    match parts[..] {
        [proposer, "start"] => Some((Subject::Start(index(proposer)?), takes(what)?)),
        [proposer, attempt, "wait"] => {
            Some((Subject::Wait(index(proposer)?, number(attempt)?), takes(what)?))
        }
        [proposer, attempt, step, node] => message([proposer, attempt, step, node], 1, what),
        [proposer, attempt, step, node, nth] => {
            message([proposer, attempt, step, node], number(nth).filter(|&nth| nth > 1)?, what)
        }
        _ => None,
    }
}

fn message([proposer, attempt, step, node]: [&str; 4], nth: u32, what: &str) -> Option<(Subject, Change)> {
    let (phase, reply) = match step {
        "1a" => (1, false),
        "1b" => (1, true),
        "2a" => (2, false),
        "2b" => (2, true),
        "3a" => (3, false),
        "3b" => (3, true),
        "4a" => (4, false),
        "4b" => (4, true),
        _ => return None,
    };
    let node = u8::try_from(number(node)?).ok()?;
    let proposer = if phase > 3 { u8::try_from(number(proposer)?).ok()? } else { index(proposer)? };
    let id = MessageId { proposer, attempt: number(attempt)?, phase, node, reply };
    let time = |text: &str| text.parse::<Duration>().ok().map(|time| time.ns());
    let takes = |text: &str| time(text).map(Change::Takes);
    Some(match what {
        "late" => (Subject::Arrival(id, nth), Change::Late),
        "lost" => (Subject::Fate(id, nth), Change::Lost),
        "kept" => (Subject::Fate(id, nth), Change::Kept),
        _ => match what.split_once('@') {
            Some(("copy", delay)) => (Subject::Copy(id, nth), takes(delay)?),
            Some(("lost", delay)) => (Subject::Fate(id, nth), Change::LostAfter(time(delay)?)),
            Some(_) => return None,
            None => (Subject::Fate(id, nth), takes(what)?),
        },
    })
}

/// A number from 1, in digits alone, without leading zeros: each deviation has one text.
fn number(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

/// A proposer's number, from 1, as its index.
fn index(text: &str) -> Option<u8> {
    number(text).filter(|&number| number <= 64).map(|number| (number - 1) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_deviation_comes_back_from_its_text() {
        for text in [
            "-",
            "calm",
            "calm,ties,faults,1.start=5ms",
            "1.start=0s,2.2.wait=3ms,1.1.1a.3=lost,1.1.1b.3=kept,1.2.3a.1=1ns,1.7.2a.2=12345678ns",
            "1.1.3b.2=lost,3.16777217.4a.2=2ms,2.16777217.4b.3=late",
            "1.1.1a.2=lost@4ms,1.1.2a.3=copy@4ms,2.4294967295.2b.63=late,64.1.1a.1.2=late",
        ] {
            assert_eq!(text.parse::<Deviations>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_deviation_is_refused_with_its_place() {
        for bad in [
            "",
            ",",
            "calm,",
            "1.1.1a.3",
            "1.1.1a.3=",
            "1.1.1c.3=lost",
            "0.1.1a.3=lost",
            "01.1.1a.3=lost",
            "1.1.1a.3.1=lost",
            "1.1.1a.256=lost",
            "1.1.1a.3=5",
            "1.start=lost",
            "1.1.wait=late",
            "1.1.1a.3=copy@",
            "1.1.1a.3=lost@",
            "1.1.1a.3=late@4ms",
            "+1.1.1a.3=lost",
            "1.1.1a.3=lost,calm",
            "65.start=1ms",
            "1.1.5a.2=lost",
            "256.1.4a.2=lost",
            "1.1.1a.3.2.1=lost",
            "1.99999999999.wait=1ms",
        ] {
            assert!(matches!(bad.parse::<Deviations>(), Err(DeviationError::Unreadable(_))), "{bad:?}");
        }
        let parsed = |text: &str| text.parse::<Deviations>();
        assert_eq!(parsed("1.start=1ms,1.start=2ms"), Err(DeviationError::Twice(2)));
        assert_eq!(parsed("ties"), Err(DeviationError::NotCalm));
        assert_eq!(parsed(&"1".repeat(LONGEST + 1)), Err(DeviationError::TooLong));
        assert_eq!(parsed("1.1.1a.2=lost,x"), Err(DeviationError::Unreadable(2)));
    }
}
