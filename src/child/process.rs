//! A process that speaks the wire: questions go in, in lanes, and as many answers come out.

use std::io::Write;
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;
use std::time::Duration;

use super::command::Command;
use super::lane::Lane;
use super::life::{Life, Signal, in_words};
use super::lines::{Lines, Next};
use super::registry::registry;
use super::stderr::Stderr;
use super::watch::{Watch, Watched};
use crate::own::wire::{Hello, Limits, Owner, read, read_hello, write, write_hello};
use crate::own::{Ask, At, Body, Cluster, Effects, Trouble, Wrong};

/// How much may be asked before its answers are read: what any pipe takes while nobody reads it. More, and two who both wait
/// until the other reads would wait for ever.
const IN_FLIGHT: usize = 4096;
/// How long a program that has closed its stdout may take to end, and its stderr to be read.
const GRACE: Duration = Duration::from_secs(1);
/// How long a program may take to end, or to say what nobody asked for, when nothing more is asked.
const CLOSES: Duration = Duration::from_millis(200);

/// A user's program that runs.
pub struct Process {
    // The order is that in which they are dropped: the end of stdin comes first.
    stdin: Option<ChildStdin>,
    lines: Lines<ChildStdout>,
    watch: Watch,
    stderr: Stderr,
    life: Arc<Life>,
    hello: Hello,
    limits: Limits,
    step_limit: Duration,
    keep: usize,
    lanes: Vec<Lane>,
    stats: Option<Body>,
    /// Why nothing more can be asked.
    failed: Option<Trouble>,
    /// The lines of a batch, and where each ends.
    out: Vec<u8>,
    ends: Vec<usize>,
}

impl Process {
    /// Starts a program, and waits until it says that it is ready.
    pub fn start(command: &Command) -> Result<Self, Trouble> {
        let mut hello = Vec::new();
        write_hello(command.folder()?, &command.config, &mut hello);
        let mut process = Self::spawn(command)?;
        let said = process.handshake(&hello, command.start_limit);
        process.hello = said.map_err(|wrong| {
            let input = String::from_utf8_lossy(&hello).into_owned();
            wrong.at(At { step: None, at_ns: None, node: None, input })
        })?;
        process.hello.lanes = process.hello.lanes.min(command.lanes).max(1);
        process.lanes = vec![Lane::default(); process.hello.lanes.into()];
        Ok(process)
    }

    fn spawn(command: &Command) -> Result<Self, Wrong> {
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let life = Arc::new(Life::new(child));
        registry().add(&life);
        let mut guard = Ends(Some(Arc::clone(&life)));
        let missing = || command.no_start("it has no pipes");
        let (stdout, stderr) = (stdout.ok_or_else(missing)?, stderr.ok_or_else(missing)?);
        let threads = |error: std::io::Error| command.no_start(format!("no thread can watch it: {error}"));
        let stderr = Stderr::drain(stderr, command.sink.clone()).map_err(threads)?;
        let (start_limit, step_limit) = (command.start_limit, command.step_limit);
        let watched = Watched { life: Arc::clone(&life), stderr: stderr.clone(), start_limit, step_limit };
        let watch = Watch::begin(watched).map_err(threads)?;
        guard.0 = None;
        Ok(Self {
            stdin,
            lines: Lines::new(stdout),
            watch,
            stderr,
            life,
            hello: Hello { kit: None, runtime: None, style: None, lanes: 1, stand_ins: Vec::new() },
            limits: command.limits,
            step_limit,
            keep: command.keep,
            lanes: Vec::new(),
            stats: None,
            failed: None,
            out: Vec::new(),
            ends: Vec::new(),
        })
    }

    fn handshake(&mut self, hello: &[u8], limit: Duration) -> Result<Hello, Wrong> {
        self.watch.turn();
        self.say(hello);
        self.line(limit)?;
        self.watch.turn();
        let hello = read_hello(self.lines.line())?;
        self.watch.has_begun();
        Ok(hello)
    }

