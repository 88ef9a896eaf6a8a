//! The names of the safety invariants, and which of them watch which runs.
//!
//! Absent on purpose: how each is checked (`history`, `safety`, `audit`).

use serde::{Deserialize, Serialize};

macro_rules! invariants {
    ($($(#[$about:meta])* $variant:ident $name:literal;)*) => {
        /// A safety invariant: what is checked, and no more. The tables in `safety` and `audit` give the names that the
        /// paper and TLA+ have for them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[repr(u8)]
        pub enum Invariant {
            $($(#[$about])* $variant,)*
        }

        impl Invariant {
            /// In the order of reports: those that watch every run, then those of [`Checks::All`].
            pub const ALL: [Invariant; [$($name),*].len()] = [$(Invariant::$variant),*];

            /// As files write it.
            pub const fn name(self) -> &'static str {
                match self { $(Invariant::$variant => $name),* }
            }
        }
    };
}

invariants! {
    /// At most one value is chosen.
    Agreement "agreement";
    /// Only submitted values are chosen.
    Validity "validity";
    /// A ballot is begun once.
    BallotBegunOnce "ballot-begun-once";
    /// All proposals and votes of a ballot are for one value.
    OneValuePerBallot "one-value-per-ballot";
    /// An acceptor's promise never falls, and it votes in no ballot below it.
    PromisesKept "promises-kept";
    /// A proposal contradicts no value that is chosen in a lower ballot, before it or after it.
    ProposalSafety "proposal-safety";
    /// A client is told SUCCEEDED only with a value that is chosen.
    ReportedImpliesChosen "reported-implies-chosen";
    /// A proposer or learner believes only a value that is chosen.
    LearnedImpliesChosen "learned-implies-chosen";
    /// No two clients are told different values.
    ClientsAgree "clients-agree";
    /// When a value is proposed, no other can still be chosen in a lower ballot.
    SafeAt "safe-at";
    /// A proposal has its quorum of promises, a success its quorum of votes.
    QuorumBehindStep "quorum-behind-step";
    /// A vote is for what was proposed in its ballot.
    VoteWasProposed "vote-was-proposed";
    /// A proposer adopts the value of the highest vote that its promises report, else its client's.
    AdoptionRule "adoption-rule";
    /// A promise is stored and reports the last vote, an accepted has its vote, a rejection names the promise.
    RepliesTrue "replies-true";
}

/// How many of them watch every run.
const ALWAYS: usize = 9;

impl Invariant {
    /// Those that watch every run.
    pub const ALWAYS: [Invariant; ALWAYS] = {
        let mut always = [Invariant::Agreement; ALWAYS];
        let mut i = 0;
        while i < ALWAYS {
            always[i] = Invariant::ALL[i];
            i += 1;
        }
        always
    };
}

/// Which invariants watch a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checks {
    /// Those that cost nearly nothing: in every run.
    #[default]
    Always,
    /// These, and those that keep every reply and every vote in mind: wherever single runs are looked at.
    All,
}

impl Checks {
    /// The invariants that are watched, in the order of reports.
    pub const fn watched(self) -> &'static [Invariant] {
        match self {
            Checks::Always => &Invariant::ALWAYS,
            Checks::All => &Invariant::ALL,
        }
    }
    /// Their names, with commas between.
    pub fn listed(self) -> String {
        self.watched().iter().map(|invariant| invariant.name()).collect::<Vec<_>>().join(", ")
    }
    /// Which invariants watched each of many runs, in words.
    pub fn sentence(self) -> String {
        let (watched, all) = (self.watched().len(), Invariant::ALL.len());
        match self {
            Checks::Always => {
                format!(
                    "{watched} of {all} checks watched every run (--checks all has the others): {}",
                    self.listed()
                )
            }
            Checks::All => format!("all {all} checks watched every run: {}", self.listed()),
        }
    }
}

/// A set of [`Invariant`]s, as a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InvariantSet(pub u16);

impl InvariantSet {
    /// Whether it holds none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Whether it holds this one.
    pub const fn contains(self, i: Invariant) -> bool {
        self.0 >> (i as u8) & 1 != 0
    }
    /// Adds one.
    pub fn insert(&mut self, i: Invariant) {
        self.0 |= 1 << (i as u8);
    }
    /// Those of either set.
    pub const fn or(self, other: InvariantSet) -> InvariantSet {
        InvariantSet(self.0 | other.0)
    }
    /// Those of its members that watch every run: what it is, whoever else watched.
    pub const fn always(self) -> InvariantSet {
        InvariantSet(self.0 & ((1 << ALWAYS) - 1))
    }
    /// Its members, in the order of reports.
    pub fn iter(self) -> impl Iterator<Item = Invariant> {
        Invariant::ALL.into_iter().filter(move |&i| self.contains(i))
    }
}
