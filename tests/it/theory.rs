//! Closed forms: one table, and both simulators held against it. Every figure lies within 4 standard errors, which follow
//! from the form where it is a share.
//!
//! A share of a half is told from another at 100,000 runs of the engine if they differ by 0.0063, and at 20,000 runs of the
//! slower second simulator if they differ by 0.014; `SYNOD_RUNS=1000000 cargo test --release --test it theory::` takes a
//! million of each, which makes it 0.002.

mod forms;
mod sample;

use crate::reference::{Draws, Sampler};
use crate::support::build::*;
use crate::support::env::runs;
use crate::support::totals::share_is;
use forms::{Form, forms};
use sample::{Sample, by_engine, by_reference};
use synod::report::closed_forms;
use synod::scenario::model::*;

/// Standard errors that a figure may deviate by: one in 16,000 does by chance, and the seeds are fixed.
const TOLERANCE: f64 = 4.0;

/// How far each figure of a sample is from what the form says, in standard errors.
fn deviations(form: &Form, sample: &Sample) -> Vec<(String, f64)> {
    let one = |(figure, exact): &(sample::Figure, f64)| {
        let (found, error) = sample.figure(figure, *exact);
        let z = if found == *exact { 0.0 } else { (found - exact) / error };
        (format!("{}, {figure:?}: {found:.6}, exact {exact:.6}", form.name), z)
    };
    form.figures.iter().map(one).collect()
}

fn hold(sampled: impl Fn(&Scenario) -> Sample) {
    for form in forms() {
        for (what, z) in deviations(&form, &sampled(&form.scenario)) {
            println!("{what}, z {z:+.2}");
            assert!(z.abs() <= TOLERANCE, "{what}, which is {z:+.2} standard errors off");
        }
    }
}

#[test]
fn the_engine_has_the_figures_of_every_form() {
    hold(|scenario| by_engine(scenario, runs(60_000)));
}

#[test]
fn the_second_simulator_has_them_too() {
    hold(|scenario| by_reference(scenario, runs(12_000)));
}

/// Form 1: two starts uniform on (0, T) lie within w of each other with probability 1 - (1 - w/T)², as the second simulator
/// draws them; the engine's are seen through the lab.
#[test]
fn starts_overlap_as_often_as_two_uniforms_do() {
    let (t, w) = (2_000 * MS, 300 * MS);
    let s = lab(uniform(0, t), constant(MS));
    let n = runs(60_000);
    let is_near = |seed: &u64| {
        let mut draws = Sampler::new(&s, *seed);
        draws.start_ns(0).abs_diff(draws.start_ns(1)) < w
    };
    let apart = 1.0 - w as f64 / t as f64;
    share_is("starts within w", (0..n).filter(is_near).count() as u64, n, 1.0 - apart * apart);
}

/// The comparison can tell: a scenario that is a little other than the form's is refused, at the size of either simulator.
#[test]
fn slightly_other_scenarios_are_refused() {
    let retry = |s: &mut Scenario, ms: u64| match &mut s.protocol.retry {
        Retry::Uniform(retry) => retry.max = ns(ms * MS),
        Retry::Exponential(retry) => retry.mean = ns(ms * MS),
        other => panic!("{other:?}"),
    };
    let accept = |s: &mut Scenario| delay_of(s, Kind::Accept, exponential(12 * MS));
    type Slip<'s> = &'s dyn Fn(&mut Scenario);
    let slips: [(&str, Slip<'_>); 7] = [
        ("lab, 300 + 200 ms", &|s| s.network.delay = constant(360 * MS)),
        ("lab, exponential", &|s| delay_of(s, Kind::Accept, exponential(20 * MS))),
        ("broadcast, exponential", &accept),
        ("single, exponential", &accept),
        ("local pre-emption, uniform 25 ms, 3 ms apart", &|s| retry(s, 27)),
        ("local pre-emption, exponential 15 ms, 3 ms apart", &|s| retry(s, 17)),
        ("ties, PastHighest, Seeded, TimeoutOnly", &|s| s.run.ties = Ties::Fifo),
    ];
    for (name, slip) in slips {
        let mut form = forms().into_iter().find(|form| form.name == name).unwrap_or_else(|| panic!("{name}"));
        slip(&mut form.scenario);
        for sample in [by_engine(&form.scenario, 20_000), by_reference(&form.scenario, 20_000)] {
            let deviations = deviations(&form, &sample);
            let worst = deviations.iter().map(|(_, z)| z.abs()).fold(0.0, f64::max);
            println!("{name}: {worst:.1}");
            assert!(worst > TOLERANCE + 1.0, "a scenario other than {name} passes: {deviations:?}");
        }
    }
}

/// The labs that come along have their forms: the page says so.
#[test]
fn the_shipped_labs_have_their_forms() {
    for (name, words) in [
        ("lab2", "A wins: (1 − (q + r)/T)²/2"),
        ("lab2-loopback", "A wins: (1 − (q + r)/T)²/2"),
        ("lab2-exponential", "A wins: 15/64"),
        ("duel", "A wins: 5/54"),
    ] {
        let forms = closed_forms(&crate::support::totals::shipped(name));
        assert!(forms.iter().any(|form| form.label == words), "{name}: {forms:?}");
    }
}
