//! What is kept of a lane: how far its run is, a hash of all answers, and its last steps.

use std::collections::VecDeque;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::own::Ask;

/// A run, as the pipe sees it.
#[derive(Clone, Default)]
pub(super) struct Lane {
    /// Steps since the run began; that at which it begins is 0.
    pub step: u64,
    /// Of all answers since then.
    pub hash: u64,
    /// Questions and answers, the last of them.
    pub last: VecDeque<(String, String)>,
}

impl Lane {
    /// Something is asked.
    pub fn ask(&mut self, ask: &Ask<'_>) {
        if let Ask::Reset(_) = ask {
            *self = Self::default();
        } else {
            self.step += 1;
        }
    }

    /// It is answered. What is said at the end of a run is about the process, not about the run.
    pub fn answer(&mut self, ask: &Ask<'_>, question: &[u8], answer: &[u8], keep: usize) {
        if !matches!(ask, Ask::End) {
            let (before, after) = around_lane(answer);
            self.hash = xxh3_64_with_seed(after, xxh3_64_with_seed(before, self.hash));
        }
        if keep > 0 {
            if self.last.len() >= keep {
                self.last.pop_front();
            }
            let [question, answer] =
                [question, answer].map(|line| String::from_utf8_lossy(line).trim_end().to_owned());
            self.last.push_back((question, answer));
        }
    }
}

/// What stands before and after the lane's number, by which alone the same run differs in two lanes. Where the number is not among the
/// first things of a line, all of it is hashed: then a run's twin is only equal in the same lane.
fn around_lane(line: &[u8]) -> (&[u8], &[u8]) {
    const NAME: &[u8] = b"\"lane\"";
    let blanks = |at: usize| at + line[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let place = || {
        let name = blanks(usize::from(line.first() == Some(&b'{')));
        line[name..].starts_with(NAME).then_some(())?;
        let colon = blanks(name + NAME.len());
        (line.get(colon) == Some(&b':')).then(|| blanks(colon + 1))
    };
    let begin = place().unwrap_or(0);
    let digits = if begin == 0 { 0 } else { line[begin..].iter().take_while(|b| b.is_ascii_digit()).count() };
    (&line[..begin], &line[begin + digits..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_of_all_answers_and_not_of_the_lane() {
        let hash = |lines: &[&str]| {
            let mut lane = Lane::default();
            let begin = crate::own::Begin::default();
            lines.iter().for_each(|line| lane.answer(&Ask::Reset(&begin), b"", line.as_bytes(), 0));
            lane.answer(&Ask::End, b"", b"whatever", 0);
            lane.hash
        };
        let one = hash(&["{\"lane\":0,\"effects\":[1]}", "{\"lane\": 0, \"effects\":[2]}"]);
        assert_eq!(one, hash(&["{\"lane\":17,\"effects\":[1]}", "{\"lane\": 9, \"effects\":[2]}"]));
        assert_ne!(one, hash(&["{\"lane\":0,\"effects\":[2]}", "{\"lane\": 0, \"effects\":[1]}"]));
        assert_ne!(one, hash(&["{\"lane\":0,\"effects\":[1]}"]));
        assert_ne!(hash(&["{\"effects\":[0],\"lane\":0}"]), hash(&["{\"effects\":[1],\"lane\":0}"]));
    }

    #[test]
    fn the_lane_is_found_in_whatever_a_line_holds() {
        for line in ["", "{", "{\"lane\"", "{\"lane\":", "{\"lane\":1", "\"lane\":1", "7", " {\"lane\":1}"] {
            let (before, after) = around_lane(line.as_bytes());
            assert_eq!(
                before.len()
                    + after.len()
                    + usize::from(line.contains("\"lane\":1") && !line.starts_with(' ')),
                line.len()
            );
        }
    }

    #[test]
    fn the_last_steps_are_kept() {
        let mut lane = Lane::default();
        for i in 0..5 {
            lane.ask(&Ask::End);
            lane.answer(&Ask::End, format!("q{i}\n").as_bytes(), format!("a{i}").as_bytes(), 2);
        }
        assert_eq!(lane.step, 5);
        assert_eq!(lane.last, [("q3".to_owned(), "a3".to_owned()), ("q4".to_owned(), "a4".to_owned())]);
    }
}
