//! From what clients were told to what must have happened: settings in which some order gives just these answers.
//!
//! The simplest setting comes first: a fresh cluster whose servers are well. What it cannot give is looked for with
//! nodes that nobody reaches, with submissions from before, and with promises from before. Absent on purpose:
//! probabilities, for the text says nothing about how likely a setting was.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::count::count;
use super::mix::{Execution, MOST, Mix, MixError, Told, mixes_within};
use super::read::{Line, Who};
use super::{Client, Setting};

/// Earlier submissions that are considered where the text does not tell their number.
const MOST_EARLIER: u64 = 3;
/// Largest number that is believed: what came before is played.
const MOST_COUNTED: u64 = 1_000;

/// One way to say which client each line belongs to, and what explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The client of each line.
    pub clients: Vec<usize>,
    /// What was found in each kind of setting.
    pub explanations: Vec<Explanation>,
}

/// A kind of setting, and those of it that give the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// No submission before, as the text has it, and every node well.
    Fresh(Option<Finding>),
    /// The counters show submissions from before; every node well.
    Counted(Option<Finding>),
    /// Some nodes isolated; the smallest sets.
    Isolated(Vec<Finding>),
    /// Submissions from before that the text does not show; the fewest.
    Earlier(Vec<Finding>),
    /// Promises from before, though counters began anew; the smallest sets of nodes.
    Stale(Vec<Finding>),
}

/// A setting in which orders give the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The setting; a client that has no line in the text and one submission here ran unseen.
    pub setting: Setting,
    /// Orders that give these answers.
    pub orders: u64,
    /// Orders in all.
    pub of: u64,
    /// The same orders by which nodes said no; the most orders first.
    pub ways: Vec<Way>,
}

/// Orders of a setting in which the same nodes said no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The executions that were refused, of submissions that failed, in ascending order.
    pub refused: Vec<Execution>,
    /// So many orders.
    pub orders: u64,
    /// What is so in each of them, and not in all orders.
    pub always: Vec<Fact>,
    /// The first of them.
    pub example: Mix,
}

/// At one node, one execution comes before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The earlier.
    pub first: Execution,
    /// The later, of another client.
    pub then: Execution,
}

/// All readings of a text; one, unless some line does not say whose it is. `clients` are known by name, node and value.
///
/// # Errors
/// If there are too many submissions, or numbers that no server gives one after the other, as a sentence.
pub fn explain_lines(nodes: u8, clients: &[Client], lines: &[Line]) -> Result<Vec<Reading>, String> {
    let (mut readings, left) = (Vec::new(), Cell::new(MOST));
    for assigned in assignments(clients, lines)? {
        match Question::new(nodes, clients, lines, &assigned, &left) {
            Ok(question) => {
                let explanations = question.explanations().map_err(|error: MixError| error.to_string())?;
                readings.push(Reading { clients: assigned, explanations });
            }
            Err(why) if lines.iter().all(|line| line.who.is_some()) => return Err(why),
            Err(_) => {}
        }
    }
    if readings.is_empty() {
        return Err("no way to give these lines to the clients has numbers that follow each other".to_owned());
    }
    Ok(readings)
}

/// Every way to give the lines to clients; lines that say whose they are go to those.
fn assignments(clients: &[Client], lines: &[Line]) -> Result<Vec<Vec<usize>>, String> {
    const MOST_OPEN: usize = 4;
    let mut all = vec![Vec::new()];
    if lines.iter().filter(|line| line.who.is_none()).count() > MOST_OPEN {
        return Err(format!(
            "more than {MOST_OPEN} lines do not say whose they are; begin each with `A:` or `B:`"
        ));
    }
    for line in lines {
        let fixed = match &line.who {
            None => None,
            Some(Who::Client(client)) => Some(*client),
            Some(Who::Node(node)) => Some(
                clients
                    .iter()
                    .position(|c| c.node == *node)
                    .ok_or_else(|| format!("line {}: no client submits to node {node}", line.number))?,
            ),
        };
        let choices: Vec<usize> = fixed.map_or_else(|| (0..clients.len()).collect(), |client| vec![client]);
        all = all
            .into_iter()
            .flat_map(|start: Vec<usize>| {
                choices.iter().map(move |&client| start.iter().copied().chain([client]).collect())
            })
            .collect();
    }
    Ok(all)
}

/// What the clients were told, and what is known of them.
struct Question<'a> {
    nodes: u8,
    clients: Vec<Client>,
    /// By client, by submission.
    told: Vec<Vec<Told>>,
    /// Whether somebody was told a value that none of the clients submits.
    foreign: bool,
    /// Executions that may still be played, for all questions of a text.
    left: &'a Cell<u64>,
}

