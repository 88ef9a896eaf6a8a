//! `synod merge`: the shares of a sweep, put together into its report.
//!
//! Absent on purpose: running anything but the few seeds that every sweep runs twice. The report has the bytes that one
//! machine would have written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::claim::Claim;
use super::exit::{Exit, Failure};
use super::grid::Grid;
use super::interrupt;
use super::journal::{is_journal, peek, read_into};
use super::printer::Printer;
use super::progress::Bar;
use super::share_args::MergeArgs;
use super::sweep::{Ending, prove};
use super::workers::workers;
use super::write::{Holds, shown};
use crate::scenario::printable;
use crate::sweep::journal::Header;
use crate::sweep::{Ledger, Progress, Shard, array_list};
use crate::text::quote_path;

/// Puts shares together.
pub fn merge(args: &MergeArgs, printer: &Printer) -> Result<Exit, Failure> {
    let mut claim = Claim::of(&args.out, Holds::Report, printer)?;
    interrupt::keep("the shares are as they were, and this command begins again", true);
    let (header, shares) = shares(&journals(&args.from, printer)?)?;
    let reading = Bar::of("reading the cells", "", 0, printer);
    let grid = Grid::of_header(&header)?;
    drop(reading);
    if let Some(difference) = header.other_sweep(&grid.header(Shard::WHOLE)) {
        let (what, this, other) = (difference.what, difference.this, difference.other);
        let why = format!("the shares' {what} is {this}, and this version of synod makes it {other}");
        return Err(Failure::Refused(printable(&why)));
    }
    let grid = grid.again_by(&args.own)?;
    let ledger = grid.ledger();
    let missing = missing(&header, &shares, &ledger, printer)?;
    if !missing.is_empty() {
        return Err(rerun(&header, &missing, &args.from[0]));
    }
    let ending = Ending::new(&grid, Some(&args.out), args.format, printer)?;
    let report = match prove(grid, ledger, &workers(args.threads)?, printer)? {
        Ok(report) => report,
        Err(exit) => return Ok(exit),
    };
    ending.write(&report, Some(&mut claim), printer)?;
    interrupt::keep("the report is whole", false);
    ending.tell(&report, printer)
}

/// The journals in these folders.
fn journals(folders: &[PathBuf], printer: &Printer) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for folder in folders {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => Failure::Usage(format!("{}: no such folder", shown(folder))),
            _ => Failure::io(&format!("read {}", shown(folder)), &error),
        };
        let before = found.len();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if !is_journal(&entry.file_name()) {
                continue;
            }
            let path = entry.path();
            if path.symlink_metadata().is_ok_and(|kind| kind.is_file()) {
                found.push(path);
            } else {
                printer.say(&format!("{}: is left out, for it is no regular file", shown(&path)));
            }
        }
        if found.len() == before {
            let why = "holds no share; make them with `synod sweep … --shard K/N --out DIR`";
            return Err(Failure::Usage(format!("{}: {why}", shown(folder))));
        }
    }
    // A folder has no order of its own.
    found.sort();
    Ok(found)
}

/// What the shares are of, and where each of them is, by its number.
fn shares(paths: &[PathBuf]) -> Result<(Header, BTreeMap<u32, PathBuf>), Failure> {
    let mut first: Option<(&Path, Header)> = None;
    let mut found: BTreeMap<u32, PathBuf> = BTreeMap::new();
    for path in paths {
        // Torn before its header ended: a share that is missing, as far as anybody can tell.
        let Some(header) = peek(path)? else { continue };
        if let Some((other, known)) = &first {
            same(other, known, path, &header)?;
        }
        if let Some(other) = found.insert(header.shard.number, path.clone()) {
            let why = format!("share {} is there twice: {} and {}", header.shard, shown(&other), shown(path));
            return Err(Failure::Refused(format!("{why}; remove one of them")));
        }
        first.get_or_insert((path, header));
    }
    match first {
        Some((_, header)) => Ok((header, found)),
        None => {
            let names: Vec<String> = paths.iter().map(|path| shown(path)).collect();
            Err(Failure::Refused(format!(
                "{}: its header is torn, or not as synod wrote it; run it again",
                names.join(", ")
            )))
        }
    }
}

/// Refuses what belongs to another sweep, naming both.
fn same(a: &Path, known: &Header, b: &Path, header: &Header) -> Result<(), Failure> {
    let shares = |header: &Header| format!("{} shares", header.shard.of);
    let text = |header: &Header| header.arguments.clone();
    let difference = match known.other_sweep(header) {
        Some(difference) => (difference.what, difference.this, difference.other),
        None if known.shard.of != header.shard.of => ("number of shares", shares(known), shares(header)),
        None if (&known.text, &known.arguments) != (&header.text, &header.arguments) => {
            ("scenario's text", text(known), text(header))
        }
        None => return Ok(()),
    };
    let (what, this, other) = difference;
    let why = format!("{what}: {this} in {}, {other} in {}", a.display(), b.display());
    Err(Failure::Refused(format!("these are shares of different sweeps: {}", printable(&why))))
}

/// Enters every share into the ledger; the numbers of those that are missing or not whole.
fn missing(
    header: &Header,
    shares: &BTreeMap<u32, PathBuf>,
    ledger: &Ledger,
    printer: &Printer,
) -> Result<Vec<u32>, Failure> {
    let bar = Bar::of("reading the shares", "shares", shares.len() as u64, printer);
    for path in shares.values() {
        if read_into(path, ledger)?.is_some() {
            bar.suspend(|| printer.say(&format!("{}: its end is damaged", shown(path))));
        }
        bar.advance(1);
    }
    let of = header.shard.of;
    let is_whole = |number: u32| {
        shares.contains_key(&number) && ledger.has_all(Shard { of, number }.tasks(ledger.tasks()))
    };
    Ok((1..=of).filter(|&number| !is_whole(number)).collect())
}

/// Says which shares to run again, and how.
fn rerun(header: &Header, missing: &[u32], folder: &Path) -> Failure {
    let command = header.command(&Shard { of: header.shard.of, number: missing[0] }.to_string());
    Failure::Refused(format!(
        "{} of {} shares are missing or not whole, as of {}; without a scheduler run\n{} --out {}\nrerun with --array={}",
        missing.len(),
        header.shard.of,
        printable(&header.arguments),
        printable(&command),
        quote_path(folder),
        array_list(missing)
    ))
}
