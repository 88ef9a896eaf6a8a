//! A simulator that is used again knows nothing of the run before.

use synod::run::{Plan, Simulator};
use synod::scenario::{Mutant, Scenario, shipped};
use synod::sweep::swarm_scenario;
use synod::trace::Recorder;

#[track_caller]
fn forgets(scenario: &Scenario, seeds: std::ops::Range<u64>, what: &str) {
    let plan = Plan::new(scenario).expect("plans");
    let mut used = Simulator::new(&plan);
    for seed in seeds {
        let (mut again, mut first) = (Recorder::default(), Recorder::default());
        used.run(seed, &mut again);
        Simulator::new(&plan).run(seed, &mut first);
        assert_eq!(again.events, first.events, "{what}, seed {seed}");
    }
}

#[test]
fn in_shipped_scenarios() {
    for shipped in shipped::ALL {
        let mut scenario = Scenario::parse(shipped.text, shipped.name).expect("valid");
        scenario.run.max_events = scenario.run.max_events.min(5_000);
        forgets(&scenario, 0..10, shipped.name);
    }
}

/// Runs that end anywhere, with faults and with handlers under way.
#[test]
fn in_the_swarm_also_of_handlers_in_two_steps() {
    for block in 0..150 {
        let run = 32 * block;
        let mut scenario = swarm_scenario(run);
        for mutant in [Mutant::None, Mutant::PrepareNotAtomic, Mutant::AcceptNotAtomic] {
            scenario.protocol.mutant = mutant;
            forgets(&scenario, run..run + 32, &format!("swarm:{run}, {}", mutant.name()));
        }
    }
}
