//! By which settings the built-in gives the runs that somebody's nodes gave: what their protocol *is*, in the words of a scenario.
//!
//! Every combination of a few knobs is played on the same seeds and compared by its events; if none gives all runs, the deliberate
//! bugs are tried on top of the nearest. Absent on purpose: time-outs and waits between attempts, which are the scenario's own.

use crate::many::{Driver, Runner, Seeds, Stopped};
use crate::run::Plan;
use crate::scenario::{
    Advance, Ballots, GiveUp, Mutant, OwnMessages, Protocol, Rejection, Repeated, Retry, Scenario, Transport,
};
use crate::trace::{Digest, DigestObserver};

/// A value of a knob: its word in a scenario file, and what it sets.
type Setting = (&'static str, fn(&mut Protocol));

/// A key of `[protocol]` and its values.
pub struct Knob {
    /// The key.
    pub key: &'static str,
    values: &'static [Setting],
}

/// What is turned, the most telling first.
pub const KNOBS: [Knob; 10] = [
    Knob {
        key: "transport",
        values: &[
            ("\"broadcast\"", |p| p.transport = Transport::Broadcast),
            ("\"sequential\"", |p| p.transport = Transport::Sequential),
        ],
    },
    Knob {
        key: "ballots",
        values: &[
            ("\"past-highest\"", |p| p.ballots = Ballots::PastHighest),
            ("\"past-seen\"", |p| p.ballots = Ballots::PastSeen),
            ("\"lab\"", |p| p.ballots = Ballots::Lab),
        ],
    },
    Knob {
        key: "own_messages",
        values: &[
            ("\"instant\"", |p| p.own_messages = OwnMessages::Instant),
            ("\"network\"", |p| p.own_messages = OwnMessages::Network),
        ],
    },
    Knob {
        key: "give_up",
        values: &[
            ("\"quorum-impossible\"", |p| p.give_up = GiveUp::QuorumImpossible),
            ("\"first-reject\"", |p| p.give_up = GiveUp::FirstReject),
            ("\"timeout-only\"", |p| p.give_up = GiveUp::TimeoutOnly),
            ("\"all-replies\"", |p| p.give_up = GiveUp::AllReplies),
        ],
    },
    Knob {
        key: "advance",
        values: &[
            ("\"quorum\"", |p| p.advance = Advance::Quorum),
            ("\"all-replies\"", |p| p.advance = Advance::AllReplies),
        ],
    },
    Knob {
        key: "rejection",
        values: &[
            ("\"nack\"", |p| p.rejection = Rejection::Nack),
            ("\"silent\"", |p| p.rejection = Rejection::Silent),
        ],
    },
    Knob {
        key: "repeated",
        values: &[
            ("\"answer\"", |p| p.repeated = Repeated::Answer),
            ("\"reject\"", |p| p.repeated = Repeated::Reject),
        ],
    },
    Knob {
        key: "local_preemption",
        values: &[("false", |p| p.local_preemption = false), ("true", |p| p.local_preemption = true)],
    },
    Knob { key: "announce", values: &[("false", |p| p.announce = false), ("true", |p| p.announce = true)] },
    Knob { key: "retry", values: &[("the scenario's", |_| {}), ("\"none\"", |p| p.retry = Retry::None)] },
];

/// What the built-in would have to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The values of each of [`KNOBS`] under which it gives as many of the runs as under any; several where these runs do not tell
    /// them apart.
    pub values: Vec<Vec<&'static str>>,
    /// The deliberate bugs that it needs for it, one of them; empty if none.
    pub mutants: Vec<&'static str>,
    /// In how many runs it then does the same, event by event.
    pub same: u64,
    /// The first seed in which it does not.
    pub first_other: Option<u64>,
}

/// Settings, each a value of every knob, with a deliberate bug.
#[derive(Clone, Copy)]
struct Settings {
    number: usize,
    mutant: Mutant,
}

impl Settings {
    /// Which value of each knob.
    fn places(self) -> [usize; KNOBS.len()] {
        let mut rest = self.number;
        KNOBS.each_ref().map(|knob| {
            let place = rest % knob.values.len();
            rest /= knob.values.len();
            place
        })
    }

    /// The scenario with them; none if they do not go together.
    fn apply(self, scenario: &Scenario) -> Option<Plan> {
        let mut scenario = scenario.clone();
        for (knob, place) in KNOBS.iter().zip(self.places()) {
            knob.values[place].1(&mut scenario.protocol);
        }
        scenario.protocol.mutant = self.mutant;
        Plan::new(&scenario).ok().map(Plan::without_proofs)
    }
}

/// The digests of a plan's runs, whatever its scenario is called.
///
/// # Errors
/// [`Stopped`], as [`Runner::run`].
pub fn digests_of(driver: Driver<'_>, plan: &Plan, seeds: Seeds) -> Result<Vec<Digest>, Stopped> {
    let mut runner = Runner::new(driver, plan, 0);
    let digest = |seed| {
        let mut digest = DigestObserver::new(0, seed);
        runner.digest(seed, &mut digest)?;
        Ok(digest.finish())
    };
    seeds.iter().map(digest).collect()
}

