//! `synod slurm`: a sweep as a job array and the merge that waits for it, as a shell script.
//!
//! What is printed is what `--submit` runs. Absent on purpose: waiting for the jobs, and any knowledge of a cluster beyond
//! `sbatch`.

use std::io::Write;
use std::process::{Command, Stdio};

use super::exit::{Exit, Failure, quote};
use super::grid::Grid;
use super::printer::Printer;
use super::share_args::SlurmArgs;
use crate::sweep::{Shard, Silent};

/// Prints the script, or runs it.
pub fn slurm(args: &SlurmArgs, printer: &Printer) -> Result<Exit, Failure> {
    // Whatever is wrong with the sweep is said here and not by each of many jobs.
    let grid = Grid::of(&args.sweep(), &Silent)?;
    if !(Shard { of: args.shards, number: 1 }).is_valid() {
        return Err(Failure::Usage("--shards must be from 1 to 1000000".to_owned()));
    }
    let script = script(args, &grid);
    if !args.submit {
        printer.data(script.as_bytes())?;
        return Ok(Exit::Ok);
    }
    submit(&script)
}

fn script(args: &SlurmArgs, grid: &Grid) -> String {
    let out = args.out.to_string_lossy();
    let (shares, logs) =
        (format!("{}.shares", out.trim_end_matches('/')), format!("{}.logs", out.trim_end_matches('/')));
    let binary =
        std::env::current_exe().map_or_else(|_| "synod".to_owned(), |path| path.display().to_string());
    let sweep = sweep_arguments(args, grid);
    let n = args.shards;
    // In the single quotes of --wrap; what is quoted within becomes '\''.
    let wrap = |line: &str| format!("'{}'", line.replace('\'', r"'\''"));
    let one = format!(
        "{} sweep {sweep} --shard \"$SLURM_ARRAY_TASK_ID\"/{n} --threads {} --no-progress --out {}",
        quote(&binary),
        args.cpus,
        quote(&shares)
    );
    let merge =
        format!("{} merge {} --threads {} --out {}", quote(&binary), quote(&shares), args.cpus, quote(&out));
    let log = quote(&format!("{logs}/%A_%a.log"));
    let merge_log = quote(&format!("{logs}/%j-merge.log"));
    format!(
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
        quote(&logs),
        args.cpus,
        wrap(&one),
        args.cpus,
        wrap(&merge)
    )
}

/// The sweep's own arguments, with the number of seeds that they mean now.
fn sweep_arguments(args: &SlurmArgs, grid: &Grid) -> String {
    let mut words = vec![quote(&args.source.scenario)];
    for set in &args.source.sets {
        words.extend(["--set".to_owned(), quote(set)]);
    }
    words.push(format!("--seeds {}", grid.seeds));
    if grid.first_seed != 0 {
        words.push(format!("--first-seed {}", grid.first_seed));
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
