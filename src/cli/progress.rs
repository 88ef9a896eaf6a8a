//! The progress of whatever takes long: what is done, how much of it, how fast, how long it will take. Shown on a terminal,
//! from half a second on; hidden where nobody could see it move.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::interrupt;
use super::printer::Printer;
use crate::sweep::Progress;

/// What is over sooner is not worth a word.
const DELAY: Duration = Duration::from_millis(500);
/// Time between two looks at a clock that nothing else moves.
const STEP: Duration = Duration::from_millis(250);

/// The bar that is on the screen, for who must take it off.
static SHOWN: Mutex<Option<Shown>> = Mutex::new(None);

/// A bar on stderr, or nothing.
pub struct Bar {
    shown: Shown,
    unit: &'static str,
    /// How many were done before this process began: they tell nothing of its speed.
    before: Arc<AtomicU64>,
}

#[derive(Clone)]
struct Shown {
    bar: ProgressBar,
    /// Whether it is off again.
    over: Arc<(Mutex<bool>, Condvar)>,
}

impl Bar {
    /// For so many runs.
    pub fn new(runs: u64, printer: &Printer) -> Self {
        Bar::of("running", "runs", runs, printer)
    }

    /// For so many of what there is to do; 0 if nobody knows.
    pub fn of(doing: &'static str, unit: &'static str, all: u64, printer: &Printer) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let shown = Shown { bar: bar.with_message(doing), over: Arc::default() };
        let bar = Bar { shown, unit, before: Arc::default() };
        interrupt::doing(Some(doing));
        bar.expect(all);
        if printer.shows_progress() {
            *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.shown.clone());
            let shown = bar.shown.clone();
            // Without a thread there is no bar.
            let _ = std::thread::Builder::new().name("bar".to_owned()).spawn(move || shown.draw());
        }
        bar
    }

    /// So many are done already.
    pub fn go_on_from(&self, done: u64) {
        self.before.store(done, Ordering::Relaxed);
        self.shown.bar.set_position(done);
    }

    /// So many are done by now.
    pub fn at(&self, done: u64) {
        self.shown.bar.set_position(done);
    }

    /// Does something that prints, with the bar out of its way.
    pub fn suspend<R>(&self, print: impl FnOnce() -> R) -> R {
        self.shown.bar.suspend(print)
    }

    /// Takes it off the screen.
    pub fn clear(&self) {
        self.shown.clear();
        interrupt::doing(None);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Progress for Bar {
    fn advance(&self, done: u64) {
        self.shown.bar.inc(done);
    }

    fn expect(&self, all: u64) {
        let (unit, before) = (self.unit, Arc::clone(&self.before));
        let far = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            let far = far(state.pos(), before.load(Ordering::Relaxed), state.len(), state.elapsed(), unit);
            // A bar without its figures is still a bar.
            let _ = out.write_str(&far);
        };
        let style = match all {
            0 => "{msg}  {far}",
            all => {
                self.shown.bar.set_length(all);
                "{msg}  {bar:24} {far}"
            }
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            self.shown.bar.set_style(style.with_key("far", far));
        }
    }
}

impl Shown {
    /// Shows it after a while, and lets its clock go on.
    fn draw(&self) {
        let (over, told) = &*self.over;
        let mut is_over = over.lock().unwrap_or_else(PoisonError::into_inner);
        let mut wait = DELAY;
        loop {
            let waited = told.wait_timeout_while(is_over, wait, |is_over| !*is_over);
            is_over = waited.unwrap_or_else(PoisonError::into_inner).0;
            if *is_over {
                return;
            }
            if wait == DELAY {
                self.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            self.bar.tick();
            wait = STEP;
        }
    }

    fn clear(&self) {
        let (over, told) = &*self.over;
        // Whoever draws holds this lock: nothing is drawn once it is taken.
        *over.lock().unwrap_or_else(PoisonError::into_inner) = true;
        told.notify_all();
        self.bar.finish_and_clear();
    }
}

/// Takes whatever bar there is off the screen.
pub fn clear() {
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(shown) = shown {
        shown.clear();
    }
}

/// How far it is: `1,234/10,000 runs  56/s  2m left`.
fn far(done: u64, before: u64, all: Option<u64>, elapsed: Duration, unit: &str) -> String {
    if all.is_none() && unit.is_empty() {
        return HumanDuration(elapsed).to_string();
    }
    let fresh = done.saturating_sub(before);
    let count = match all {
        Some(all) => format!("{}/{} {unit}", HumanCount(done), HumanCount(all)),
        None => format!("{} {unit}", HumanCount(done)),
    };
    let seconds = elapsed.as_secs_f64().max(1e-3);
    let rate = fresh as f64 / seconds;
    let pace = match rate {
        _ if fresh == 0 => return format!("{count}  none done in {}", HumanDuration(elapsed)),
        rate if rate >= 10.0 => format!("{}/s", HumanCount(rate as u64)),
        rate if rate >= 1.0 => format!("{rate:.1}/s"),
        rate => format!("{:.1} s each", 1.0 / rate),
    };
    let Some(all) = all else { return format!("{count}  {pace}  for {}", HumanDuration(elapsed)) };
    let left = all.saturating_sub(done) as f64 / rate;
    // Beyond what a person waits for, and what a duration holds.
    let left = Duration::from_secs_f64(left.min(1e10));
    format!("{count}  {pace}  at most {} left", HumanDuration(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_says_how_far_it_is_and_nothing_that_it_cannot_know() {
        let far =
            |done, before, all, seconds, unit| far(done, before, all, Duration::from_secs(seconds), unit);
        assert_eq!(far(0, 0, Some(4), 12, "runs"), "0/4 runs  none done in 12 seconds");
        assert_eq!(far(1, 0, Some(4), 12, "runs"), "1/4 runs  12.0 s each  at most 36 seconds left");
        assert_eq!(
            far(2000, 1000, Some(3000), 10, "runs"),
            "2,000/3,000 runs  100/s  at most 10 seconds left"
        );
        assert_eq!(far(5, 0, Some(50), 2, "files"), "5/50 files  2.5/s  at most 18 seconds left");
        assert_eq!(far(500, 0, None, 5, "runs"), "500 runs  100/s  for 5 seconds");
        assert_eq!(far(0, 0, None, 5, ""), "5 seconds");
        assert!(far(1, 0, Some(u64::MAX), 1000, "runs").contains("left"));
    }
}
