//! JSON that can be shown: what JSON allows to stand raw in a text but nobody would see is escaped.

use super::visible::is_visible;

/// JSON of the same meaning without hidden characters: each stands as `\u` and four hexadecimal digits, twice where UTF-16
/// takes two. Line breaks and tabs between values stay.
///
/// What is hidden and not ASCII can only stand inside a text, and U+007F too; all else that is hidden JSON escapes itself.
pub fn visible_json(json: &str) -> String {
    let is_raw = |c: char| (!c.is_ascii() || c == '\u{7f}') && !is_visible(c);
    if !json.contains(is_raw) {
        return json.to_owned();
    }
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        if is_raw(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| visible.push_str(&format!("\\u{unit:04x}")));
        } else {
            visible.push(c);
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_mean_the_same() {
        let text = "a\u{202e}\u{7f}é漢\u{e0041}\n\u{1b}\"";
        let json = serde_json::json!({ "t": text });
        let shown = visible_json(&format!("{json:#}"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), json);
        assert!(shown.chars().all(|c| is_visible(c) || c == '\n'), "{shown}");
        assert!(shown.contains(r"a\u202e\u007fé漢\udb40\udc41\n"), "{shown}");
        assert_eq!(visible_json("[\n  1\n]"), "[\n  1\n]");
    }
}
