//! The counters of a run, in one table: conditions, rows, totals, files, expectations and comparisons are made from it.
//!
//! A new counter is a line here, a field of [`Outcome`], and what counts it in `tally`.

use std::ops::{Index, IndexMut};

use super::outcome::Outcome;

/// How far a counter is told; each scope includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Of a run: in conditions, rows and objects.
    Run,
    /// Summed over a cell's runs: in totals, and so in the bytes of journals; in `cells.csv` and `summary.json`.
    Cell,
    /// Its mean can be asserted: `[expect]`.
    Expectation,
    /// Its means are compared, paired by seed.
    Comparison,
}

/// What a counter counts, and under which names it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its key in a run's row and object: the name of the outcome's field.
    pub key: &'static str,
    /// Its word in conditions, expectations and comparisons.
    pub word: &'static str,
    /// Its key among a cell's figures.
    pub column: &'static str,
    /// What it counts, as a dictionary says it.
    pub meaning: &'static str,
    /// The unit.
    pub unit: &'static str,
    /// What its sums are of, as differences between totals name them.
    pub plural: &'static str,
    /// How far it is told.
    pub scope: Scope,
}

macro_rules! counters {
    ($($name:ident | $key:ident | $word:literal | $column:literal | $meaning:literal | $unit:literal
        | $plural:literal | $scope:ident;)+) => {
        /// A counter of a run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Counter {
            $(#[doc = concat!("The ", $meaning, " of [`Outcome::", stringify!($key), "`].")] $name,)+
        }

        const TABLE: &[Metric] = &[$(Metric {
            key: stringify!($key),
            word: $word,
            column: $column,
            meaning: $meaning,
            unit: $unit,
            plural: $plural,
            scope: Scope::$scope,
        }),+];

        impl Counter {
            /// In the order of conditions and totals.
            pub const ALL: [Counter; TABLE.len()] = [$(Counter::$name),+];
        }

        impl Outcome {
            /// What was counted.
            #[inline]
            pub fn counts(&self) -> ByCounter<u32> {
                ByCounter([$(self.$key),+])
            }
        }
    };
}

counters! {
    // Name     | key           | word          | column          | meaning                                | unit           | plural          | scope
    Duel        | duel          | "duel"        | "duel"          | "pre-emptions before the first choice" | "pre-emptions" | "duels"         | Expectation;
    Preemptions | preemptions   | "preemptions" | "preemptions"   | "pre-emptions"                         | "pre-emptions" | "pre-emptions"  | Comparison;
    Attempts    | attempts      | "attempts"    | "attempts"      | "attempts"                             | "attempts"     | "attempts"      | Comparison;
    Timeouts    | timeouts      | "timeouts"    | "timeouts"      | "time-outs"                            | "time-outs"    | "time-outs"     | Run;
    Messages    | messages_sent | "messages"    | "messages"      | "messages sent"                        | "messages"     | "messages"      | Comparison;
    Lost        | messages_lost | "lost"        | "messages_lost" | "messages lost"                        | "messages"     | "lost messages" | Cell;
    Duplicates  | duplicates    | "duplicates"  | "duplicates"    | "second copies"                        | "messages"     | "second copies" | Run;
    Events      | events        | "events"      | "events"        | "scheduled events handled"             | "events"       | "events"        | Cell;
}

impl Counter {
    /// Those that a cell's totals sum.
    pub const SUMMED: [Counter; count(Scope::Cell)] = within(Scope::Cell);
    /// Those whose means are compared.
    pub const COMPARED: [Counter; count(Scope::Comparison)] = within(Scope::Comparison);

    /// Its line in the table.
    pub const fn metric(self) -> &'static Metric {
        &TABLE[self as usize]
    }

    /// These first, then the others: files keep the order in which their columns came about.
    pub fn led_by(first: &'static [Counter]) -> impl Iterator<Item = Counter> {
        first.iter().copied().chain(Counter::ALL.into_iter().filter(|counter| !first.contains(counter)))
    }

    /// In the order of a run's row and object.
    pub fn of_row() -> impl Iterator<Item = Counter> {
        Counter::led_by(&[Counter::Preemptions, Counter::Duel, Counter::Timeouts])
    }

    /// Those whose mean can be asserted.
    pub fn expected() -> impl Iterator<Item = Counter> {
        Counter::led_by(&[Counter::Preemptions]).filter(|it| it.metric().scope >= Scope::Expectation)
    }
}

/// Something for each counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByCounter<T>(pub [T; Counter::ALL.len()]);

impl<T> Index<Counter> for ByCounter<T> {
    type Output = T;
    #[inline]
    fn index(&self, counter: Counter) -> &T {
        &self.0[counter as usize]
    }
}

impl<T> IndexMut<Counter> for ByCounter<T> {
    #[inline]
    fn index_mut(&mut self, counter: Counter) -> &mut T {
        &mut self.0[counter as usize]
    }
}

const fn count(scope: Scope) -> usize {
    let (mut i, mut found) = (0, 0);
    while i < TABLE.len() {
        found += (TABLE[i].scope as u8 >= scope as u8) as usize;
        i += 1;
    }
    found
}

const fn within<const N: usize>(scope: Scope) -> [Counter; N] {
    let (mut i, mut found, mut all) = (0, 0, [Counter::ALL[0]; N]);
    while i < TABLE.len() {
        if TABLE[i].scope as u8 >= scope as u8 {
            all[found] = Counter::ALL[i];
            found += 1;
        }
        i += 1;
    }
    all
}
