//! What a course asks: which rungs, worth how many points, from which seed on, over how many seeds.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{LADDER, Rung};
use crate::text::{brief, printable};

/// The choice of a course, `grade.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Course {
    /// The first seed; 0 without it.
    pub first_seed: Option<u64>,
    /// Points by a rung's name; rungs that are not named are not asked. Without it all are, for what they are worth.
    pub points: BTreeMap<String, u32>,
    /// Seeds of each scenario by a rung's name.
    pub seeds: BTreeMap<String, u64>,
}

/// Why a text says nothing about a course.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CourseError(String);

impl Course {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str) -> Result<Course, CourseError> {
        let course: Course = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1;
            CourseError(format!("line {line}: {}", printable(error.message())))
        })?;
        let names = || LADDER.iter().map(|rung| rung.name);
        for name in course.points.keys().chain(course.seeds.keys()) {
            if !names().any(|known| known == name) {
                let all: Vec<&str> = names().collect();
                let near = crate::scenario::did_you_mean(name, &all);
                return Err(CourseError(format!(
                    "no rung is called {}{near}; there are {}",
                    brief(name),
                    all.join(", ")
                )));
            }
        }
        match course.seeds.iter().find(|(_, seeds)| **seeds == 0) {
            Some((name, _)) => Err(CourseError(format!("seeds.{name} is 0; it must be at least 1"))),
            None => Ok(course),
        }
    }

    /// The rungs that are asked, with their points.
    pub fn rungs(&self) -> Vec<Rung> {
        let points = |rung: &Rung| match self.points.get(rung.name) {
            Some(points) => Some(*points),
            None => self.points.is_empty().then_some(rung.points),
        };
        LADDER.iter().filter_map(|rung| points(rung).map(|points| Rung { points, ..*rung })).collect()
    }

    /// How many seeds of each of its scenarios a rung asks for, where it would ask for so many.
    pub fn seeds_of(&self, rung: &Rung, usual: u64) -> u64 {
        self.seeds.get(rung.name).copied().unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_picks_and_weighs() {
        let course = Course::parse("first_seed = 7\n[points]\nsafe = 60\nends = 40\n[seeds]\nsafe = 9\n");
        let course = course.expect("a course");
        let rungs = course.rungs();
        assert_eq!(rungs.iter().map(|it| (it.number, it.points)).collect::<Vec<_>>(), [(4, 60), (10, 40)]);
        assert_eq!((course.seeds_of(&rungs[0], 5), course.seeds_of(&rungs[1], 5)), (9, 5));
        assert_eq!(Course::default().rungs().iter().map(|it| it.points).sum::<u32>(), 100);
    }

    #[test]
    fn what_is_no_course_is_refused_with_its_place() {
        let refused = |text: &str| Course::parse(text).expect_err(text).to_string();
        assert!(refused("a = 1").starts_with("line 1: "), "{}", refused("a = 1"));
        assert!(refused("\n[points]\nsafe = \"x\"").starts_with("line 3: "));
        assert!(refused("[points]\nsave = 1").contains("did you mean"), "{}", refused("[points]\nsave = 1"));
        assert!(refused("[seeds]\nsafe = 0").contains("at least 1"));
    }
}