impl<'a> Question<'a> {
    fn new(
        nodes: u8,
        clients: &[Client],
        lines: &[Line],
        assigned: &[usize],
        left: &'a Cell<u64>,
    ) -> Result<Self, String> {
        let mut question = Question {
            nodes,
            clients: clients.to_vec(),
            told: vec![Vec::new(); clients.len()],
            foreign: false,
            left,
        };
        for (line, &client) in lines.iter().zip(assigned) {
            let told = &mut question.told[client];
            let name = &clients[client].name;
            let next = question.clients[client].counter + told.len() as u64 + 1;
            // What names no number has the one that comes next; the first of a fresh server is 1.
            let counter = line.counter.unwrap_or(next);
            if counter > MOST_COUNTED {
                return Err(format!(
                    "line {}: the number {counter} says that its server took more than {MOST_COUNTED} submissions before; restart the servers",
                    line.number
                ));
            }
            if told.is_empty() {
                question.clients[client].counter = counter.checked_sub(1).ok_or_else(|| {
                    format!("line {}: the first number that a server gives is 1", line.number)
                })?;
            } else if counter != next {
                return Err(format!(
                    "line {}: client {name}'s numbers do not follow each other; a line is missing, or its server was restarted: give the lines from before and after apart",
                    line.number
                ));
            }
            told.push(match &line.told {
                Err((phase, count)) => Told::Failed(*phase, *count),
                Ok(value) => match clients.iter().position(|c| c.value == *value) {
                    Some(whose) => Told::Succeeded(whose),
                    None => {
                        question.foreign = true;
                        Told::Succeeded(usize::MAX)
                    }
                },
            });
            question.clients[client].submissions = told.len();
        }
        Ok(question)
    }

    fn explanations(&self) -> Result<Vec<Explanation>, MixError> {
        let well = self.setting();
        let is_fresh = well.clients.iter().all(|client| client.counter == 0);
        let plain = self.first_of(self.with_unseen(&well))?;
        let found = plain.is_some();
        let mut all = vec![if is_fresh { Explanation::Fresh(plain) } else { Explanation::Counted(plain) }];
        let isolated = self.smallest_sets(&well, |setting, nodes| setting.isolated = nodes)?;
        if !isolated.is_empty() {
            all.push(Explanation::Isolated(isolated));
        }
        if !found {
            let earlier = self.fewest_earlier(&well)?;
            if !earlier.is_empty() {
                all.push(Explanation::Earlier(earlier));
            }
            let stale = self.smallest_sets(&well, |setting, nodes| setting.stale = nodes)?;
            if !stale.is_empty() {
                all.push(Explanation::Stale(stale));
            }
        }
        Ok(all)
    }

    fn setting(&self) -> Setting {
        Setting { nodes: self.nodes, clients: self.clients.clone(), ..Setting::default() }
    }

    /// A setting; and where a client has no line, the same with a submission of it that nobody wrote down.
    fn with_unseen(&self, setting: &Setting) -> Vec<Setting> {
        let mut all = vec![setting.clone()];
        for client in (0..self.told.len()).filter(|&client| self.told[client].is_empty()) {
            let mut unseen = setting.clone();
            unseen.clients[client].submissions = 1;
            all.push(unseen);
        }
        all
    }

    fn first_of(&self, settings: Vec<Setting>) -> Result<Option<Finding>, MixError> {
        for setting in settings {
            if let Some(finding) = self.ask(setting)? {
                return Ok(Some(finding));
            }
        }
        Ok(None)
    }

    /// The sets of nodes, none of which holds another one, with which the answers can be given.
    fn smallest_sets(
        &self,
        base: &Setting,
        set: fn(&mut Setting, Vec<u8>),
    ) -> Result<Vec<Finding>, MixError> {
        let mut bits: Vec<u32> = (1..1u32 << self.nodes.min(5)).collect();
        bits.sort_by_key(|bits| bits.count_ones());
        let mut found: Vec<(u32, Finding)> = Vec::new();
        for bits in bits {
            let mut setting = base.clone();
            set(&mut setting, (1..=self.nodes).filter(|node| bits >> (node - 1) & 1 == 1).collect());
            if let Some(finding) = self.first_of(self.with_unseen(&setting))? {
                found.push((bits, finding));
            }
        }
        // A set that gives the answers in every order explains more than one that needs a race besides: it comes first, and
        // no smaller one that does need a race stands for it.
        let always = |finding: &Finding| finding.orders == finding.of;
        let sets: Vec<(u32, bool)> = found.iter().map(|(bits, finding)| (*bits, always(finding))).collect();
        found.retain(|(bits, finding)| {
            let stands_for = |&(other, all): &(u32, bool)| {
                other != *bits && other & bits == other && (all || !always(finding))
            };
            !sets.iter().any(stands_for)
        });
        found.sort_by_key(|(bits, finding)| (!always(finding), bits.count_ones(), *bits));
        Ok(found.into_iter().map(|(_, finding)| finding).collect())
    }

