//! What the presets of networks stand for.
//!
//! Their sources stand beside their names, in `model`. Absent on purpose: losses; no preset loses messages.

use super::model::{Delay, Kind, LognormalDelay, Preset, UniformDelay};
use super::units::Duration;

const fn us(us: u64) -> Duration {
    Duration::from_ns(us * 1_000)
}

impl Preset {
    /// The delay of messages of this kind; of none for announcements, which are requests.
    pub fn delay(self, kind: Option<Kind>) -> Delay {
        let is_reply = matches!(kind, Some(Kind::Promise | Kind::Accepted | Kind::Reject));
        let lognormal = |median, sigma| Delay::Lognormal(LognormalDelay::of_median(median, sigma));
        match self {
            Preset::Loopback => Delay::Constant(us(100)),
            Preset::LabLoopback if is_reply => Delay::Constant(us(200)),
            Preset::LabLoopback => Delay::Constant(us(44_000)),
            Preset::Lan => lognormal(us(250), 0.25),
            Preset::CrossRegion => lognormal(us(50_000), 0.1),
            Preset::Intercontinental => lognormal(us(75_000), 0.05),
            Preset::Satellite => Delay::Uniform(UniformDelay { min: us(239_600), max: us(279_000) }),
        }
    }
}
