//! The progress bar of a sweep: runs done, rate, time left. Hidden where nobody could see it move.

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::printer::Printer;
use crate::sweep::Progress;

/// A bar on stderr, or nothing.
pub struct Bar(ProgressBar);

impl Bar {
    /// For so many runs.
    pub fn new(runs: u64, printer: &Printer) -> Self {
        let target = if printer.shows_progress() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(runs), target);
        let style = "{bar:32} {human_pos}/{human_len} runs  {rate}/s  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.with_key("rate", rate));
        }
        Bar(bar)
    }

    /// Does something that prints, with the bar out of its way.
    pub fn suspend<R>(&self, print: impl FnOnce() -> R) -> R {
        self.0.suspend(print)
    }

    /// Takes it off the screen.
    pub fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// Runs a second, as a whole number.
fn rate(state: &ProgressState, out: &mut dyn std::fmt::Write) {
    // A bar without its rate is still a bar.
    let _ = write!(out, "{}", HumanCount(state.per_sec() as u64));
}

impl Progress for Bar {
    fn advance(&self, runs: u64) {
        self.0.inc(runs);
    }
}
