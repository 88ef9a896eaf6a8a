//! A deterministic simulation testbed for contention in single-decree Paxos.
//!
//! Several proposers race over a network with delays and losses; this library plays such races, checks each while it runs,
//! and counts who wins. For the command line see `README.md` and `docs/`; for how it all works inside, `ARCHITECTURE.md`.
//!
//! # From the top
//!
//! Three types are enough for a beginning. A [`Scenario`](scenario::Scenario) says who contends, over which network, by which
//! rules. A [`Simulator`](run::Simulator) plays it: a scenario and a **seed**, any `u64`, are a **run**, the same one on every
//! machine. An [`Outcome`](check::Outcome) is what the run came to, in integers.
//!
//! ## Parse a scenario
//!
//! Scenarios are TOML (or JSON of the same shape). Whatever is left out has its default: three nodes, a majority, messages by
//! broadcast. Mistakes come back with their line, column and remedy.
//!
//! ```
//! use synod::scenario::Scenario;
//!
//! const DUEL: &str = r#"
//!     [[proposer]]
//!     name = "A"
//!     node = 1
//!
//!     [[proposer]]
//!     name = "B"
//!     node = 3
//!
//!     [protocol]
//!     retry = { uniform = { max = "20ms" } }
//!
//!     [network]
//!     delay = { exponential = { mean = "10ms" } }
//! "#;
//! let scenario = Scenario::parse(DUEL, "duel.toml")?;
//! assert_eq!(scenario.proposer[1].name, "B");
//!
//! let unitless = DUEL.replace("\"10ms\"", "10");
//! let mistake = Scenario::parse(&unitless, "duel.toml").unwrap_err();
//! assert!(mistake.to_string().starts_with("duel.toml:14:38: `mean`: `10` has no unit"), "{mistake}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## Run a seed
//!
//! A [`Plan`](run::Plan) is a scenario made ready, once for any number of seeds and threads. A simulator is reused: from the second
//! run on it allocates nothing.
//!
//! ```
//! use synod::check::Verdict;
//! use synod::run::{Plan, Simulator};
//! use synod::trace::Blind;
//! # let scenario = synod::scenario::Scenario::parse(synod::scenario::shipped::find("random-retry").unwrap().text, "x")?;
//!
//! let plan = Plan::new(&scenario)?;
//! let mut simulator = Simulator::new(&plan);
//! let outcome = simulator.run(6, &mut Blind);
//! assert_eq!(outcome.verdict, Verdict::Decided);
//! assert_eq!(outcome.winner, Some(1), "proposers count from 0: B wins");
//! assert!(outcome.violated.is_empty(), "every run is checked");
//!
//! let first = outcome.clone();
//! assert_eq!(simulator.run(6, &mut Blind), &first, "the same seed is the same run");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## Observe its events
//!
//! Whatever happens in a run is an [`Event`](trace::Event): a closed enum, and the only thing that the checker, the counts and the
//! reports are made from. An [`Observer`](trace::Observer) of your own sees the same, each with its virtual time in nanoseconds,
//! and can change nothing.
//!
//! ```
//! use synod::trace::{Event, Observer};
//! # use synod::run::simulate;
//! # let scenario = synod::scenario::Scenario::parse(synod::scenario::shipped::find("random-retry").unwrap().text, "x")?;
//!
//! /// When each acceptor votes.
//! #[derive(Default)]
//! struct Votes(Vec<(u64, u8)>);
//!
//! impl Observer for Votes {
//!     fn on(&mut self, at_ns: u64, event: &Event) {
//!         if let Event::Voted { node, .. } = *event {
//!             self.0.push((at_ns, node));
//!         }
//!     }
//! }
//!
//! let mut votes = Votes::default();
//! let outcome = simulate(&scenario, 6, &mut votes)?;
//! let chosen_at = outcome.chosen_at_ns.unwrap();
//! assert!(votes.0.iter().any(|&(at, _)| at == chosen_at), "a value is chosen by a vote, before anybody knows");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Recorder`](trace::Recorder) keeps every event, and [`Record`](run::Record) a whole run with its digest, votes and proofs.
//!
//! ## Sweep many seeds
//!
//! A [`Job`](sweep::Job) is a plan to be run over many seeds; [`sweep`](sweep::sweep()) does that for any number of jobs, on all
//! cores. The result does not depend on how many there are.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//! use synod::scenario::{Scenario, shipped};
//! use synod::sweep::{Coverage, Job, Silent, sweep};
//!
//! // One attempt each, ballots 11 and 13, exponential delays: A wins 5 runs of 54.
//! let scenario = Scenario::parse(shipped::find("duel").unwrap().text, "duel.toml")?;
//! let job = Job::new(&scenario)?;
//! let stop = AtomicBool::new(false);
//! let results = sweep(&[job], 0, 20_000, Coverage::Sample, &Silent, &stop)?;
//! # let totals = &results[0].totals;
//! # assert_eq!((totals.runs, totals.undecided), (20_000, 0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## Read the totals
//!
//! [`Totals`](sweep::Totals) are counts, integer sums and histograms; they merge by addition. Figures are made from them at the
//! very end, with intervals that are never of width zero; a figure that does not exist is `None`, never 0.
//!
//! ```
//! use synod::stats::{Z95, share, simultaneous};
//! # use std::sync::atomic::AtomicBool;
//! # use synod::scenario::{Scenario, shipped};
//! # use synod::sweep::{Coverage, Job, Silent, sweep};
//! # let scenario = Scenario::parse(shipped::find("duel").unwrap().text, "duel.toml")?;
//! # let job = Job::new(&scenario)?;
//! # let results = sweep(&[job], 0, 20_000, Coverage::Sample, &Silent, &AtomicBool::new(false))?;
//!
//! let totals = &results[0].totals;
//! let a_wins = share(totals.winners[0], totals.runs);
//! let intervals = simultaneous(&[totals.winners[0], totals.winners[1], totals.undecided], 0.05);
//! assert!(intervals[0].contains(5.0 / 54.0), "{a_wins:?}");
//!
//! let first_choice_ns = totals.chosen_at.mean_interval(Z95).unwrap();
//! assert!(first_choice_ns.contains(1081.0 / 648.0 * 10e6), "{first_choice_ns:?}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! All are on by default, for the program `synod`. A library takes what it needs:
//!
//! | `default-features = false`, and | gives | crates beside |
//! |---|---|---|
//! | nothing | scenarios, runs, traces, checks, sweeps, statistics; exploring and exact probabilities | 30 |
//! | `report` | [`report`]: reports, figures, diagrams of runs | 58 |
//! | `own` | nodes of your own in a run ([`run::OwnNodes`]), in this process or as programs ([`child`]) | 38 |
//! | `schema` | JSON Schemas made from the types, and not read from the files that come along | 36 |
//!
//! Without features nothing is switched on in other crates and no version is pinned. `report` and `own` let `serde_json` keep the
//! order of keys, and read numbers to the last bit, in your whole program. A run does not depend on any of it, nor on your profile;
//! but its speed does: `[profile.dev.package.synod] opt-level = 2` makes the engine as fast in your tests as in a release.
//!
//! ## From there
//!
//! | you want | look at |
//! |---|---|
//! | a grid of cells from a file with `[sweep.axes]` | [`scenario::Document`], [`scenario::Cells`] |
//! | the first runs that satisfy a condition, as text or as a closure | [`run::Condition`], [`sweep::Hunt`] |
//! | a scenario without a file | [`scenario::Scenario::new()`] |
//! | one run in a line of text, and back | [`run::Token`] |
//! | why this winner, and the least that it takes | [`run::explain()`], [`run::shrink()`] |
//! | two policies on the same seeds | [`sweep::compare()`] |
//! | a count of your own over many seeds, on all threads | [`many::Driver`], [`many::Runner`] |
//! | every order of deliveries of a small case | [`run::explore()`] |
//! | the proof of a livelock, checked again | [`run::Certificate`], [`run::verify()`] |
//! | the bytes of a report: HTML, LaTeX, CSV, figures | [`report::render()`], [`report::figures()`] |
//! | one run as a diagram or for another tool | [`report::space_time()`], [`report::export()`] |
//!
//! The rooms, in the order in which a reader needs them: [`scenario`], [`run`], [`trace`], [`check`], [`many`], [`own`], [`sweep`],
//! [`stats`], [`report`], [`child`]; beneath them [`paxos`], which reads like the paper, and [`sim`], which knows no Paxos, and [`text`], by which
//! rules foreign text is printed; above them [`cli`].
pub mod scenario;

pub mod run;

pub mod trace;

pub mod check;

pub mod many;

pub mod own;

pub mod sweep;

pub mod stats;

pub mod text;

#[cfg(feature = "report")]
pub mod report;

#[cfg(feature = "own")]
pub mod child;

pub mod paxos;

pub mod sim;

#[cfg(feature = "cli")]
pub mod cli;
