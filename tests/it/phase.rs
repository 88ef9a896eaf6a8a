//! Phase diagrams: the shipped ones agree with the closed forms, cell by cell and along the boundary.

use std::sync::atomic::AtomicBool;

use synod::run::{Plan, Threads};
use synod::scenario::{Document, Plane, hash, shipped};
use synod::sweep::{Coverage, Job, Kind, Phase, Silent, livelock_form, phase, sweep};

fn plane(name: &str, sets: &[(&str, &str)]) -> Plane {
    let mut document =
        Document::parse(shipped::find(name).expect("it comes along").text, name).expect("it parses");
    sets.iter().for_each(|(path, value)| document.set(path, value).expect("it is a key"));
    Plane::new(&document.cells().expect("a grid")).expect("a plane")
}

/// The cells' kinds, by running them.
fn kinds(plane: &Plane) -> Vec<Kind> {
    let [x, y] = plane.axes.each_ref().map(|axis| axis.values.clone());
    let points = x.iter().flat_map(|&x| y.iter().map(move |&y| [x, y]));
    let jobs: Vec<Job> = points
        .map(|point| {
            let scenario = plane.at(point).expect("a scenario").scenario;
            Job { plan: Plan::new(&scenario).expect("it can be run"), scenario_hash: hash(&scenario).0 }
        })
        .collect();
    let never = AtomicBool::new(false);
    let results = sweep(&jobs, 0, 10, Coverage::Sample, &Silent, &never).expect("uninterrupted");
    results.iter().map(|result| Kind::from(&result.totals)).collect()
}

fn diagram(plane: &Plane, kinds: Vec<Kind>) -> Phase {
    phase(plane, kinds, (0, 10), 10, &Silent, &AtomicBool::new(false)).expect("uninterrupted")
}

#[test]
fn the_shipped_diagrams_agree_with_their_closed_forms() {
    for (name, sets) in [
        ("phase-retry", &[][..]),
        ("phase-retry", &[("protocol.ballots", "lab")]),
        ("phase-retry", &[("protocol.ballots", "past-seen"), ("protocol.give_up", "first-reject")]),
        ("phase-retry", &[("network.delay.constant", "7ms")]),
        ("phase-silent", &[]),
        ("phase-silent", &[("protocol.ballots", "lab")]),
        ("phase-silent", &[("protocol.retry.fixed.delay", "5ms")]),
    ] {
        let plane = plane(name, sets);
        let made = diagram(&plane, kinds(&plane));
        let form = made.form.expect("a form applies");
        println!(
            "{name} {sets:?}: {:?} cells, {} of {} points",
            form.cells,
            form.crossed,
            made.crossings.len()
        );
        assert!(form.cells[0] > 100 && form.cells[0] == form.cells[1], "{name} {sets:?}: {:?}", form.cells);
        assert!(made.crossings.len() > 10);
        let silent = made.crossings.len() as u64 - form.crossed;
        // Of the lab's ballots with the higher id first the second form says nothing.
        let says_all = name == "phase-retry" || sets.iter().all(|set| set.1 != "lab");
        assert!(!says_all || silent == 0, "{name} {sets:?}: {silent} points are on no bound");
        for crossing in &made.crossings {
            assert_ne!(crossing.kinds[0], crossing.kinds[1]);
            let width = crossing.between[1] - crossing.between[0];
            assert!(width <= 4e6 / 1024.0 + 1.0, "{crossing:?} is not refined");
        }
    }
}

/// The count of agreement can fail: with kinds that nobody ran, the cells inside the form disagree.
#[test]
fn wrong_kinds_do_not_agree() {
    let plane = plane("phase-retry", &[]);
    let made = diagram(&plane, vec![Kind::Chosen; 225]);
    assert_eq!((made.form.expect("a form").cells, made.crossings.len()), ([225, 125], 0));
}

#[test]
fn no_form_is_drawn_where_none_applies() {
    for set in [("protocol.max_attempts", "50"), ("network.loss", "0.1"), ("protocol.rejection", "silent")] {
        let plane = plane("phase-retry", &[set]);
        assert_eq!(diagram(&plane, vec![Kind::Chosen; 225]).form, None, "{set:?}");
    }
    let scenario = plane("phase-retry", &[]).at([5e6, 41e6]).expect("a scenario").scenario;
    let (form, point) = livelock_form(&scenario).expect("it applies");
    assert_eq!((point.offset, form.livelocks(point)), (11_000_000, Some(true)));
}

#[test]
fn threads_change_nothing() {
    let plane = plane("phase-silent", &[]);
    let kinds = kinds(&plane);
    let pool = Threads::start(1, 1 << 20).expect("a thread");
    assert_eq!(pool.on(|| diagram(&plane, kinds.clone())), diagram(&plane, kinds));
}
