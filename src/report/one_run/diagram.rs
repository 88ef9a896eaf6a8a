//! A run as a space-time diagram in text: a lane for each node, time running down, an arrow where a message arrives.
//!
//! ```text
//!    10 ms   o────────▶│         │    A's prepare 1.1
//!            A         2         B
//! ```
//!
//! Absent on purpose: what takes no message, but for the beginnings and ends of attempts.

use super::{RunView, ms};
use crate::run::{Deviations, Subject};
use crate::trace::{Answer, Event, MessageId};

/// Characters from one lane to the next.
const WIDTH: usize = 11;

/// The diagram; what deviates is marked.
pub(super) fn diagram(view: &RunView<'_>) -> String {
    let lanes = Lanes { nodes: usize::from(view.scenario.cluster.nodes), view };
    let mut text = format!("{:>16}  {}\n", "", lanes.heads());
    for (at, event) in &view.record.events {
        if let Some((drawn, label)) = lanes.row(event) {
            text.push_str(&format!("{:>16}  {drawn}  {label}\n", ms(*at)));
        }
    }
    text
}

struct Lanes<'a> {
    nodes: usize,
    view: &'a RunView<'a>,
}

impl Lanes<'_> {
    /// The lane of a proposer: its node's, or one of its own behind these.
    fn of(&self, proposer: u8) -> usize {
        let proposers = &self.view.scenario.proposer;
        match proposers.get(usize::from(proposer)).map_or(0, |it| it.node) {
            0 => {
                let homeless = proposers.iter().take(usize::from(proposer)).filter(|it| it.node == 0).count();
                self.nodes + homeless
            }
            node => usize::from(node) - 1,
        }
    }

    fn count(&self) -> usize {
        self.nodes + self.view.scenario.proposer.iter().filter(|it| it.node == 0).count()
    }

    fn heads(&self) -> String {
        let head = |lane: usize| {
            let mut names: Vec<String> = Vec::new();
            if lane < self.nodes {
                names.push((lane + 1).to_string());
            }
            let proposers = 0..self.view.scenario.proposer.len() as u8;
            names.extend(proposers.filter(|&p| self.of(p) == lane).map(|p| self.view.who(p)));
            let name: String = names.join(" ").chars().take(WIDTH - 1).collect();
            format!("{name:<WIDTH$}")
        };
        (0..self.count()).map(head).collect::<String>().trim_end().to_owned()
    }

    /// The lanes with marks on them.
    fn lanes(&self, marks: &[(usize, char)]) -> Vec<char> {
        let mut row = vec![' '; WIDTH * (self.count() - 1) + 1];
        for lane in 0..self.count() {
            row[WIDTH * lane] = '│';
        }
        for &(lane, mark) in marks {
            row[WIDTH * lane] = mark;
        }
        row
    }

    fn arrow(&self, id: MessageId, arrives: bool) -> String {
        let (proposer, node) = (self.of(id.proposer), usize::from(id.node) - 1);
        let (from, to) = if id.reply { (node, proposer) } else { (proposer, node) };
        let mut row = self.lanes(&[(from, 'o')]);
        let (a, b) = (WIDTH * from.min(to), WIDTH * from.max(to));
        for place in row.iter_mut().take(b).skip(a + 1) {
            *place = if *place == '│' { '┼' } else { '─' };
        }
        match (arrives, from.cmp(&to)) {
            (_, std::cmp::Ordering::Equal) => row[a] = 'o',
            (true, std::cmp::Ordering::Less) => row[b] = '▶',
            (true, std::cmp::Ordering::Greater) => row[a] = '◀',
            (false, _) => row[(a + b) / 2 + 1] = 'x',
        }
        row.iter().collect()
    }

    /// An event's row and label, if it has one.
    fn row(&self, event: &Event) -> Option<(String, String)> {
        let view = self.view;
        let at =
            |proposer: u8, mark: char| self.lanes(&[(self.of(proposer), mark)]).iter().collect::<String>();
        Some(match *event {
            Event::Started { proposer, attempt, ballot } => {
                let label = format!(
                    "{} begins attempt {attempt}, ballot {}",
                    view.who(proposer),
                    view.ballot(ballot)
                );
                (at(proposer, '*'), label)
            }
            Event::Failed { proposer, attempt, why, .. } => {
                let why = if why.is_preemption() { "is pre-empted" } else { "fails" };
                (at(proposer, '!'), format!("{}'s attempt {attempt} {why}", view.who(proposer)))
            }
            Event::Learned { proposer, ballot, .. } => (
                at(proposer, '#'),
                format!("{} has its quorum in {}", view.who(proposer), view.ballot(ballot)),
            ),
            Event::Answered { proposer, answer: Answer::Failed { .. }, .. } => {
                (at(proposer, '#'), format!("client {} is told FAILED", view.who(proposer)))
            }
            Event::Sent { ref message, lost: true, .. } => {
                let label = format!("{} is lost{}", view.phrase(message), self.mark(message.id));
                (self.arrow(message.id, false), label)
            }
            Event::Delivered { ref message } => {
                let label = format!("{}{}", view.phrase(message), self.mark(message.id));
                (self.arrow(message.id, true), label)
            }
            Event::Crashed { node } => {
                (self.lanes(&[(usize::from(node) - 1, 'X')]).iter().collect(), "crashes".into())
            }
            _ => return None,
        })
    }

    /// What is appended to a message that deviates.
    fn mark(&self, id: MessageId) -> &'static str {
        let wanted: &Deviations = &self.view.record.token.deviations;
        let about = |subject: Subject| match subject {
            Subject::Fate(it, _) | Subject::Copy(it, _) | Subject::Arrival(it, _) => it == id,
            _ => false,
        };
        if wanted.iter().any(|(subject, _)| about(subject)) { "   <- deviates" } else { "" }
    }
}
