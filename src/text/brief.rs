//! As much of a foreign text, or of a number, as a message needs.

use super::visible::printable;

/// Longest quotation of a file's text in a message, in characters.
const QUOTED: usize = 60;
/// Longest name of a place (a file, a flag with its value), in characters.
const PLACE: usize = 400;

/// The text printable, in back-ticks, and cut where it is long.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        None => format!("`{}`", printable(text)),
        Some((end, _)) => format!("`{}…`", printable(&text[..end])),
    }
}

/// The text printable, without its middle where it is long: how a path begins and the file's name at its end both stay.
pub fn brief(text: &str) -> String {
    let length = text.chars().count();
    if length <= PLACE {
        return printable(text);
    }
    let head: String = text.chars().take(PLACE / 2).collect();
    let tail: String = text.chars().skip(length - PLACE / 2).collect();
    format!("{}…{}", printable(&head), printable(&tail))
}

/// A number in the shortest form that reads back as the same: `1e308`, not 309 digits.
pub fn short_number(number: f64) -> String {
    let plain = number.to_string();
    if plain.len() <= 17 { plain } else { format!("{number:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = "ü".repeat(500);
        assert_eq!(shown(&text).chars().count(), QUOTED + 3);
        assert_eq!(shown("los"), "`los`");
        assert_eq!(brief(&text).chars().count(), PLACE + 1);
        assert!(brief(&format!("/a{}b.toml", "/x".repeat(5000))).ends_with("/xb.toml"));
        assert_eq!(brief("a\u{1b}"), "a\\u{1b}");
    }

    #[test]
    fn numbers_are_short_and_read_back() {
        for (number, text) in
            [(0.0, "0"), (-0.25, "-0.25"), (1e6, "1000000"), (1e308, "1e308"), (f64::INFINITY, "inf")]
        {
            assert_eq!(short_number(number), text);
        }
        for number in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1 + 0.2, 1e15, 1e17, -1e21] {
            let text = short_number(number);
            assert!(text.len() <= 24 && text.parse() == Ok(number), "{text}");
        }
    }
}
