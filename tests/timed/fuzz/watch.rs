//! Runs the cases of a target under watch: panics are caught, silence and slowness are measured, memory is read at the end.
//!
//! Absent on purpose: what the cases are.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::targets::{Target, Verdict};
use crate::support::dice::Dice;

/// What a case may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longer is slow.
    pub slow: Duration,
    /// Longer is taken for endless.
    pub endless: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { slow: Duration::from_secs(1), endless: Duration::from_secs(60) }
    }
}

/// What a case did that none may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Panicked(String),
    Slow(Duration),
    Endless,
}

/// A case that must not be.
#[derive(Clone, Debug)]
pub struct Found {
    pub target: &'static str,
    pub case: u64,
    pub input: Vec<u8>,
    pub what: What,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = String::from_utf8_lossy(&self.input);
        write!(f, "{}, case {}: {:?}\n{text:?}", self.target, self.case, self.what)
    }
}

/// How a target went.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub target: &'static str,
    pub cases: u64,
    pub accepted: u64,
    /// How often it was gone how deep.
    pub deep: BTreeMap<&'static str, u64>,
    /// Refusals by kind: the message without what was quoted from the input.
    pub kinds: BTreeMap<String, u64>,
    pub slowest: (Duration, u64),
    pub peak_kib: Option<u64>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { target, cases, accepted, kinds, slowest: (time, case), .. } = self;
        write!(f, "{target}: {cases} cases, {accepted} accepted, {} refused", cases - accepted)?;
        write!(f, " in {} kinds of words; slowest {time:?} (case {case})", kinds.len())?;
        self.deep.iter().try_for_each(|(what, n)| write!(f, ", {what} {n}"))?;
        let mut often: Vec<_> = self.kinds.iter().collect();
        often.sort_by_key(|(kind, n)| (std::cmp::Reverse(**n), (*kind).clone()));
        often.iter().take(6).try_for_each(|(kind, n)| write!(f, "; {n} × {kind}"))?;
        match self.peak_kib {
            Some(kib) => write!(f, "; at most {} MiB", kib / 1024),
            None => write!(f, "; memory is not known here"),
        }
    }
}

impl Report {
    fn add(&mut self, case: u64, verdict: Verdict, took: Duration) {
        /// Kinds that are kept: more than there are messages, should quotes once slip through.
        const MOST: usize = 5_000;
        self.cases += 1;
        self.slowest = self.slowest.max((took, case));
        match verdict {
            Verdict::Accepted(deep) => {
                self.accepted += 1;
                deep.into_iter().for_each(|what| *self.deep.entry(what).or_default() += 1);
            }
            Verdict::Refused(message) => {
                let kind = kind(&message);
                if self.kinds.len() < MOST || self.kinds.contains_key(&kind) {
                    *self.kinds.entry(kind).or_default() += 1;
                }
            }
        }
    }
}

/// A message without what it quotes: numbers, and what stands in back-quotes or quotation marks.
fn kind(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let (mut kind, mut quote) = (String::new(), None);
    for c in line.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '`' || c == '"' => quote = Some(c),
            None if c.is_ascii_digit() => {}
            None => kind.push(c),
        }
    }
    kind.chars().take(60).collect()
}

/// Runs these cases of a target.
pub fn fuzz(target: &'static Target, cases: Range<u64>, limits: Limits) -> Result<Report, Found> {
    let at = Arc::new(AtomicU64::new(cases.start));
    let (tell, told) = mpsc::channel();
    let worker = {
        let (at, cases) = (at.clone(), cases);
        // Not scoped: a case that never ends must not keep the watch from saying so.
        std::thread::Builder::new().name("fuzzed".into()).spawn(move || {
            let _ = tell.send(run(target, cases, limits, &at));
        })
    };
    worker.expect("a thread");
    let mut before = None;
    loop {
        match told.recv_timeout(limits.endless) {
            Ok(result) => return result,
            Err(_) => {
                let case = at.load(Ordering::Relaxed);
                if before.replace(case) == Some(case) {
                    let input = target.input(case);
                    return Err(Found { target: target.name, case, input, what: What::Endless });
                }
            }
        }
    }
}

fn run(target: &'static Target, cases: Range<u64>, limits: Limits, at: &AtomicU64) -> Result<Report, Found> {
    let mut report = Report { target: target.name, ..Report::default() };
    for case in cases {
        at.store(case, Ordering::Relaxed);
        let input = target.input(case);
        let found = |what: What| Found { target: target.name, case, input: input.clone(), what };
        let once = || {
            let begun = worked();
            let verdict = catch_unwind(AssertUnwindSafe(|| (target.read)(&input, &mut Dice(case))));
            (worked() - begun, verdict)
        };
        let (mut took, verdict) = once();
        // With its memory elsewhere a case is slow by chance, but not three times.
        for _ in 0..2 {
            if took > limits.slow {
                took = took.min(once().0);
            }
        }
        match verdict {
            Err(payload) => {
                let text = payload.downcast_ref::<String>().cloned();
                let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| text.to_string()));
                return Err(found(What::Panicked(text.unwrap_or_default())));
            }
            Ok(_) if took > limits.slow => return Err(found(What::Slow(took))),
            Ok(verdict) => report.add(case, verdict, took),
        }
    }
    report.peak_kib = peak_kib();
    Ok(report)
}

/// How long this thread has been at work, as Linux tells it: what it waits for others on a busy machine does not count.
pub fn worked() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0))
}

/// The most memory that this process had at a time, as Linux tells it.
pub fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
