//! What lines of measured delays mean: which hold none, what is a delay one way, and what share was lost.
//!
//! Absent on purpose: reading the file (`samples`), and guessing: a lost ping that is logged as 0 is no instant message,
//! but only who measured knows that it is lost.

use csv::StringRecord;

use super::escape::shown;
use super::units::{Duration, Probability};

/// In the place of a line's delay, where it holds none.
pub(super) const NO_DELAY: u64 = u64::MAX;
/// Words for a delay that was not had, in small letters.
const WORDS: [&str; 14] = [
    "timeout",
    "timed out",
    "time out",
    "request timed out",
    "lost",
    "loss",
    "none",
    "null",
    "na",
    "n/a",
    "nan",
    "inf",
    "*",
    "-",
];
/// Spellings of them that are told, and lines of each.
const TOLD: usize = 3;

/// Whether a field says that there was no delay: 0, a negative number, nothing, or a word for it.
pub(super) fn is_no_delay(text: &str) -> bool {
    let word = text.trim_end_matches('.').to_lowercase();
    word.is_empty() || WORDS.contains(&word.as_str()) || text.parse::<f64>().is_ok_and(|it| it <= 0.0)
}

/// The fields that hold no delay, by how they are written.
#[derive(Debug, Default)]
pub(super) struct NoDelays {
    pub count: usize,
    kinds: Vec<(String, usize, Vec<u64>)>,
}

impl NoDelays {
    pub(super) fn note(&mut self, text: &str, line: u64) {
        self.count += 1;
        let at = self.kinds.iter().position(|(known, ..)| known == text);
        let at = at.unwrap_or_else(|| {
            self.kinds.push((text.to_owned(), 0, Vec::new()));
            self.kinds.len() - 1
        });
        let (_, count, lines) = &mut self.kinds[at];
        *count += 1;
        if lines.len() < TOLD {
            lines.push(line);
        }
    }

    /// `` `0` in 2 lines (7, 9); nothing in 1 line (12) ``.
    pub(super) fn told(&self) -> String {
        let one = |(text, count, lines): &(String, usize, Vec<u64>)| {
            let what = if text.is_empty() { "nothing".to_owned() } else { shown(text) };
            let list = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            let more = if *count > lines.len() { ", …" } else { "" };
            let lines = if *count == 1 { "line" } else { "lines" };
            format!("{what} in {count} {lines} ({list}{more})")
        };
        let told: Vec<String> = self.kinds.iter().take(TOLD).map(one).collect();
        let more = if self.kinds.len() > TOLD { "; and others" } else { "" };
        format!(": {}{more}", told.join("; "))
    }
}

/// Why a file with lines without a delay is refused; goes on from the file's name.
pub(super) fn refusal(name: &str, count: usize, all: usize, told: &str) -> String {
    format!(
        "{name} has no delay in {count} of {all} lines{told}; say what they mean: `missing = \"lost\"` counts each as a lost \
         message; or take them out of the file"
    )
}

/// One-way delays, and the share of the messages that were lost.
pub(super) fn delays(lines: &[u64], round_trip: bool) -> Result<(Vec<Duration>, Probability), String> {
    let one_way = |&ns: &u64| Duration::from_ns(if round_trip { ns / 2 + ns % 2 } else { ns });
    let delays: Vec<Duration> = lines.iter().filter(|&&ns| ns != NO_DELAY).map(one_way).collect();
    if delays.is_empty() {
        return Err(
            "every line of the column is a lost message; write `loss = 1.0` in the place of a delay".into()
        );
    }
    let lost = (lines.len() - delays.len()) as f64 / lines.len() as f64;
    Ok((delays, Probability::new(lost).map_err(|why| why.to_string())?))
}

/// Why a text that is the output of `ping` is refused; none for another text.
pub(super) fn is_ping(text: &str) -> Option<String> {
    let is_reply = |line: &str| {
        line.split_once("time=").is_some_and(|(before, after)| {
            before.contains("seq") && after.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    text.lines().any(is_reply).then(|| {
        " is the output of `ping` and no table; make one of its times with \
         `(echo ms; sed -n 's/.*time=\\([0-9.]*\\) ms.*/\\1/p' FILE) > times.csv`, add a line `lost` for each reply that \
         did not come, and write column = \"ms\", unit = \"ms\", missing = \"lost\", round_trip = true"
            .to_owned()
    })
}

/// Why a file whose first line holds numbers is refused; none for another file.
pub(super) fn lacks_header(first: &StringRecord, column: &str) -> Option<String> {
    let is_data = |field: &str| field.parse::<f64>().is_ok();
    first.iter().any(is_data).then(|| {
        let fields = first.iter().take(4).map(shown).collect::<Vec<_>>().join(", ");
        format!(
            " has no header: its first line holds {fields}; write a line with the names of the columns above it, {} for the \
             one that is meant",
            shown(column)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_delay_is_counted_with_its_lines_and_its_share_is_lost() {
        for text in ["0", "0.0", "-1", "", "timeout", "Request timed out.", "NaN", "*"] {
            assert!(is_no_delay(text), "{text:?}");
        }
        for text in ["0.001", "12", "1,5", "2ms", "timeout?"] {
            assert!(!is_no_delay(text), "{text:?}");
        }
        let mut none = NoDelays::default();
        for (text, line) in [("0", 2), ("", 3), ("0", 4), ("0", 5), ("0", 6)] {
            none.note(text, line);
        }
        assert_eq!(
            (none.count, none.told().as_str()),
            (5, ": `0` in 4 lines (2, 4, 5, …); nothing in 1 line (3)")
        );
        let (delays, lost) = delays(&[5, NO_DELAY, 8, NO_DELAY], true).expect("some are there");
        assert_eq!((delays, lost.get()), (vec![Duration::from_ns(3), Duration::from_ns(4)], 0.5));
        assert!(super::delays(&[NO_DELAY], false).is_err());
    }
}
