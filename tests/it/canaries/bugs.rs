//! Bugs that break no invariant: that the run means something else is all that tells. Each is caught by a second opinion, the
//! reference simulator or a run that is let go on, not by a digest that has changed.

use super::{Canary, Guard};

/// The engine against the reference simulator.
const WEATHER: Guard =
    Guard::Test { file: "tests/it/differential/weather.rs", name: "weather_alone_and_together" };

pub const BUGS: [Canary; 9] = [
    Canary {
        leak: "a copy of an accept is rejected",
        file: "src/paxos/acceptor.rs",
        sound: "if ballot >= self.promised { self.vote_for(ballot, value) }",
        leaking: "if ballot >= self.promised && ballot != self.vote.ballot { self.vote_for(ballot, value) }",
        guard: WEATHER,
    },
    Canary {
        leak: "the round counter is restored from the promise",
        file: "src/paxos/node.rs",
        sound: "pub fn restart(&mut self, rules: &Rules) {\n",
        leaking: "pub fn restart(&mut self, rules: &Rules) {\n        self.round = self.acceptor.promised.round();\n",
        guard: WEATHER,
    },
    Canary {
        leak: "the clock rate is applied twice",
        file: "src/sim/conditions.rs",
        sound: "let ns = u128::from(wait_ns) * u128::from(TRUE_RATE)",
        leaking: "let wait_ns = (u128::from(wait_ns) * u128::from(TRUE_RATE) / u128::from(ppm.max(1))) as u64;\n        \
                  let ns = u128::from(wait_ns) * u128::from(TRUE_RATE)",
        guard: WEATHER,
    },
    Canary {
        leak: "a handler in two steps answers at its check already",
        file: "src/run/handlers.rs",
        sound: "        world.faults.handlers[usize::from(node)].push_back(packet);\n",
        leaking: "        let (vote, own) = (acceptor.vote, world.plan.proposers[usize::from(packet.proposer())].node);\n        \
                  world.faults.handlers[usize::from(node)].push_back(packet);\n        \
                  if own != node && request == Request::Prepare {\n            \
                  self.reply(packet, crate::paxos::Reply::Promise(vote));\n        }\n        \
                  let world = &mut *self.world;\n",
        guard: WEATHER,
    },
    Canary {
        leak: "a crash resets max_attempts",
        file: "src/run/injector.rs",
        sound: "seat.failures += u32::from(was_running);",
        leaking: "seat.failures = 0;",
        guard: WEATHER,
    },
    Canary {
        leak: "what rejections taught survives a crash",
        file: "src/run/injector.rs",
        sound: "seat.paxos = Proposer { node: seat.paxos.node, ..Proposer::default() };\n        (seat.phase_deadline",
        leaking: "seat.paxos = Proposer { node: seat.paxos.node, seen: seat.paxos.seen, ..Proposer::default() };\n        \
                  (seat.phase_deadline",
        guard: WEATHER,
    },
    Canary {
        leak: "an attempt's time-out knows no clock",
        file: "src/run/actions.rs",
        sound: "let deadline = world.deadline(p, world.plan.attempt_timeout);\n",
        leaking: "let mut deadline = world.deadline(p, world.plan.attempt_timeout);\n        \
                  deadline.at = world.plan.attempt_timeout.map_or(deadline.at, |limit| world.now + limit);\n",
        guard: WEATHER,
    },
    Canary {
        leak: "a waiting submission vanishes at a crash",
        file: "src/run/injector.rs",
        sound: "while never_retries && let Some(submission)",
        leaking: "while let Some(submission)",
        guard: WEATHER,
    },
    Canary {
        leak: "the canonical state forgets what a proposer bids above",
        file: "src/run/livelock/canon.rs",
        sound: "self.words.extend([self.round(known(world, p)), paxos.phase as u64]);",
        leaking: "self.words.extend([0 * known(world, p), paxos.phase as u64]);",
        guard: Guard::Test {
            file: "tests/it/livelock/fields.rs",
            name: "a_proposer_that_catches_up_is_in_no_livelock",
        },
    },
];
