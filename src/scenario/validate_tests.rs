//! Rules between keys on scenarios built in code, and the ids that ballots bear.
//!
//! Absent on purpose: the same rules on files, with their messages (`tests/it/scenario_errors.rs`).

use crate::scenario::*;

const LAB: &str = r#"
[[proposer]]
name = "A"
node = 1
[[proposer]]
name = "out"
node = 0
[[proposer]]
name = "B"
node = 3
[[proposer]]
name = "far out"
node = 0
"#;

fn lab() -> Scenario {
    Scenario::parse(LAB, "x.toml").unwrap()
}

fn error(change: impl FnOnce(&mut Scenario)) -> String {
    let mut scenario = lab();
    change(&mut scenario);
    scenario.validate().unwrap_err().to_string()
}

#[test]
fn proposers_on_no_node_get_ids_above_all_nodes() {
    assert_eq!(lab().ballot_ids(), [1, 4, 3, 5]);
}

#[test]
fn a_scenario_built_in_code_is_checked_alike() {
    assert!(lab().validate().is_ok());
    assert_eq!(error(|s| s.cluster.nodes = 0), "scenario: `nodes` is 0; allowed: 1 to 63");
    assert!(error(|s| s.proposer.clear()).contains("0 proposers"));
    assert!(error(|s| s.proposer[0].initial_round = (1 << 31) + 1).contains("allowed: 0 to 2^31"));
    assert!(error(|s| s.proposer[0].name = "x".repeat(41)).contains("longer than 40"));
    assert!(error(|s| s.proposer[0].name = " A".into()).contains("blank"));
    assert!(error(|s| s.proposer[0].name.clear()).contains("empty"));
    assert!(
        error(|s| s.protocol.phase_timeout = Some(Duration::from_ns(0))).contains("`phase_timeout` is 0")
    );
    assert!(
        error(|s| {
            s.fault = vec![Fault::unreachable(Duration::from_ns(0), vec![1]); 10_001];
        })
        .contains("a list of 10001; allowed: 10000")
    );
    assert!(error(|s| s.run.max_events = 0).contains("allowed: 1 to 1000000000"));
    assert!(
        error(|s| {
            let submit = Submit { proposer: "A".into(), value: "x".into(), at: Duration::from_ns(0) };
            s.submit = vec![submit; 997];
        })
        .contains("1001 submissions")
    );
    assert!(
        error(|s| {
            let mut many = s.proposer[0].clone();
            s.proposer = (0..65)
                .map(|i| {
                    many.name = format!("P{i}");
                    many.clone()
                })
                .collect();
        })
        .contains("65 proposers")
    );
}

#[test]
fn quorums_may_be_apart_when_the_scenario_says_so() {
    let mut scenario = lab();
    scenario.cluster.quorum = Quorum::Sizes(QuorumSizes { prepare: 1, accept: 2 });
    assert!(scenario.validate().is_err());
    scenario.cluster.unsafe_ = true;
    assert!(scenario.validate().is_ok());
    scenario.cluster.quorum = Quorum::Sizes(QuorumSizes { prepare: 2, accept: 2 });
    scenario.cluster.unsafe_ = false;
    assert!(scenario.validate().is_ok());
}

#[test]
fn lab_ballots_end_at_id_nine() {
    let mut scenario = lab();
    scenario.protocol.ballots = Ballots::Lab;
    assert!(scenario.validate().is_ok());
    scenario.cluster.nodes = 8;
    assert!(scenario.validate().is_err());
    scenario.proposer.pop();
    assert!(scenario.validate().is_ok(), "the only proposer on no node has id 9");
}

#[test]
fn joint_outcomes_follow_the_order_of_submissions() {
    let expects = |outcome: &str| {
        let text = format!(
            "{LAB}[[submit]]\nproposer = \"B\"\nvalue = \"x\"\nat = \"1s\"\n[expect]\noutcome.\"{outcome}\" = {{ min = 0 }}\n"
        );
        Scenario::parse(&text, "x.toml").is_ok()
    };
    assert!(expects("A:failed/2/1 out:own B:other far out:none B:own"));
    for bad in [
        "A:own out:own B:own far out:own",
        "A:own out:own B:own far out:own A:own",
        "A:own out:own B:own far out:own B:own ",
        "A:own out:own B:own far out:own B:won",
        "A:failed/3/1 out:own B:own far out:own B:own",
        "A:failed/1/4 out:own B:own far out:own B:own",
        "A:failed/1/+1 out:own B:own far out:own B:own",
        "",
    ] {
        assert!(!expects(bad), "{bad:?} was taken as an outcome");
    }
}
