//! The ladder that somebody's own nodes climb: what each rung asks, where, and how many points it is worth.
//!
//! A rung asks of runs of some scenarios that a condition on bad runs never holds. Absent on purpose: whose nodes they are, and
//! words about what was found (`report`).

mod climb;
mod course;

pub use climb::{Climbed, climb};
pub use course::{Course, CourseError};

/// What a rung asks of the runs of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The scenario, one that comes along.
    pub scenario: &'static str,
    /// What is set in it.
    pub sets: &'static [&'static str],
    /// How many seeds, where nobody says otherwise.
    pub seeds: u64,
    /// A condition, as `synod hunt` reads it, that holds for no run.
    pub never: &'static str,
    /// Of a thousand runs so many may still be so.
    pub allowed: u64,
    /// What is wrong where it holds and no check is broken.
    pub says: &'static str,
}

/// A rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// From 1.
    pub number: u32,
    /// A word for it.
    pub name: &'static str,
    /// What it asks, in a few words.
    pub asks: &'static str,
    /// Points, where nobody says otherwise.
    pub points: u32,
    /// What to look at and what to change where it is not passed, where the bad run does not say more.
    pub remedy: &'static str,
    /// Whether threads are held up between a check and a set.
    pub holds_up: bool,
    /// Runs that two processes must answer alike.
    pub twins: u64,
    /// Where it asks.
    pub trials: &'static [Trial],
}

const fn trial(
    scenario: &'static str,
    sets: &'static [&'static str],
    seeds: u64,
    never: &'static str,
) -> Trial {
    Trial { scenario, sets, seeds, never, allowed: 0, says: "" }
}

impl Trial {
    const fn saying(self, says: &'static str) -> Trial {
        Trial { says, ..self }
    }
}

const fn rung(
    number: u32,
    name: &'static str,
    asks: &'static str,
    points: u32,
    remedy: &'static str,
    trials: &'static [Trial],
) -> Rung {
    Rung { number, name, asks, points, remedy, holds_up: false, twins: 0, trials }
}

/// The rung of this number or name.
///
/// # Errors
/// Which there are, if there is none.
pub fn rung_of(word: &str) -> Result<u32, String> {
    let found = LADDER.iter().find(|it| it.name == word || word.parse() == Ok(it.number));
    found.map(|it| it.number).ok_or_else(|| {
        let names: Vec<&str> = LADDER.iter().map(|it| it.name).collect();
        let all: Vec<String> = LADDER.iter().map(|it| format!("{} {}", it.number, it.name)).collect();
        let near = crate::scenario::did_you_mean(word, &names);
        format!("no rung is called {}{near}; there are {}", crate::text::brief(word), all.join(", "))
    })
}

/// B comes when A has long had its answer.
const LATE_B: &str = "proposer.B.start={constant=\"10s\"}";
/// B comes while A's accepts are under way.
const SOON_B: &str = "proposer.B.start={uniform={min=\"20ms\",max=\"60ms\"}}";
const LIES: &str = "violation.reported-implies-chosen > 0 || violation.learned-implies-chosen > 0 || \
                    violation.clients-agree > 0 || client.A = none || client.B = none";
/// Node 2 goes down for a moment in the midst of the race.
const FORGETS: &str = "fault=[{at=\"1s\",crash={nodes=[2]}},{at=\"1.1s\",restart={nodes=[2]}}]";

/// The rungs from the ground up, 100 points together.
pub const LADDER: [Rung; 10] = [
    Rung {
        twins: 20,
        ..rung(
            1,
            "speaks",
            "it starts, answers a client, and answers the same when asked again",
            5,
            "look at how the program begins (`synod node check`) and at what a client calls (`submit` under [map]), and let every way through that function end with an answer",
            &[trial("solo", &["run.stop=answered"], 20, "client.A = none")
                .saying("the client is not answered")],
        )
    },
    rung(
        2,
        "decides",
        "one proposer without contention: its value is chosen, and it is told so",
        10,
        "look at how promises and accepts are counted: with more than half of all nodes, the own one among them, the proposer goes on, and then tells its client SUCCEEDED",
        &[trial(
            "solo",
            &["run.stop=answered"],
            200,
            "violations > 0 || verdict != decided || client.A != own",
        )],
    ),
    rung(
        3,
        "adopts",
        "a proposer that comes second keeps the value that is chosen",
        10,
        "look at what a proposer does with its promises: if one of them reports a vote, it must propose the value of the highest ballot reported, not its own",
        &[
            trial(
                "lab2-exponential",
                &[LATE_B],
                200,
                "violations > 0 || client.A != own || client.B != other",
            ),
            trial("lab2-exponential", &[SOON_B], 1000, "violations > 0"),
        ],
    ),
    rung(
        4,
        "safe",
        "no check is broken in a race of two and of three",
        15,
        "look at the acceptor's two comparisons: promise only above what is promised, vote only where nothing higher is promised, and store before answering",
        &[
            trial("lab2-exponential", &[], 5000, "violations > 0"),
            trial(
                "three-proposers",
                &["network.delay={exponential={mean=\"10ms\"}}"],
                5000,
                "violations > 0",
            ),
        ],
    ),
    rung(
        5,
        "lossy",
        "nor where messages are lost or come twice",
        10,
        "look at what happens to a call without an answer and to one that comes twice: neither is a yes, and the yes of a node counts once",
        &[
            trial("lab2-exponential", &["network.loss=0.1"], 2000, "violations > 0"),
            trial("lab2-exponential", &["network.loss=0.3"], 2000, "violations > 0"),
            trial("lab2-exponential", &["network.duplicate=0.3"], 1000, "violations > 0"),
        ],
    ),
    rung(
        6,
        "truth",
        "SUCCEEDED is said only of what is chosen, and every client is answered",
        10,
        "say SUCCEEDED only after accepts of more than half, and give every wait a time-out that ends in FAILED",
        &[
            trial("lab2-exponential", &[], 1000, LIES).saying("a client is not answered"),
            trial("lab2-exponential", &["network.loss=0.3"], 1000, LIES).saying("a client is not answered"),
        ],
    ),
    rung(
        7,
        "partitions",
        "a minority decides nothing, and a majority does",
        10,
        "give each call a time-out, so that a node that cannot be reached counts as a no and the proposer goes on with its majority",
        &[
            trial("partition", &[], 500, "violations > 0 || client.B != own")
                .saying("B has a majority on its side, and its client is not told that its value is chosen"),
            trial("one-way", &[], 500, "violations > 0"),
        ],
    ),
    rung(
        8,
        "restarts",
        "promises and votes survive a crash",
        10,
        "write promise, vote and round counter to a file before each answer, and read them when the program starts",
        &[trial("lab2", &[FORGETS], 1000, "violations > 0"), trial("weather", &[], 500, "violations > 0")],
    ),
    Rung {
        holds_up: true,
        ..rung(
            9,
            "threads",
            "no check is broken when threads are held up between a check and a set",
            10,
            "hold one lock from the check to the set wherever threads share a variable (`synod node races` lists the places)",
            &[
                trial("lab2", &[], 1000, "violations > 0"),
                trial("lab2-loopback", &[], 1000, "violations > 0"),
            ],
        )
    },
    rung(
        10,
        "ends",
        "two who come at the same time do not keep each other from an end",
        10,
        "let a proposer that fails wait a random time before it tries again with a higher ballot, and raise the longest wait if both still collide",
        &[Trial {
            allowed: 1,
            ..trial("random-retry", &[], 2000, "verdict != decided")
                .saying("nothing is chosen, though nothing is lost")
        }],
    ),
];