    /// The fewest earlier submissions of clients whose number the text does not tell.
    fn fewest_earlier(&self, base: &Setting) -> Result<Vec<Finding>, MixError> {
        let open: Vec<usize> = (0..self.told.len()).filter(|&client| self.told[client].is_empty()).collect();
        let mut found = Vec::new();
        for client in open {
            for counter in 1..=MOST_EARLIER {
                let mut setting = base.clone();
                setting.clients[client].counter = counter;
                let all = self.with_unseen(&setting);
                let idle = self.ask(all[0].clone())?;
                let done = idle.is_some();
                if !found.is_empty() && !done {
                    continue;
                }
                // Both are told: the fewest with a submission under way, and the fewest without.
                found.extend(match idle {
                    Some(finding) => Some(finding),
                    None => self.first_of(all[1..].to_vec())?,
                });
                if done {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// The orders of a setting that give the answers.
    fn ask(&self, setting: Setting) -> Result<Option<Finding>, MixError> {
        if self.foreign {
            return Ok(None);
        }
        let fits = |client: usize, submission: usize, told: Told| {
            self.told[client].get(submission).is_none_or(|expected| *expected == told)
        };
        let mut ways = BTreeMap::<Vec<Execution>, (u64, BTreeSet<Fact>, Mix)>::new();
        let mut look = |mix: &Mix| {
            let facts = facts(mix);
            let mut refused: Vec<Execution> =
                mix.ending.refused.iter().filter(|e| self.asks_for(e)).copied().collect();
            refused.sort_unstable();
            let way = ways.entry(refused).or_insert_with(|| (0, facts.clone(), mix.clone()));
            way.0 += 1;
            way.1.retain(|fact| facts.contains(fact));
        };
        let mut left = self.left.get();
        let orders = mixes_within(&setting, &fits, &mut look, &mut left);
        self.left.set(left);
        let orders = orders?;
        if orders == 0 {
            return Ok(None);
        }
        let (of, trivial) = count(&setting)?;
        let way = |(refused, (orders, facts, example)): (_, (u64, BTreeSet<Fact>, Mix))| {
            let always = without_implied(facts.difference(&trivial).copied().collect());
            Way { refused, orders, always, example }
        };
        let mut ways: Vec<Way> = ways.into_iter().map(way).collect();
        ways.sort_by_key(|way| std::cmp::Reverse(way.orders));
        Ok(Some(Finding { setting, orders, of, ways }))
    }

    /// Whether an execution belongs to a submission that the text shows.
    fn asks_for(&self, it: &Execution) -> bool {
        it.submission < self.told[it.client].len()
    }
}

/// Which execution comes before which of another client at the same node.
pub(super) fn facts(mix: &Mix) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for (i, &first) in mix.order.iter().enumerate() {
        for &then in &mix.order[i + 1..] {
            if first.node == then.node && first.client != then.client {
                facts.insert(Fact { first, then });
            }
        }
    }
    facts
}

/// Without what follows from another fact, for a client's calls at a node have their own order.
fn without_implied(facts: BTreeSet<Fact>) -> Vec<Fact> {
    let place = |e: &Execution| (e.submission, e.phase);
    let implies = |strong: &Fact, weak: &Fact| {
        strong != weak
            && (strong.first.client, strong.first.node) == (weak.first.client, weak.first.node)
            && strong.then.client == weak.then.client
            && place(&weak.first) <= place(&strong.first)
            && place(&strong.then) <= place(&weak.then)
    };
    facts.iter().filter(|weak| !facts.iter().any(|strong| implies(strong, weak))).copied().collect()
}

/// An order in the notation of scripted schedules; of clients that submit once each on a fresh cluster.
pub fn schedule(setting: &Setting, mix: &Mix) -> String {
    let mut steps: Vec<String> = Vec::new();
    let mut calls = vec![0usize; setting.clients.len()];
    let name = |client: usize| &setting.clients[client].name;
    for it in &mix.order {
        let client = &setting.clients[it.client];
        let peers = (1..=setting.nodes).filter(|&node| node != client.node);
        let nodes: Vec<u8> = std::iter::once(client.node).chain(peers).collect();
        if it.phase == 1 && it.node == client.node {
            steps.push(format!("start {}", name(it.client)));
            calls[it.client] = 0;
        }
        let letter = if it.phase == 1 { 'P' } else { 'A' };
        steps.push(format!("{}{}:{letter}{}", name(it.client), it.submission + 1, it.node));
        calls[it.client] = (calls[it.client] + 1) % nodes.len();
        // The calls after it that fail, up to the next one that does not, or to the end of the phase.
        while calls[it.client] != 0 && !setting.is_linked(client.node, nodes[calls[it.client]]) {
            steps.push(format!(
                "{}{}:{letter}{}!",
                name(it.client),
                it.submission + 1,
                nodes[calls[it.client]]
            ));
            calls[it.client] = (calls[it.client] + 1) % nodes.len();
        }
    }
    steps.join("; ")
}
