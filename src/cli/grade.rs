//! `synod grade`: somebody's own nodes climb the ladder; of each rung that is too high, the smallest run that shows why.

use std::cell::Cell;
use std::path::Path;

use super::args::{GradeArgs, Source};
use super::exit::{Exit, Failure};
use super::interrupt;
use super::load::{Loaded, load, unplanned};
use super::node::Starts;
use super::printer::Printer;
use super::progress::Bar;
use super::verify::read_file;
use super::workers::workers;
use super::write::shown;
use crate::many::BadRun;
use crate::report::{
    Climb, Fault, FaultKind, Grade, RunView, counterexample, grade_json, grade_junit, grade_markdown,
    grade_text, remedy, split_brief, split_lines,
};
use crate::run::Threads;
use crate::run::{Condition, Deviations, Plan, Record, Silent, Twins, shrink, twins};
use crate::sweep::{Climbed, Course, Rung, Trial, climb};

/// Grades, prints and says by the exit code how it went.
pub fn grade(args: &GradeArgs, printer: &Printer) -> Result<Exit, Failure> {
    let course = match &args.course {
        None => Course::default(),
        Some(path) => course(path)?,
    };
    let mut rungs = course.rungs();
    // A grade of no rung would be full marks.
    if let Some(absent) = args.rung.iter().find(|&&asked| rungs.iter().all(|rung| rung.number != asked)) {
        let there: Vec<String> = rungs.iter().map(|rung| rung.number.to_string()).collect();
        let there = there.join(", ");
        return Err(Failure::Usage(format!("--rung {absent}: the course does not ask it (rungs: {there})")));
    }
    rungs.retain(|rung| args.rung.is_empty() || args.rung.contains(&rung.number));
    let starts = Starts::new(&args.node)?;
    let pool = workers(args.threads)?;
    let first_seed = args.first_seed.or(course.first_seed).unwrap_or(0);
    let grader = Grader {
        args,
        course: &course,
        starts: &starts,
        pool: &pool,
        first_seed,
        fits: Cell::new(false),
        printer,
    };
    let mut grade = Grade { label: starts.label(), rungs: Vec::new() };
    for rung in rungs {
        match grader.climb(rung)? {
            Some(climb) => grade.rungs.push(climb),
            None => {
                interrupt::caught();
                printer.error(&format!(
                    "interrupted at rung {}; a grade is of all rungs that are asked, so none is printed",
                    rung.number
                ));
                return Ok(Exit::Interrupted);
            }
        }
    }
    if let Some(path) = &args.junit {
        std::fs::write(path, grade_junit(&grade))
            .map_err(|error| Failure::io(&format!("write --junit {}", shown(path)), &error))?;
    }
    match (args.json, args.markdown) {
        (true, _) => printer.json(&grade_json(&grade))?,
        (_, true) => printer.data(grade_markdown(&grade).as_bytes())?,
        _ => printer.data(grade_text(&grade).as_bytes())?,
    }
    Ok(end(&grade, args, printer))
}

fn course(path: &Path) -> Result<Course, Failure> {
    let bytes = read_file(path, "no such file; it says which rungs a course asks")?;
    let text = String::from_utf8_lossy(&bytes);
    Course::parse(&text).map_err(|why| Failure::Usage(format!("{}: {why}", shown(path))))
}

/// The exit code: the worst of what was found.
fn end(grade: &Grade, args: &GradeArgs, printer: &Printer) -> Exit {
    let Some((_, first)) = grade.faults().next() else { return Exit::Ok };
    let has = |kind| grade.faults().find(|(_, fault)| fault.kind == kind);
    let ends = [
        (FaultKind::Failed, Exit::NodeFailed),
        (FaultKind::Differs, Exit::Mismatch),
        (FaultKind::Violation, if args.strict { Exit::Violation } else { Exit::Expectation }),
    ];
    for (kind, exit) in ends {
        if let Some((_, fault)) = has(kind) {
            printer.last_line(&fault.again);
            return exit;
        }
    }
    printer.last_line(&first.again);
    Exit::Expectation
}

/// Lets nodes climb.
struct Grader<'a> {
    args: &'a GradeArgs,
    course: &'a Course,
    starts: &'a Starts,
    pool: &'a Threads,
    first_seed: u64,
    /// Whether the file has fitted all runs of a trial.
    fits: Cell<bool>,
    printer: &'a Printer,
}

