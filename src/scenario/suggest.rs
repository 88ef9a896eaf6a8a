//! The word that was probably meant, for an unknown key or enum word.
//!
//! Absent on purpose: any dictionary; the choices come with the question.

use super::escape::shown;

/// Longer words are no misspellings of ours, and the distance costs a product of lengths.
const LONGEST: usize = 60;

/// The choice nearest to `word`, if it is near enough to be worth naming. Case and `-` against `_` cost nothing.
pub(super) fn nearest<'a>(word: &str, choices: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let wanted = plain(word);
    // Of words this short, everything is a neighbour.
    let allowed = if length < 3 { 0 } else { length / 3 };
    let typo = choices
        .iter()
        .map(|choice| (strsim::osa_distance(&wanted, &plain(choice)), *choice))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= allowed);
    let part = || choices.iter().find(|choice| length >= 3 && plain(choice).contains(&wanted)).copied();
    typo.map(|(_, choice)| choice).or_else(part)
}

fn plain(word: &str) -> String {
    word.to_lowercase().replace('_', "-")
}

/// `; did you mean …?`, or nothing.
pub fn did_you_mean(word: &str, choices: &[&str]) -> String {
    nearest(word, choices).map(|choice| format!("; did you mean `{choice}`?")).unwrap_or_default()
}

/// That a path is no axis of a sweep with these, which it lists.
pub(super) fn no_axis(path: &str, axes: &[&str]) -> String {
    let list = if axes.is_empty() {
        "this sweep has none".to_owned()
    } else {
        format!("axes: {}", axes.iter().map(|axis| shown(axis)).collect::<Vec<_>>().join(", "))
    };
    format!("{} is no axis of this sweep{} ({list})", shown(path), did_you_mean(path, axes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let keys = ["delay", "loss", "phase_timeout", "duplicate"];
        assert_eq!(nearest("los", &keys), Some("loss"));
        assert_eq!(nearest("Phase-Timeout", &keys), Some("phase_timeout"));
        assert_eq!(nearest("dealy", &keys), Some("delay"));
        assert_eq!(nearest("timeout", &keys), Some("phase_timeout"));
        assert_eq!(nearest("speed", &keys), None);
        assert_eq!(nearest("x", &keys), None);
        assert_eq!(nearest("C", &["A", "B"]), None);
        assert_eq!(nearest("a", &["A", "B"]), Some("A"));
        assert_eq!(nearest(&"loss".repeat(100_000), &keys), None);
    }
}
