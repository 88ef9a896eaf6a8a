//! Text from a file, made fit for a terminal: what would move the cursor or reorder the line is spelt out.
//!
//! Absent on purpose: escaping for HTML, SVG, CSV or a shell; whoever writes those formats does it there.

/// Longest quotation of a file's text in a message, in characters.
const QUOTED: usize = 60;

/// The text with control, bidirectional and invisible characters spelt out as `\u{…}`; everything else stays.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Whether a terminal would obey or hide the character instead of showing it.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text in back-ticks, printable, cut where it is long.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(QUOTED) {
        None => format!("`{}`", printable(text)),
        Some((end, _)) => format!("`{}…`", printable(&text[..end])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_survives() {
        let hostile = "a\u{1b}[2J\u{7}\u{9b}31m\u{202e}b\r\n";
        let safe = printable(hostile);
        assert!(safe.chars().all(|c| !is_hidden(c)), "{safe:?}");
        assert!(safe.starts_with("a\\u{1b}[2J"));
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = "ü".repeat(500);
        assert_eq!(shown(&text).chars().count(), QUOTED + 3);
        assert_eq!(shown("los"), "`los`");
    }
}
