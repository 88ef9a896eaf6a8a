//! Circles of imports between the files of a room: who names whom, followed through re-exports to where a name is defined.
//!
//! Two or three files that know each other can be read together; more cannot be read in any order.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{Path, module_of, paths};

/// As many files may import each other in a circle.
const MOST: usize = 3;

/// Circles that still stand, each by one of its files, and how many it has: they may shrink, and this list with them.
pub const STANDING: &[(&str, usize)] = &[
    ("src/check/situations/mod.rs", 6),
    ("src/cli/write.rs", 14),
    ("src/cli/exit.rs", 4),
    ("src/paxos/mutants.rs", 4),
    ("src/run/condition/mod.rs", 4),
    ("src/run/shrink/mod.rs", 8),
    ("src/scenario/cells.rs", 5),
    ("src/sweep/swarm/mod.rs", 5),
];

/// The files that import each other, of every circle that is too large: a file's room is the first word of its module.
pub fn circles(tree: &[(String, String)]) -> Vec<BTreeSet<String>> {
    let imports = Imports::of(tree);
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        imports.files.values().map(|&(file, _)| (file, imports.reached_from(file))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (file, reached) in &reach {
        let back = |other: &&&str| reach.get(**other).is_some_and(|theirs| theirs.contains(file));
        let circle: BTreeSet<String> = reached.iter().filter(back).map(|&other| other.to_owned()).collect();
        if circle.len() > MOST && !found.contains(&circle) {
            found.push(circle);
        }
    }
    found
}

/// The circles that a list does not know or knows otherwise, and the entries of it that no circle fills any more.
pub fn unexpected(found: &[BTreeSet<String>], standing: &[(&str, usize)]) -> Vec<String> {
    let of = |circle: &BTreeSet<String>| standing.iter().find(|(file, _)| circle.contains(*file));
    let other = found.iter().filter(|circle| of(circle).is_none_or(|&(_, files)| files != circle.len()));
    let gone = standing.iter().filter(|(file, _)| !found.iter().any(|circle| circle.contains(*file)));
    let other = other.map(|circle| match of(circle) {
        Some((file, files)) => {
            format!("the circle of {file} has {} files, not {files}: {circle:?}", circle.len())
        }
        None => format!("{} files import each other: {circle:?}", circle.len()),
    });
    other.chain(gone.map(|(file, _)| format!("{file} is in no such circle any more"))).collect()
}

/// Which file of a room imports which.
struct Imports<'t> {
    /// By module: its file, and the paths in it.
    files: BTreeMap<Vec<String>, (&'t str, Vec<Path>)>,
    /// By file.
    targets: BTreeMap<&'t str, BTreeSet<&'t str>>,
}

impl<'t> Imports<'t> {
    fn of(tree: &'t [(String, String)]) -> Self {
        let sources = tree.iter().filter(|(file, _)| file.starts_with("src/"));
        let files =
            sources.map(|(file, text)| (module_of(file), (file.as_str(), paths(file, text)))).collect();
        let mut imports = Imports { files, targets: BTreeMap::new() };
        for (module, (file, paths)) in &imports.files {
            let mut targets = BTreeSet::new();
            for path in paths.iter().filter(|path| !path.reexport) {
                let Some(full) = imports.full(module, paths, path) else { continue };
                let target = imports.defining(&full, 0);
                targets.extend(target.filter(|target| target != file && full.first() == module.first()));
            }
            imports.targets.insert(file, targets);
        }
        imports
    }

    /// A path from the crate's root, also where it begins with a module that is a child or was imported.
    fn full(&self, module: &[String], paths: &[Path], path: &Path) -> Option<Vec<String>> {
        if path.inside {
            return Some(path.segments.clone());
        }
        let (first, rest) = path.segments.split_first()?;
        let child = [module, std::slice::from_ref(first)].concat();
        let imported = || {
            let named = |it: &&Path| it.inside && it.segments.last() == Some(first);
            paths.iter().filter(named).map(|it| it.segments.clone()).find(|it| self.files.contains_key(it))
        };
        let begin = if self.files.contains_key(&child) { Some(child) } else { imported() };
        Some([begin?.as_slice(), rest].concat())
    }

    /// The file in which the name is defined that a path leads to.
    fn defining(&self, path: &[String], depth: usize) -> Option<&'t str> {
        let known = (1..=path.len()).rev().find(|&n| self.files.contains_key(&path[..n]))?;
        let (file, paths) = &self.files[&path[..known]];
        let Some(name) = path.get(known) else { return Some(file) };
        let passes_on = |it: &&Path| it.reexport && it.segments.last() == Some(name);
        let passed_on = paths.iter().find(passes_on).filter(|_| depth < 8);
        let further = passed_on.and_then(|it| {
            let full = self.full(&path[..known], paths, it)?;
            self.defining(&[&full, &path[known + 1..]].concat(), depth + 1)
        });
        Some(further.unwrap_or(file))
    }

    /// The files that a file leads to, by however many imports.
    fn reached_from(&self, file: &'t str) -> BTreeSet<&'t str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![file];
        while let Some(file) = next.pop() {
            let targets = self.targets[file].iter().copied();
            next.extend(targets.filter(|target| reached.insert(*target)));
        }
        reached
    }
}
