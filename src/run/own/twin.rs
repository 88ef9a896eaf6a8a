//! Whether a program answers the same twice: runs that are played by two of its processes, under whatever may not matter.
//!
//! The second process has another hash seed, plays in another lane, and takes the seeds from the last to the first. So iteration
//! over a set, a clock that is real, and what outlives a run show. Absent on purpose: what is played for its outcome.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::own::{Ask, Body, Cluster, Effects, Trouble};
use crate::run::plan::Plan;

use super::cluster::OwnNodes;
use super::engine::Run;

/// What is kept of the first process's lines, at most, bytes.
const KEPT: usize = 1 << 26;

/// What two processes of a program said.
#[derive(Clone, Debug, PartialEq)]
pub enum Twins {
    /// The same in so many runs.
    Same(u64),
    /// Different answers to the same input.
    Differ(Box<Split>),
    /// Somebody wished for an end.
    Stopped,
}

/// The first answer in which two runs of a seed differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The seed.
    pub seed: u64,
    /// The step of its run, from 0: the run's beginning.
    pub step: usize,
    /// When it was, ns by the node's clock, and where; none at the beginning.
    pub at: Option<(u64, u64)>,
    /// What the node was told, by its name.
    pub cause: String,
    /// What it said to that, the part that differs.
    pub once: String,
    /// And the other time.
    pub then: String,
}

/// A run as lines: questions and answers.
type Lines = Vec<(String, String)>;

/// Plays these seeds of the plan by two processes of its nodes, and compares all answers.
///
/// # Errors
/// When a node fails, with the seed.
pub fn twins(plan: &Plan, seeds: &[u64], stop: &AtomicBool) -> Result<Twins, (u64, Trouble)> {
    let Some(nodes) = &plan.own else { return Ok(Twins::Same(0)) };
    let first = seeds.first().copied().unwrap_or(0);
    let mut once = Player::new(plan, nodes, 0, first)?;
    let (mut known, mut kept) = (Vec::new(), 0);
    for &seed in seeds {
        let Some(lines) = once.play(seed, stop)? else { return Ok(Twins::Stopped) };
        kept += lines.iter().map(|(ask, answer)| ask.len() + answer.len()).sum::<usize>();
        known.push((seed, lines));
        if kept > KEPT {
            break;
        }
    }
    once.close(first)?;
    let mut then = Player::new(plan, nodes, 1, first)?;
    let compared = known.len() as u64;
    while let Some((seed, lines)) = known.pop() {
        let Some(again) = then.play(seed, stop)? else { return Ok(Twins::Stopped) };
        if let Some(split) = split(seed, &lines, &again) {
            return Ok(Twins::Differ(Box::new(split)));
        }
    }
    then.close(first)?;
    Ok(Twins::Same(compared))
}

/// One of the two processes.
struct Player<'p> {
    run: Run<'p>,
    cluster: Box<dyn Cluster>,
    lane: u16,
    answers: Vec<Effects>,
}

impl<'p> Player<'p> {
    fn new(plan: &'p Plan, nodes: &OwnNodes, twin: u32, seed: u64) -> Result<Self, (u64, Trouble)> {
        let cluster = nodes.start_twin(twin).map_err(|trouble| (seed, trouble))?;
        // The last lane is as good as the first.
        let lane = if twin == 0 { 0 } else { cluster.lanes().saturating_sub(1) };
        let run = Run::new(plan, nodes.map.clone(), nodes.values.clone());
        Ok(Player { run, cluster, lane, answers: Vec::new() })
    }

    /// Nothing more is asked of it.
    fn close(mut self, seed: u64) -> Result<(), (u64, Trouble)> {
        self.cluster.close().map_err(|trouble| (seed, trouble))
    }

    /// The lines of a run; none, soon after `stop` is set.
    fn play(&mut self, seed: u64, stop: &AtomicBool) -> Result<Option<Lines>, (u64, Trouble)> {
        let mut lines = Lines::new();
        let begin = self.run.begin(seed);
        self.exchange(&Ask::Reset(&begin), seed, &mut lines)?;
        while let Some(input) = self.run.next_input().cloned() {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            self.exchange(&Ask::Step(&input), seed, &mut lines)?;
        }
        let ended = self.cluster.ask(&[(self.lane, Ask::End)], &mut self.answers);
        ended.map_err(|trouble| (seed, trouble))?;
        Ok(Some(lines))
    }

    fn exchange(&mut self, ask: &Ask<'_>, seed: u64, lines: &mut Lines) -> Result<(), (u64, Trouble)> {
        let asked = self.cluster.ask(&[(self.lane, *ask)], &mut self.answers);
        asked.map_err(|trouble| (seed, trouble))?;
        lines.extend(self.cluster.last_step(self.lane));
        let effects = self.answers.first_mut().map(std::mem::take).unwrap_or_default();
        let obeyed = self.run.obey(effects);
        obeyed.map_err(|what| (seed, self.run.judged(self.cluster.blame(self.lane, what))))
    }
}

/// The first answer in which they differ, but for their lanes.
fn split(seed: u64, once: &Lines, then: &Lines) -> Option<Split> {
    let read = |line: &str| serde_json::from_str::<Body>(line).unwrap_or_default();
    let said = |line: &str| read(line)["effects"].take();
    for (step, ((ask, a), (_, b))) in once.iter().zip(then).enumerate() {
        if a == b {
            continue;
        }
        let (a, b) = (said(a), said(b));
        if a == b {
            continue;
        }
        let ask = read(ask);
        let (once, then) = first_difference(&a, &b);
        let cause = ask["cause"].as_str().unwrap_or("the run's beginning").to_owned();
        let at = ask["at"].as_u64().zip(ask["node"].as_u64());
        return Some(Split { seed, step, at, cause, once, then });
    }
    None
}

/// The first effects of two lists that differ, as text.
fn first_difference(a: &Body, b: &Body) -> (String, String) {
    let list = |it: &Body| it.as_array().cloned().unwrap_or_default();
    let (a, b) = (list(a), list(b));
    let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let said = |it: &[Body]| it.get(at).map_or_else(|| "nothing more".to_owned(), Body::to_string);
    (said(&a), said(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found_and_lanes_are_none() {
        let line = |lane: u32, effects: &str| {
            let ask = format!("{{\"lane\":{lane},\"at\":5,\"node\":2,\"cause\":\"submit.0\"}}");
            (ask, format!("{{\"lane\":{lane},\"effects\":[{effects}]}}"))
        };
        let once = vec![line(0, "1"), line(0, "1,2,3")];
        assert_eq!(split(7, &once, &vec![line(9, "1"), line(9, "1,2,3")]), None);
        let found = split(7, &once, &vec![line(9, "1"), line(9, "1,4,3")]).expect("they differ");
        assert_eq!((found.step, found.at, found.cause.as_str()), (1, Some((5, 2)), "submit.0"));
        assert_eq!((found.once.as_str(), found.then.as_str()), ("2", "4"));
        let shorter = split(7, &once, &vec![line(9, "1"), line(9, "1,2")]).expect("they differ");
        assert_eq!(shorter.then, "nothing more");
    }
}
