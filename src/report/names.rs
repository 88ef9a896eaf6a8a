//! Names as reports write them: joint outcomes, parameters, and text that is safe to print.
//!
//! Absent on purpose: escaping for a format; each exporter does that for its own.

/// Parameter paths without their first word (`network.delay.constant` → `delay.constant`), unless two would then be
/// equal.
pub fn short_paths<'a>(paths: &[&'a str]) -> Vec<&'a str> {
    let short: Vec<&str> = paths.iter().map(|p| p.split_once('.').map_or(*p, |(_, rest)| rest)).collect();
    let unique = |i: usize| short.iter().filter(|s| **s == short[i]).count() == 1;
    (0..paths.len()).map(|i| if unique(i) { short[i] } else { paths[i] }).collect()
}

/// Without what could break a line or reorder or hide text: control characters and Unicode's invisible directions.
pub fn printable(text: &str) -> String {
    let dangerous = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
            || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    let text: String = text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).collect();
    text.chars().filter(|c| !dangerous(*c)).collect()
}