    /// What the program says of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Puts questions to it, each in a lane, and waits for as many answers: each in the place of its question.
    ///
    /// A program that has failed once is over: whatever it is asked from then on, it has failed.
    pub fn ask(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut Vec<Effects>) -> Result<(), Trouble> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        answers.resize_with(asks.len(), Effects::new);
        self.write_down(asks);
        let exchanged = self.exchange(asks, answers).map_err(|(i, wrong)| wrong.at(self.step(asks, i)));
        if let Err(trouble) = &exchanged {
            self.failed = Some(trouble.clone());
            self.stdin = None;
            self.life.signal(Signal::Kill);
        }
        exchanged
    }

    fn write_down(&mut self, asks: &[(u16, Ask<'_>)]) {
        self.out.clear();
        self.ends.clear();
        for (lane, ask) in asks {
            write(*lane, ask, &mut self.out);
            self.ends.push(self.out.len());
        }
    }

    /// Asks and reads by turns; where it fails, at which question.
    fn exchange(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut [Effects]) -> Result<(), (usize, Wrong)> {
        if asks.is_empty() {
            return Ok(());
        }
        self.watch.turn();
        if let Err(wrong) = self.unasked() {
            self.lane(asks[0].0).ask(&asks[0].1);
            return Err((0, wrong));
        }
        let mut asked = 0;
        for (i, (ask, answer)) in asks.iter().zip(answers).enumerate() {
            asked = self.ask_more(i, asked);
            self.answer(i, ask, answer).map_err(|wrong| (i, wrong))?;
            self.watch.answered();
        }
        self.watch.turn();
        Ok(())
    }

    /// Writes on, when so many are answered and so many asked, if little is in flight; how many are asked then.
    fn ask_more(&mut self, answered: usize, asked: usize) -> usize {
        let end = |count: usize| if count == 0 { 0 } else { self.ends[count - 1] };
        let begin = end(answered);
        if asked > answered && end(asked) - begin > IN_FLIGHT / 2 {
            return asked;
        }
        let fits = self.ends[asked..].iter().take_while(|end| **end - begin <= IN_FLIGHT).count();
        // A line that is longer than that goes alone, when nobody is about to write.
        let more = asked + if asked == answered { fits.max(1) } else { fits };
        let (from, to) = (end(asked), end(more));
        let out = std::mem::take(&mut self.out);
        self.say(&out[from..to]);
        self.out = out;
        more
    }

    /// Writes to it. That it does not read is told by what it says, or by the end of that.
    fn say(&mut self, lines: &[u8]) {
        if let Some(stdin) = &mut self.stdin
            && !lines.is_empty()
            && stdin.write_all(lines).is_err()
        {
            self.stdin = None;
        }
    }

    fn answer(&mut self, i: usize, (lane, ask): &(u16, Ask<'_>), effects: &mut Effects) -> Result<(), Wrong> {
        self.lane(*lane).ask(ask);
        self.line(self.step_limit)?;
        let answer = read(self.lines.line(), Owner::of(ask), &self.limits, effects)?;
        if answer.lane != *lane {
            return Err(Wrong::Lane { asked: *lane, got: answer.lane });
        }
        self.stats = answer.stats.or_else(|| self.stats.take());
        let question = i.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[i];
        // Both are borrowed in parts.
        let Self { lanes, lines, out, keep, .. } = self;
        lanes[usize::from(*lane)].answer(ask, &out[question], lines.line(), *keep);
        Ok(())
    }

    fn lane(&mut self, lane: u16) -> &mut Lane {
        let lane = usize::from(lane);
        if lane >= self.lanes.len() {
            self.lanes.resize(lane + 1, Lane::default());
        }
        &mut self.lanes[lane]
    }

    /// Waits for a line.
    fn line(&mut self, limit: Duration) -> Result<(), Wrong> {
        match self.lines.next(self.limits.line_bytes) {
            Next::Line => Ok(()),
            Next::TooLong => Err(Wrong::LineTooLong { limit: self.limits.line_bytes }),
            Next::End(in_a_line) => Err(self.ended(in_a_line, limit)),
        }
    }

    /// Its stdout is at an end: why.
    fn ended(&mut self, in_a_line: bool, limit: Duration) -> Wrong {
        self.stdin = None;
        let status = self.life.end(GRACE);
        self.stderr.wait_for_end(GRACE);
        if let Some((place, stderr)) = self.watch.hung() {
            return Wrong::Hung { limit, place, stderr };
        }
        let how = in_words(status);
        let how = if in_a_line { format!("{how}, in the middle of a line") } else { how };
        Wrong::Exited { how, stderr: self.stderr.text() }
    }

    /// Refuses what it said before it was asked.
    ///
    /// A line that comes later than this is taken for the next answer; then there is one too many at a later question, or when the
    /// runs are over ([`Cluster::close`]).
    fn unasked(&mut self) -> Result<(), Wrong> {
        if self.lines.beyond().is_empty() && !is_ready(self.lines.source(), Duration::ZERO) {
            return Ok(());
        }
        if !self.lines.beyond().is_empty() {
            let line = self.lines.beyond();
            let end = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
            return Err(Wrong::unasked(&line[..end]));
        }
        self.line(self.step_limit)?;
        Err(Wrong::unasked(self.lines.line()))
    }

    /// Where the question stands: how far its run is, and what was written.
    fn step(&self, asks: &[(u16, Ask<'_>)], i: usize) -> At {
        let (lane, ask) = &asks[i];
        let begin = if i == 0 { 0 } else { self.ends[i - 1] };
        let input = String::from_utf8_lossy(&self.out[begin..self.ends[i]]).trim_end().to_owned();
        let (at_ns, node) = match ask {
            Ask::Step(input) => (Some(input.at_ns), Some(input.node)),
            Ask::Reset(_) | Ask::End => (None, None),
        };
        At { step: Some(self.lanes.get(usize::from(*lane)).map_or(0, |lane| lane.step)), at_ns, node, input }
    }

    /// A hash of all answers in a lane since its run began: two runs of the same have the same, in whatever lane and process.
    pub fn answers_hash(&self, lane: u16) -> u64 {
        self.lanes.get(usize::from(lane)).map_or(0, |lane| lane.hash)
    }

    /// The last questions and answers of a lane's run, as lines, if they are kept (`Command::keep`).
    pub fn last_steps(&self, lane: u16) -> impl Iterator<Item = (&str, &str)> {
        let lane = self.lanes.get(usize::from(lane));
        lane.into_iter().flat_map(|lane| &lane.last).map(|(ask, answer)| (ask.as_str(), answer.as_str()))
    }

    /// What its kit has said of itself at the end of a run, the last time that it did.
    pub fn stats(&self) -> Option<&Body> {
        self.stats.as_ref()
    }
}

impl Cluster for Process {
    fn lanes(&self) -> u16 {
        self.hello.lanes
    }

    fn ask(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut Vec<Effects>) -> Result<(), Trouble> {
        Process::ask(self, asks, answers)
    }

    fn close(&mut self) -> Result<(), Trouble> {
        self.stdin = None;
        if self.failed.is_some() || self.lines.beyond().is_empty() && !is_ready(self.lines.source(), CLOSES) {
            return Ok(());
        }
        match self.lines.next(self.limits.line_bytes) {
            Next::End(false) => Ok(()),
            Next::Line | Next::TooLong | Next::End(true) => Err(Wrong::late(self.lines.line()).into()),
        }
    }

    fn last_step(&self, lane: u16) -> Option<(String, String)> {
        self.last_steps(lane).last().map(|(ask, answer)| (ask.to_owned(), answer.to_owned()))
    }

    fn blame(&self, lane: u16, what: String) -> Trouble {
        let lane = self.lanes.get(usize::from(lane));
        let input = lane.and_then(|lane| lane.last.back()).map(|(ask, _)| ask.clone()).unwrap_or_default();
        let step = lane.map(|lane| lane.step);
        Wrong::Senseless(what).at(At { step, at_ns: None, node: None, input })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        self.life.end(Duration::ZERO);
        self.stderr.wait_for_end(GRACE);
    }
}

/// A process that ends with this, unless it is passed on.
struct Ends(Option<Arc<Life>>);

impl Drop for Ends {
    fn drop(&mut self) {
        if let Some(life) = self.0.take() {
            life.end(Duration::ZERO);
        }
    }
}

/// Whether there is something to read, or nothing will ever be; waits so long for that.
#[cfg(unix)]
fn is_ready(stdout: &ChildStdout, time: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut all = [PollFd::new(stdout, PollFlags::IN)];
    let time = Timespec { tv_sec: 0, tv_nsec: time.subsec_nanos().into() };
    poll(&mut all, Some(&time)).is_ok_and(|ready| ready > 0)
}

/// Elsewhere a line too many is noticed when it is taken for an answer.
#[cfg(not(unix))]
fn is_ready(_: &ChildStdout, _: Duration) -> bool {
    false
}
