//! Names as reports write them: joint outcomes, parameters, titles.
//!
//! Absent on purpose: escaping for a format; each exporter does that for its own.

pub use crate::text::printable;

/// Parameter paths without their first word (`network.delay.constant` → `delay.constant`), unless two would then be
/// equal.
pub fn short_paths<'a>(paths: &[&'a str]) -> Vec<&'a str> {
    let short: Vec<&str> = paths.iter().map(|p| p.split_once('.').map_or(*p, |(_, rest)| rest)).collect();
    let unique = |i: usize| short.iter().filter(|s| **s == short[i]).count() == 1;
    (0..paths.len()).map(|i| if unique(i) { short[i] } else { paths[i] }).collect()
}

/// A title as a sentence of its own: with a full stop, unless it ends as a sentence does.
pub fn sentence(title: &str) -> String {
    let title = title.trim_end();
    let ends = title.ends_with(['.', '?', '!', '…', ':', ';']);
    if ends || title.is_empty() { title.to_owned() } else { format!("{title}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shortened_unless_that_makes_two_equal() {
        assert_eq!(short_paths(&["network.loss", "protocol.retry", "seed"]), ["loss", "retry", "seed"]);
        assert_eq!(short_paths(&["a.delay", "b.delay", "b.c.d"]), ["a.delay", "b.delay", "c.d"]);
    }
}
