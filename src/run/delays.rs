//! A file's delays as the engine's samplers.
//!
//! Absent on purpose: which delay a message has (`routes`, `detail`).

use crate::scenario::model::{self, Delay};
use crate::sim::{Distribution, MixedPart, Sampler, mixture};

use super::error::PlanError;

/// The delay of messages of a kind (of none for announcements, and for what is no message), ready to be drawn from.
pub(super) fn sampler(delay: &Delay, kind: Option<model::Kind>) -> Result<Sampler, PlanError> {
    match delay {
        Delay::Preset(preset) => sampler(&preset.delay(kind), kind),
        Delay::Empirical(it) => Ok(Sampler::of_samples(samples(it)?)),
        Delay::Mixture(parts) => {
            let mut flat = Vec::new();
            flatten(parts, 1.0, &mut flat)?;
            Ok(mixture(&flat)?)
        }
        simple => Ok(distribution(simple).sampler()?),
    }
}

/// A mixture of mixtures is a mixture.
fn flatten(parts: &[model::MixturePart], of: f64, flat: &mut Vec<(f64, MixedPart)>) -> Result<(), PlanError> {
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    for part in parts {
        let weight = of * part.weight / total;
        match &part.delay {
            Delay::Mixture(parts) => flatten(parts, weight, flat)?,
            Delay::Empirical(it) => flat.push((weight, MixedPart::Samples(samples(it)?))),
            Delay::Preset(preset) => flat.push((weight, MixedPart::Law(distribution(&preset.delay(None))))),
            simple => flat.push((weight, MixedPart::Law(distribution(simple)))),
        }
    }
    Ok(())
}

fn samples(delay: &model::EmpiricalDelay) -> Result<Vec<u64>, PlanError> {
    match &delay.file {
        Some(file) => Err(PlanError::Unread(file.clone())),
        None if delay.samples.is_empty() => Err(PlanError::NoSamples),
        None => Ok(delay.samples.iter().map(|sample| sample.ns()).collect()),
    }
}

/// A distribution with a formula; of the others nothing is asked here.
fn distribution(delay: &Delay) -> Distribution {
    match *delay {
        Delay::Constant(at) => Distribution::Constant(at.ns()),
        Delay::Uniform(d) => Distribution::Uniform { min: d.min.ns(), max: d.max.ns() },
        Delay::Exponential(d) => Distribution::Exponential { mean: d.mean.ns() },
        Delay::Lognormal(d) => Distribution::Lognormal { median: d.median().ns(), sigma: d.sigma },
        Delay::Pareto(d) => Distribution::Pareto { min: d.min().ns(), alpha: d.alpha },
        Delay::ShiftedExponential(d) => {
            Distribution::ShiftedExponential { min: d.min.ns(), mean: d.mean.ns() }
        }
        Delay::Normal(d) => Distribution::Normal { mean: d.mean.ns(), sd: d.sd.ns() },
        Delay::Gamma(d) => Distribution::Gamma { shape: d.shape, scale: d.scale.ns() },
        Delay::Weibull(d) => Distribution::Weibull { shape: d.shape, scale: d.scale.ns() },
        Delay::Mixture(_) | Delay::Empirical(_) | Delay::Preset(_) => Distribution::Constant(0),
    }
}
