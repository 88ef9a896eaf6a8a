//! Rules for delays, kinds and links.
//!
//! Absent on purpose: probabilities, whose type keeps them in range.

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::model::Delay;
use crate::scenario::node::Step;

impl Check<'_> {
    pub(super) fn network(&self) -> Result<(), Problem> {
        let network = &self.scenario.network;
        self.delay(&["network", "delay"].map(Step::from), &network.delay)?;
        for (kind, fate) in &network.kind {
            if let Some(delay) = &fate.delay {
                self.delay(&["network", "kind", kind.name(), "delay"].map(Step::from), delay)?;
            }
        }
        for (i, link) in network.link.iter().enumerate() {
            let at =
                |key: &'static str| -> [Step; 4] { ["network".into(), "link".into(), i.into(), key.into()] };
            self.node(&at("from"), link.from, 0)?;
            self.node(&at("to"), link.to, 0)?;
            if let Some(delay) = &link.delay {
                self.delay(&at("delay"), delay)?;
            }
            if let (Some(from), Some(until)) = (link.from_time, link.until_time)
                && from >= until
            {
                let why =
                    format!("the link is in force from {from} until {until}, which is never; swap them");
                return self.broken(&at("until_time"), why);
            }
        }
        Ok(())
    }

    /// The parameters of a distribution that stands at `path`.
    pub(super) fn delay(&self, path: &[Step], delay: &Delay) -> Result<(), Problem> {
        let (word, key, why) = match delay {
            Delay::Uniform(it) if it.min >= it.max => {
                let why = if it.min == it.max {
                    format!("`min` and `max` are both {}; write {{ constant = \"{}\" }}", it.min, it.min)
                } else {
                    format!("`min` {} is above `max` {}; swap them", it.min, it.max)
                };
                ("uniform", "max", why)
            }
            Delay::Exponential(it) if it.mean.ns() == 0 => {
                ("exponential", "mean", "`mean` is 0; write { constant = \"0ms\" }".to_string())
            }
            Delay::Lognormal(it) if it.median.ns() == 0 => {
                ("lognormal", "median", "`median` is 0; write { constant = \"0ms\" }".to_string())
            }
            Delay::Lognormal(it) if !(it.sigma > 0.0 && it.sigma <= 10.0) => {
                ("lognormal", "sigma", format!("`sigma` is {}; allowed: above 0, up to 10", it.sigma))
            }
            Delay::Pareto(it) if it.min.ns() == 0 => {
                ("pareto", "min", "`min` is 0; write { constant = \"0ms\" }".to_string())
            }
            Delay::Pareto(it) if !(it.alpha >= 0.1 && it.alpha.is_finite()) => {
                ("pareto", "alpha", format!("`alpha` is {}; allowed: a finite number from 0.1 on", it.alpha))
            }
            _ => return Ok(()),
        };
        self.broken(&[path, &[word.into(), key.into()]].concat(), why)
    }
}
