//! Scenarios that are made by a program: what every one needs, and for the rest the defaults of files.

use super::{Cluster, Delay, Faults, Network, Proposer, Protocol, Run, Scenario};

impl Scenario {
    /// These proposers, and of everything else the default: three nodes, a majority, messages by broadcast, no delay and no loss.
    /// The fields are there to be changed; a [`Plan`](crate::run::Plan) refuses what is not [valid](Scenario::validate).
    ///
    /// ```
    /// use synod::run::simulate;
    /// use synod::scenario::{Delay, Duration, ExponentialDelay, Proposer, Scenario};
    /// use synod::trace::Blind;
    ///
    /// let mut race = Scenario::new([Proposer::new("A", 1), Proposer::new("B", 3)]);
    /// race.network.delay = Delay::Exponential(ExponentialDelay { mean: Duration::from_ms(10) });
    /// let outcome = simulate(&race, 7, &mut Blind)?;
    /// assert!(outcome.violated.is_empty());
    /// # Ok::<(), synod::run::PlanError>(())
    /// ```
    pub fn new(proposers: impl IntoIterator<Item = Proposer>) -> Scenario {
        Scenario {
            title: String::new(),
            file: String::new(),
            cluster: Cluster::default(),
            proposer: proposers.into_iter().collect(),
            submit: Vec::new(),
            protocol: Protocol::default(),
            network: Network::default(),
            script: None,
            fault: Vec::new(),
            faults: Faults::default(),
            read: Vec::new(),
            run: Run::default(),
            expect: None,
            sweep: None,
        }
    }
}

impl Proposer {
    /// A proposer of this name on this node, from 1, or 0 for none; it starts at time 0 with the value `Hello from client` and its
    /// name.
    pub fn new(name: impl Into<String>, node: u8) -> Proposer {
        Proposer { name: name.into(), node, value: None, start: Delay::zero(), initial_round: 0 }
    }
}
