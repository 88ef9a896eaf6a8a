//! What a run's figures count, and what its verdict says, where messages are doubled and runs are cut off.

use synod::check::Verdict;

use super::{run, scenario};

/// A second copy counts neither as sent nor as lost.
#[test]
fn no_more_messages_are_lost_than_were_sent() {
    let s = scenario(
        "[[proposer]]\nname = 'A'\nnode = 1\n[protocol]\nphase_timeout = '50ms'\n\
         [network]\nduplicate = 1.0\ndelay = { constant = '5ms' }\n[[fault]]\nat = '0s'\ncrash = { nodes = [2, 3] }\n",
    );
    let outcome = run(&s, 1).outcome;
    assert_eq!((outcome.messages_sent, outcome.messages_lost, outcome.duplicates), (2, 2, 2));
}

/// A client whose answer was on its way when the run was cut off does not starve.
#[test]
fn a_run_that_is_cut_off_is_unfinished() {
    let alone = "[[proposer]]\nname = 'A'\nnode = 1\n[network]\ndelay = { constant = '5ms' }\n";
    for (cut, verdict) in [
        ("horizon = '18ms'", Verdict::Unfinished),
        ("max_events = 7", Verdict::Unfinished),
        ("horizon = '12ms'", Verdict::Undecided),
        ("horizon = '20ms'", Verdict::Decided),
    ] {
        assert_eq!(run(&scenario(&format!("{alone}[run]\n{cut}\n")), 1).outcome.verdict, verdict, "{cut}");
    }
    // Nothing is scheduled any more, and a client waits: that is what `starved` says.
    let s = scenario(
        "[[proposer]]\nname = 'A'\nnode = 1\n[network]\ndelay = { constant = '5ms' }\n\
         [network.kind.accepted]\nloss = 1.0\n",
    );
    assert_eq!(run(&s, 1).outcome.verdict, Verdict::Starved);
}
