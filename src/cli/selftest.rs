//! `synod selftest`: known answers, found again on this machine.
//!
//! Absent on purpose: anything that the library's tests hold; this is for a binary far from its source.

use super::exit::{Exit, Failure};
use super::printer::Printer;
use crate::run::known::{RUNS, SAMPLES, SAMPLES_EACH, run_lines, sample_lines};
use crate::sim::EPOCH;

/// Most differences that are shown.
const SHOWN: usize = 10;

/// Runs them, and says what differs.
pub fn selftest(printer: &Printer) -> Result<Exit, Failure> {
    let runs = different(RUNS, &run_lines());
    let samples = different(SAMPLES, &sample_lines(SAMPLES_EACH));
    let (all_runs, all_laws) = (RUNS.lines().count(), SAMPLES.lines().count());
    let text = format!(
        "runs      {}/{all_runs} identical (every event, engine epoch {EPOCH})\n\
         samples   {}/{all_laws} distributions identical ({SAMPLES_EACH} samples each, to the bit)\n",
        all_runs.saturating_sub(runs.len()),
        all_laws.saturating_sub(samples.len())
    );
    printer.data(text.as_bytes())?;
    if runs.is_empty() && samples.is_empty() {
        return Ok(Exit::Ok);
    }
    for (known, found) in runs.iter().chain(&samples).take(SHOWN) {
        printer.error(&format!("differs\n  known: {known}\n  here:  {found}"));
    }
    printer.last_line("synod selftest");
    Ok(Exit::Mismatch)
}

/// Lines that are not as they are known, with what they are known as.
fn different(known: &str, found: &[String]) -> Vec<(String, String)> {
    let known: Vec<&str> = known.lines().collect();
    let line =
        |lines: usize, i: usize, text: &str| if i < lines { text.to_owned() } else { "(nothing)".to_owned() };
    (0..known.len().max(found.len()))
        .map(|i| {
            let known_line = line(known.len(), i, known.get(i).copied().unwrap_or_default());
            (known_line, line(found.len(), i, found.get(i).map_or("", String::as_str)))
        })
        .filter(|(known, found)| known != found)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_a_missing_and_a_further_line_differ() {
        let found = ["a".to_owned(), "b".to_owned()];
        assert_eq!(different("a\nb\n", &found), []);
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(different("a\nc\n", &found), [pair("c", "b")]);
        assert_eq!(different("a\n", &found), [pair("(nothing)", "b")]);
        assert_eq!(different("a\nb\nc\n", &found), [pair("c", "(nothing)")]);
    }
}
