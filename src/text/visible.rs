//! Which characters may be shown as they are, and how the others are spelt.
//!
//! The one rule for terminals, HTML, Markdown, LaTeX, SVG, CSV and JSON. Its data is Unicode's general category, from a pinned
//! crate so that one version of Synod takes the same names everywhere. Absent on purpose: characters that look like others
//! (a Latin and a Cyrillic A), which a table of categories cannot tell.

use std::fmt;

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether a character shows itself: not one that a terminal or a browser obeys, reorders text by, or draws as nothing.
///
/// Blanks other than U+0020 show themselves as a blank; a name may hold none of them.
pub fn is_visible(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_control();
    }
    let shows = match c.general_category_group() {
        GeneralCategoryGroup::Other => false,
        GeneralCategoryGroup::Separator => c.general_category() == GeneralCategory::SpaceSeparator,
        _ => true,
    };
    shows && !is_blank(c)
}

/// Letters, marks and symbols that are drawn as nothing, or that change how their neighbour is drawn.
fn is_blank(c: char) -> bool {
    matches!(c,
        // The grapheme joiner; fillers of Hangul; vowels of Khmer that are never drawn; Mongolian selectors.
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        // Braille without dots; fillers of Hangul; variation selectors; the place of an object that is not there.
        | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fffc}'
        // A filler of Khitan; a note without a head; variation selectors.
        | '\u{16fe4}' | '\u{1d159}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character is drawn onto the one before it.
pub fn is_mark(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Mark
}

/// The text with each character that is not visible spelt out, as `\n`, `\t` or `\u{…}`; everything else stays.
pub fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_visible(c) {
            safe.push(c);
        } else {
            safe.extend(c.escape_default());
        }
    }
    safe
}

/// A text of several lines, each printable; tabs, which only move what follows, are blanks.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| printable(&line.replace('\t', "    "))).collect();
    lines.join("\n")
}

/// A character that is not visible, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// The character.
    pub character: char,
    /// Its place among the text's characters, from 1.
    pub place: usize,
}

/// The first character that is not visible, if there is one.
pub fn first_hidden(text: &str) -> Option<Hidden> {
    let found = text.chars().enumerate().find(|(_, c)| !is_visible(*c));
    found.map(|(i, character)| Hidden { character, place: i + 1 })
}

impl fmt::Display for Hidden {
    /// `U+202E, which reorders or joins text, as character 3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.character.general_category() {
            GeneralCategory::Control => "a control character",
            GeneralCategory::Format => "which steers how text is laid out",
            GeneralCategory::PrivateUse => "which each font draws otherwise",
            GeneralCategory::Unassigned => "which is no character yet",
            GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => "which breaks the line",
            _ => "which is drawn as nothing",
        };
        write!(f, "U+{:04X}, {what}, as character {}", u32::from(self.character), self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By general category, first and last of each range where that matters.
    const HIDDEN: &[(&str, &[u32])] = &[
        ("Cc", &[0x0, 0x7, 0x9, 0xa, 0xd, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f]),
        (
            "Cf",
            &[0xad, 0x600, 0x605, 0x61c, 0x6dd, 0x70f, 0x8e2, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f],
        ),
        (
            "Cf",
            &[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069],
        ),
        ("Cf", &[0x206a, 0x206f, 0xfeff, 0xfff9, 0xfffa, 0xfffb, 0x110bd, 0x1bca0, 0x1d173, 0x1d17a]),
        ("Cf, tags", &[0xe0001, 0xe0020, 0xe0041, 0xe007f]),
        ("Zl, Zp", &[0x2028, 0x2029]),
        ("Co", &[0xe000, 0xf123, 0xf8ff, 0xf_0000, 0xf_fffd, 0x10_0000, 0x10_fffd]),
        (
            "Cn, no characters",
            &[0xfdd0, 0xfdef, 0xfffe, 0xffff, 0x1_fffe, 0x1_ffff, 0x8_ffff, 0x10_fffe, 0x10_ffff],
        ),
        (
            "Cn, unassigned",
            &[0x378, 0x2065, 0xfff0, 0xfff8, 0x4_0000, 0xd_fffd, 0xe_0000, 0xe_0080, 0xe_0fff],
        ),
        ("variation selectors", &[0xfe00, 0xfe0e, 0xfe0f, 0xe0100, 0xe01ef, 0x180b, 0x180c, 0x180d, 0x180f]),
        ("default-ignorable", &[0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x3164, 0xffa0]),
        ("drawn as nothing", &[0x2800, 0xfffc, 0x1d159, 0x16fe4]),
    ];

    const VISIBLE: &[(&str, &str)] = &[
        ("L", "aZßéĀЖअ漢あ한ǅʰأ𝔸"),
        ("M", "\u{301}\u{903}\u{20dd}"),
        ("N", "07٣Ⅷ½"),
        ("P", "_-()«»!\\'\"#%&*/·…‽"),
        ("S", "+<=>|~$€^`©°☃😀♥"),
        ("Zs", " \u{a0}\u{2003}\u{3000}"),
        ("the sign for what could not be read", "\u{fffd}"),
    ];

    #[test]
    fn what_is_obeyed_or_drawn_as_nothing_is_hidden_and_the_rest_is_not() {
        for (category, codes) in HIDDEN {
            for code in *codes {
                let c = char::from_u32(*code).expect("a scalar value");
                assert!(!is_visible(c), "{category} U+{code:04X}");
                let spelt = printable(&format!("a{c}b"));
                assert!(spelt.len() > 3 && spelt.chars().all(|c| c.is_ascii_graphic()), "{spelt:?}");
            }
        }
        for (category, text) in VISIBLE {
            text.chars().for_each(|c| assert!(is_visible(c), "{category} U+{:04X}", u32::from(c)));
            assert_eq!(printable(text), *text);
        }
    }

    /// What a browser, a terminal or the shaping of text treats as a whole block is hidden as a whole.
    #[test]
    fn whole_blocks_are_hidden() {
        let blocks =
            [0..=0x1f, 0x7f..=0x9f, 0x2028..=0x202e, 0x2060..=0x206f, 0xe000..=0xf8ff, 0xe0000..=0xe0fff];
        for block in blocks.into_iter().chain([0xf0000..=0x10_ffff, 0xfe00..=0xfe0f, 0xfff0..=0xfffc]) {
            block.filter_map(char::from_u32).for_each(|c| assert!(!is_visible(c), "U+{:04X}", u32::from(c)));
        }
    }

    #[test]
    fn a_hidden_character_is_named_with_its_place() {
        assert_eq!(first_hidden("naïve 漢"), None);
        let said = |text: &str| first_hidden(text).map(|hidden| hidden.to_string()).unwrap_or_default();
        assert_eq!(said("ab\u{202e}"), "U+202E, which steers how text is laid out, as character 3");
        assert_eq!(said("\u{3164}"), "U+3164, which is drawn as nothing, as character 1");
        assert_eq!(said("é\u{e000}"), "U+E000, which each font draws otherwise, as character 2");
        assert_eq!(said("\u{10ffff}"), "U+10FFFF, which is no character yet, as character 1");
        assert_eq!(said("\t"), "U+0009, a control character, as character 1");
    }

    #[test]
    fn nothing_that_steers_a_terminal_survives() {
        let hostile = "a\u{1b}[2J\u{7}\u{9b}31m\u{202e}b\r\n";
        let safe = printable(hostile);
        assert_eq!(first_hidden(&safe), None);
        assert!(safe.starts_with("a\\u{1b}[2J"));
        assert_eq!(printable_lines("a\n\tb\u{1b}"), "a\n    b\\u{1b}");
    }
}