/// How the built-in would have to be set in this scenario to give runs of these digests. A scenario that can be run has its own
/// settings among those that are tried.
///
/// # Errors
/// [`Stopped`], as [`Runner::run`].
pub fn likeness(
    driver: Driver<'_>,
    scenario: &Scenario,
    seeds: Seeds,
    theirs: &[Digest],
) -> Result<Likeness, Stopped> {
    let count = KNOBS.iter().map(|knob| knob.values.len()).product();
    let all = (0..count).map(|number| Settings { number, mutant: Mutant::None }).collect();
    // Most settings are far off in the first runs already.
    let few = Seeds { count: seeds.count.min(FEW), ..seeds };
    let Some((_, near)) = most_alike(driver, scenario, few, theirs, all)? else {
        return Ok(Likeness::default());
    };
    let Some((mut best, mut nearest)) = most_alike(driver, scenario, seeds, theirs, near)? else {
        return Ok(Likeness::default());
    };
    if best < theirs.len() as u64 {
        let with = |it: &Settings| {
            let number = it.number;
            Mutant::ALL.iter().map(move |&mutant| Settings { number, mutant })
        };
        let bugs = nearest.iter().take(MOST_NEAREST).flat_map(with).collect();
        if let Some(found) = most_alike(driver, scenario, seeds, theirs, bugs)?
            && found.0 > best
        {
            (best, nearest) = found;
        }
    }
    let values = KNOBS.iter().enumerate().map(|(k, knob)| {
        // Where the scenario's own is none the two are one.
        if knob.key == "retry" && scenario.protocol.retry == Retry::None {
            return vec!["\"none\""];
        }
        let is_there = |place: &usize| nearest.iter().any(|it| it.places()[k] == *place);
        (0..knob.values.len()).filter(is_there).map(|place| knob.values[place].0).collect()
    });
    let mut mutants: Vec<&str> =
        nearest.iter().filter(|it| it.mutant != Mutant::None).map(|it| it.mutant.name()).collect();
    mutants.sort_unstable();
    mutants.dedup();
    let plan = nearest.first().and_then(|it| it.apply(scenario));
    let ours = plan.map_or(Ok(Vec::new()), |plan| digests_of(driver, &plan, seeds))?;
    let first_other = seeds.iter().zip(theirs.iter().zip(&ours)).find(|(_, (a, b))| a != b);
    Ok(Likeness {
        values: values.collect(),
        mutants,
        same: best,
        first_other: first_other.map(|(seed, _)| seed),
    })
}

/// By so many runs settings are told apart at first.
const FEW: u64 = 24;
/// On top of so many settings that are nearest the deliberate bugs are tried.
const MOST_NEAREST: usize = 32;

/// The settings that give the most of these runs, and how many.
fn most_alike(
    driver: Driver<'_>,
    scenario: &Scenario,
    seeds: Seeds,
    theirs: &[Digest],
    all: Vec<Settings>,
) -> Result<Option<(u64, Vec<Settings>)>, Stopped> {
    let same = driver.map(0..all.len() as u64, |task| {
        let Some(plan) = all[task as usize].apply(scenario) else { return Ok(None) };
        let ours = digests_of(driver, &plan, seeds)?;
        Ok::<_, Stopped>(Some(ours.iter().zip(theirs).filter(|(ours, theirs)| ours == theirs).count() as u64))
    })?;
    let Some(best) = same.iter().flatten().max().copied() else { return Ok(None) };
    let nearest = all.iter().zip(&same).filter(|(_, same)| **same == Some(best)).map(|(it, _)| *it);
    Ok(Some((best, nearest.collect())))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::run::Silent;
    use crate::scenario::shipped;

    fn described(name: &str, as_if: impl Fn(&mut Scenario)) -> Likeness {
        let scenario =
            Scenario::parse(shipped::find(name).expect("it comes along").text, name).expect("valid");
        let mut played = scenario.clone();
        as_if(&mut played);
        let never = AtomicBool::new(false);
        let (driver, seeds) = (Driver { progress: &Silent, stop: &never }, Seeds { first: 3, count: 60 });
        let plan = Plan::new(&played).expect("it plays").without_proofs();
        let theirs = digests_of(driver, &plan, seeds).expect("nobody stops it");
        likeness(driver, &scenario, seeds, &theirs).expect("nobody stops it")
    }

    fn value(likeness: &Likeness, key: &str) -> Vec<&'static str> {
        let place = KNOBS.iter().position(|knob| knob.key == key).expect("a knob");
        likeness.values[place].clone()
    }

    #[test]
    fn the_settings_that_were_played_are_found_again() {
        let found = described("lab2-exponential", |_| {});
        assert_eq!((found.same, found.first_other), (60, None));
        assert_eq!(value(&found, "transport"), ["\"sequential\""]);
        assert_eq!(
            value(&found, "ballots").len(),
            3,
            "one attempt each has the same ballots under every rule"
        );
        assert_eq!(value(&found, "retry"), ["\"none\""]);
        assert!(found.mutants.is_empty(), "{found:?}");
        let other = described("w2", |it| {
            it.protocol.ballots = Ballots::PastSeen;
            it.protocol.own_messages = OwnMessages::Network;
        });
        assert_eq!((other.same, value(&other, "own_messages")), (60, vec!["\"network\""]));
        assert!(value(&other, "ballots").contains(&"\"past-seen\""));
    }

    #[test]
    fn a_deliberate_bug_is_named_and_what_is_no_knob_leaves_a_seed_that_differs() {
        let bug = described("lab2-exponential", |it| it.protocol.mutant = Mutant::AcceptIgnoresPromise);
        assert_eq!(
            (bug.same, bug.mutants.contains(&Mutant::AcceptIgnoresPromise.name())),
            (60, true),
            "{bug:?}"
        );
        let slow = described("lab2-exponential", |it| {
            it.network.delay = crate::scenario::Delay::Constant(crate::scenario::Duration::from_ms(3));
        });
        assert_eq!((slow.same, slow.first_other), (0, Some(3)));
    }
}
