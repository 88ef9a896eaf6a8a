//! `synod slurm`: a sweep as a job array and the merge that waits for it, as a shell script.
//!
//! What is printed is what `--submit` runs. Absent on purpose: waiting for the jobs, and any knowledge of a cluster beyond
//! `sbatch`.

use std::io::Write;
use std::process::{Command, Stdio};

use super::exit::{Exit, Failure};
use super::grid::Grid;
use super::printer::Printer;
use super::share_args::SlurmArgs;
use super::words::set_words;
use super::write::shown;
use crate::sweep::{Shard, Silent};
use crate::text::{first_hidden, quote, quote_path};

/// Prints the script, or runs it.
pub fn slurm(args: &SlurmArgs, printer: &Printer) -> Result<Exit, Failure> {
    // Whatever is wrong with the sweep is said here and not by each of many jobs.
    let grid = Grid::of(&args.sweep(), &Silent)?;
    if !(Shard { of: args.shards, number: 1 }).is_valid() {
        return Err(Failure::Usage("--shards must be from 1 to 1000000".to_owned()));
    }
    let script = script(args, &grid)?;
    if !args.submit {
        printer.data(script.as_bytes())?;
        return Ok(Exit::Ok);
    }
    submit(&script)
}

fn script(args: &SlurmArgs, grid: &Grid) -> Result<String, Failure> {
    let out = args.out.to_string_lossy();
    let (shares, logs) =
        (format!("{}.shares", out.trim_end_matches('/')), format!("{}.logs", out.trim_end_matches('/')));
    let (binary, sweep, n) = (binary()?, sweep_arguments(args, grid), args.shards);
    let one = format!(
        "{} sweep {sweep} --shard \"$SLURM_ARRAY_TASK_ID\"/{n} --threads {} --no-progress --out {}",
        binary,
        args.cpus,
        quote_path(&shares)
    );
    let merge = format!(
        "{binary} merge {}{} --threads {} --out {}",
        quote_path(&shares),
        args.own.words(),
        args.cpus,
        quote_path(&*out)
    );
    // Slurm puts numbers in the place of %A and its like, and a single % in the place of two.
    let pattern = logs.replace('%', "%%");
    let log = quote_path(format!("{pattern}/%A_%a.log"));
    let merge_log = quote_path(format!("{pattern}/%j-merge.log"));
    Ok(format!(
        "#!/bin/sh
# {n} shares of one sweep, and the merge that waits for them. The merge names shares that are missing or not whole; to
# run share 5 alone again and then the merge: ARRAY=5 sh THIS-SCRIPT. A share that is complete ends at once.
set -eu
mkdir -p {}
array=$(sbatch --parsable --job-name=synod --array=${{ARRAY:-1-{n}}} --cpus-per-task={} --requeue --open-mode=append \\
  --output={log} \\
  --wrap={})
merge=$(sbatch --parsable --job-name=synod-merge --dependency=afterok:\"${{array%%;*}}\" --kill-on-invalid-dep=yes \\
  --cpus-per-task={} --output={merge_log} \\
  --wrap={})
echo \"array ${{array%%;*}}, merge ${{merge%%;*}}\"
",
        quote_path(&logs),
        args.cpus,
        quote(&one),
        args.cpus,
        quote(&merge)
    ))
}

/// This program, as a script names it.
fn binary() -> Result<String, Failure> {
    let Ok(path) = std::env::current_exe() else { return Ok("synod".to_owned()) };
    match path.to_str().filter(|path| first_hidden(path).is_none()) {
        Some(path) => Ok(quote_path(path)),
        None => Err(Failure::Usage(format!(
            "{}: this program's own path cannot stand in a script; copy synod to a folder with a plain name",
            shown(&path)
        ))),
    }
}

/// The sweep's own arguments, with the number of seeds that they mean now.
fn sweep_arguments(args: &SlurmArgs, grid: &Grid) -> String {
    let mut words = vec![quote_path(&args.source.scenario) + &set_words("--set", &args.source.sets)];
    words[0].push_str(&args.own.words());
    words.push(format!("--seeds {}", grid.seeds));
    if grid.first_seed != 0 {
        words.push(format!("--first-seed {}", grid.first_seed));
    }
    if let Some(bound) = grid.bound {
        words.push(format!("--horizon {bound}"));
    }
    if grid.coverage == crate::sweep::Coverage::All {
        words.push("--digest all".to_owned());
    }
    if grid.checks == crate::check::Checks::All {
        words.push("--checks all".to_owned());
    }
    words.join(" ")
}

fn submit(script: &str) -> Result<Exit, Failure> {
    let failed = |error: std::io::Error| Failure::io("run sbatch by sh", &error);
    let mut shell = Command::new("sh").stdin(Stdio::piped()).spawn().map_err(failed)?;
    if let Some(mut input) = shell.stdin.take() {
        input.write_all(script.as_bytes()).map_err(failed)?;
    }
    let status = shell.wait().map_err(failed)?;
    if status.success() {
        return Ok(Exit::Ok);
    }
    Err(Failure::Io(
        "failed to submit the jobs; is this a machine of a Slurm cluster, with sbatch?".to_owned(),
    ))
}
