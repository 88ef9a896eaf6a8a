//! Samples of delays from CSV files, read when a scenario is made whole: from then on they are part of it.
//!
//! Absent on purpose: opening files (`load`), and the rules for samples (`validate`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::Problem;
use super::escape::shown;
use super::load::sample_file;
use super::measured::{self, NO_DELAY, NoDelays};
use super::model::{Delay, EmpiricalDelay, Missing, Scenario};
use super::node::{Node, Step};
use super::quotes::left_open;
use super::units::{Duration, Unit};
use super::validate::MOST_SAMPLES;

/// Where the files of a scenario are, and what was read from them already: the cells of a sweep share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Library {
    /// The scenario's folder; none for a scenario that is no file.
    pub folder: Option<PathBuf>,
    known: Arc<Mutex<BTreeMap<Column, Vec<u64>>>>,
}

/// A file, a column of it, and the unit of its numbers.
type Column = (String, String, Unit);

/// Reads every column that the scenario names, and puts the samples in the place of the name.
pub(super) fn read_all(scenario: &mut Scenario, library: &Library, root: &Node) -> Result<(), Problem> {
    let mut all: Vec<(Vec<Step<'static>>, &mut Delay)> =
        vec![(vec!["network".into(), "delay".into()], &mut scenario.network.delay)];
    for (kind, fate) in &mut scenario.network.kind {
        let path = ["network", "kind", kind.name(), "delay"].map(Step::from);
        all.extend(fate.delay.as_mut().map(|delay| (path.to_vec(), delay)));
    }
    for (i, node) in scenario.network.node.iter_mut().enumerate() {
        let path = vec!["network".into(), "node".into(), i.into(), "delay".into()];
        all.extend(node.delay.as_mut().map(|delay| (path, delay)));
    }
    for (i, link) in scenario.network.link.iter_mut().enumerate() {
        let path = vec!["network".into(), "link".into(), i.into(), "delay".into()];
        all.extend(link.delay.as_mut().map(|delay| (path, delay)));
    }
    for (i, proposer) in scenario.proposer.iter_mut().enumerate() {
        all.push((vec!["proposer".into(), i.into(), "start".into()], &mut proposer.start));
    }
    for (i, fault) in scenario.fault.iter_mut().enumerate() {
        let path = vec!["fault".into(), i.into(), "slow".into(), "service".into()];
        all.extend(fault.slow.as_mut().map(|slow| (path, &mut slow.service)));
    }
    if let Some(random) = &mut scenario.faults.random {
        let path = |key: &'static str| vec!["faults".into(), "random".into(), key.into()];
        let durations = random.durations_mut().into_iter();
        all.extend(durations.filter_map(|(key, delay)| Some((path(key), delay.as_mut()?))));
    }
    for (path, delay) in all {
        read(delay, &path, library, root)?;
    }
    Ok(())
}

fn read(delay: &mut Delay, path: &[Step], library: &Library, root: &Node) -> Result<(), Problem> {
    match delay {
        Delay::Mixture(parts) => {
            for (i, part) in parts.iter_mut().enumerate() {
                let path = [path, &["mixture".into(), i.into(), "delay".into()]].concat();
                read(&mut part.delay, &path, library, root)?;
            }
            Ok(())
        }
        Delay::Empirical(it) => {
            // What is missing beside `file` the rules tell.
            let (Some(file), Some(column), Some(unit)) = (&it.file, &it.column, it.unit) else {
                return Ok(());
            };
            if !it.samples.is_empty() {
                return Ok(());
            }
            let measured = library.column(file, column, unit, it.missing);
            let measured = measured.and_then(|lines| measured::delays(&lines, it.round_trip));
            let (samples, lost) = measured.map_err(|why| {
                let path = [path, &["empirical".into(), "file".into()]].concat();
                Problem::new(why).placed(root.place(&path))
            })?;
            *it = EmpiricalDelay { samples, lost, ..EmpiricalDelay::default() };
            Ok(())
        }
        _ => Ok(()),
    }
}

impl Library {
    /// What was read so far, as text that [`Library::supply`] takes; empty if nothing was.
    pub(super) fn known(&self) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let columns: Vec<(&Column, &Vec<u64>)> = known.iter().collect();
        if columns.is_empty() { String::new() } else { serde_json::to_string(&columns).unwrap_or_default() }
    }

    /// The files that columns were read from so far.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.folder.as_deref().unwrap_or(Path::new(""));
        known.keys().map(|(file, _, _)| folder.join(file)).collect()
    }

    /// Makes columns known that were read elsewhere; none if the text is not of [`Library::known`].
    pub(super) fn supply(&self, text: &str) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        let columns: Vec<(Column, Vec<u64>)> = serde_json::from_str(text).ok()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, samples) in columns {
            let fits = !samples.is_empty() && samples.len() <= MOST_SAMPLES;
            let fits = fits && samples.iter().all(|&ns| ns <= Duration::MAX.ns() || ns == NO_DELAY);
            fits.then(|| known.insert(key, samples))?;
        }
        Some(())
    }

    /// A column's lines in ns, [`NO_DELAY`] for those that hold no delay.
    fn column(&self, file: &str, column: &str, unit: Unit, missing: Missing) -> Result<Vec<u64>, String> {
        let key = (file.to_string(), column.to_string(), unit);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            let none = known.iter().filter(|&&ns| ns == NO_DELAY).count();
            return match (missing, none) {
                (Missing::Refuse, 1..) => Err(measured::refusal(&shown(file), none, known.len(), "")),
                _ => Ok(known.clone()),
            };
        }
        let Some(folder) = &self.folder else {
            return Err(format!(
                "{} is relative to the scenario's folder, and this scenario is no file; give `samples`",
                shown(file)
            ));
        };
        let samples = samples(&sample_file(folder, file)?, column, unit, missing)
            .map_err(|why| format!("{}{why}", super::escape::printable(file)))?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, samples.clone());
        Ok(samples)
    }
}