impl Grader<'_> {
    /// What a rung comes to; none if it was interrupted.
    fn climb(&self, rung: Rung) -> Result<Option<Climb>, Failure> {
        let mut found = Climb { rung, runs: 0, fault: None, note: None };
        if rung.holds_up && !self.starts.has_threads() {
            found.note = Some("handlers are atomic: there are no threads to hold up");
            return Ok(Some(found));
        }
        for trial in rung.trials {
            let loaded = self.loaded(trial, rung.holds_up)?;
            let plan = loaded.setup().plan().map_err(|error| unplanned(&loaded.document, error))?;
            let seeds = self.course.seeds_of(&rung, trial.seeds).min(self.args.seeds.unwrap_or(u64::MAX));
            let never = Condition::parse(trial.never, &loaded.scenario);
            let never = never.map_err(|error| Failure::Usage(format!("rung {}: {error}", rung.number)))?;
            let bar = Bar::of(rung.name, "runs", seeds, self.printer);
            let ran =
                self.pool.on(|| climb(&plan, &never, (self.first_seed, seeds), &bar, interrupt::flag()));
            bar.clear();
            let Ok(climbed) = ran else { return Ok(None) };
            found.runs += climbed.runs;
            found.fault = self.fault((&rung, trial), &climbed, &loaded, &never)?;
            if found.fault.is_none() && rung.twins > 0 {
                found.fault = self.differs(&plan, rung.twins, &loaded);
            }
            if found.fault.is_some() {
                break;
            }
        }
        Ok(Some(found))
    }

    /// A trial's scenario with the nodes that play it.
    fn loaded(&self, trial: &Trial, holds_up: bool) -> Result<Loaded, Failure> {
        let sets = trial.sets.iter().map(|set| (*set).to_owned()).collect();
        let mut loaded = load(&Source::of(trial.scenario.to_owned(), sets))?;
        loaded.nodes = Some(self.starts.nodes(&loaded.scenario, holds_up)?);
        loaded.arguments.push_str(&self.starts.words(holds_up));
        Ok(loaded)
    }

    /// What is wrong with the runs of a trial.
    fn fault(
        &self,
        (rung, trial): (&Rung, &Trial),
        climbed: &Climbed,
        loaded: &Loaded,
        never: &Condition,
    ) -> Result<Option<Fault>, Failure> {
        if let Some(failed) = &climbed.failed {
            // A wrong file costs no points, and there is nothing to grade. One that has fitted all runs of another rung is right.
            return match failed.exit() {
                Exit::Unfit if !self.fits.get() => Err(Failure::Usage(failed.to_string())),
                _ => Ok(Some(failure(failed, rung, loaded))),
            };
        }
        self.fits.set(true);
        let Some((seed, _)) = &climbed.first else { return Ok(None) };
        if climbed.bad * 1000 <= trial.allowed * climbed.runs {
            return Ok(None);
        }
        self.told((rung, trial, *seed), climbed, loaded, never).map(Some)
    }

    /// The first bad run, made as small as can be.
    fn told(
        &self,
        (rung, trial, seed): (&Rung, &Trial, u64),
        climbed: &Climbed,
        loaded: &Loaded,
        never: &Condition,
    ) -> Result<Fault, Failure> {
        let bar = Bar::of("making the counterexample small", "", 0, self.printer);
        let first = Record::with(loaded.setup(), seed, &Deviations::default());
        let first = first.map_err(|error| unplanned(&loaded.document, error))?;
        let small = || shrink(loaded.setup(), &first, Some(never), &Silent, interrupt::flag()).ok();
        let small = if self.args.quick { None } else { small() };
        drop(bar);
        let record = small.as_ref().map_or(&first, |small| &small.record);
        let view = RunView { scenario: &loaded.scenario, arguments: &loaded.arguments, record };
        let what = match record.violations.first() {
            Some(broken) => format!("{} is broken", broken.invariant.name()),
            // A client that waits is told in vain once the run is over.
            None => format!("{} within {} s", trial.says, loaded.scenario.run.horizon.ns() as f64 / 1e9),
        };
        let is_violation = !record.violations.is_empty();
        Ok(Fault {
            kind: if is_violation { FaultKind::Violation } else { FaultKind::Bad },
            brief: format!(
                "{what}: {} of {} runs of {}, the first with seed {seed}",
                climbed.bad, climbed.runs, loaded.named
            ),
            lines: counterexample(&view, small.as_ref()),
            remedy: remedy(&view).or_else(|| Some(of_rung(rung, loaded))),
            again: super::replay::again(loaded, record),
        })
    }

    /// Whether the nodes answer otherwise when they are asked again.
    fn differs(&self, plan: &Plan, runs: u64, loaded: &Loaded) -> Option<Fault> {
        let seeds: Vec<u64> = (0..runs).map(|i| self.first_seed.wrapping_add(i)).collect();
        match twins(plan, &seeds, interrupt::flag()) {
            Ok(Twins::Same(_) | Twins::Stopped) => None,
            Ok(Twins::Differ(split)) => Some(Fault {
                kind: FaultKind::Differs,
                brief: split_brief(&split),
                lines: split_lines(&split),
                remedy: Some(TWIN_REMEDY.to_owned()),
                again: format!("synod node talk {} --seed {}", loaded.arguments, split.seed),
            }),
            Err((seed, trouble)) => Some(Fault {
                kind: FaultKind::Failed,
                brief: "the node failed when it was asked a second time".to_owned(),
                lines: trouble.to_string().lines().map(str::to_owned).collect(),
                remedy: Some(TWIN_REMEDY.to_owned()),
                again: format!("synod run {} --seed {seed}", loaded.arguments),
            }),
        }
    }
}

/// What to do about nodes that do otherwise when they are asked again.
const TWIN_REMEDY: &str = "look for what another process has otherwise (the order of a set, id(), hash(), the real clock, a global \
                           that outlives a run) and take it out of what the program sends";

/// What a rung says to do; of a client that waits also how long it may.
fn of_rung(rung: &Rung, loaded: &Loaded) -> String {
    let until = loaded.scenario.run.horizon.ns() as f64 / 1e9;
    match rung.name {
        "partitions" => {
            format!("{}; B's client has to be told within {until} s of the run's beginning", rung.remedy)
        }
        _ => rung.remedy.to_owned(),
    }
}

/// A run in which a node failed, or time stands still.
fn failure(failed: &BadRun, rung: &Rung, loaded: &Loaded) -> Fault {
    let lines: Vec<String> = failed.to_string().lines().map(str::to_owned).collect();
    let kind = if failed.trouble.is_some() { FaultKind::Failed } else { FaultKind::Bad };
    Fault {
        kind,
        brief: lines.first().cloned().unwrap_or_default(),
        lines: lines.into_iter().skip(1).collect(),
        // What a node does wrong has its own remedy among the lines.
        remedy: failed.trouble.is_none().then(|| rung.remedy.to_owned()),
        again: format!("synod run {} --seed {}", loaded.arguments, failed.seed),
    }
}