/// The column's numbers; an error goes on from the file's name.
fn samples(text: &str, column: &str, unit: Unit, missing: Missing) -> Result<Vec<u64>, String> {
    if let Some(why) = measured::is_ping(text) {
        return Err(why);
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let bad = |why: csv::Error| match why.position() {
        Some(at) => format!(":{}: not a line of a CSV file like the header", at.line()),
        None => " is no CSV file".to_string(),
    };
    if let Some(line) = left_open(text) {
        return Err(format!(
            ":{line}: a quote is opened and never closed; close it, or write the field without"
        ));
    }
    let header = reader.headers().map_err(bad)?.clone();
    if header.iter().filter(|name| *name == column).count() > 1 {
        return Err(format!(" has two columns {}; give each its own name", shown(column)));
    }
    let Some(index) = header.iter().position(|name| name == column) else {
        if let Some(why) = measured::lacks_header(&header, column) {
            return Err(why);
        }
        let names = header.iter().take(20).map(shown).collect::<Vec<_>>().join(", ");
        return Err(format!(" has no column {} (columns: {names})", shown(column)));
    };
    let (mut samples, mut none) = (Vec::new(), NoDelays::default());
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let line = record.position().map_or(0, csv::Position::line);
        let text = record.get(index).unwrap_or("");
        let ns = text.parse::<f64>().map(|number| number * unit.ns() as f64);
        match ns {
            _ if measured::is_no_delay(text) => {
                none.note(text, line);
                samples.push(NO_DELAY);
            }
            Ok(ns) if (0.0..=Duration::MAX.ns() as f64).contains(&ns) => samples.push((ns + 0.5) as u64),
            _ => {
                return Err(format!(
                    ":{line}: {} is no delay; allowed: numbers above 0, in the unit of `unit`",
                    shown(text)
                ));
            }
        }
        if samples.len() > MOST_SAMPLES {
            return Err(format!(" has more than {MOST_SAMPLES} lines; keep every k-th of them"));
        }
    }
    if missing == Missing::Refuse && none.count > 0 {
        return Err(measured::refusal("", none.count, samples.len(), &none.told()));
    }
    if samples.is_empty() { Err(" has a header and no line below it".to_string()) } else { Ok(samples) }
}
