//! An example or two of every command, below its `--help` and in its man page.
//!
//! A test parses each of them, so that none names what there is not. Absent on purpose: the options themselves (`args`).

use clap::{Command, CommandFactory};

use super::args::Args;

/// What to type, and what comes of it.
type Example = (&'static str, &'static str);

/// Each command with its examples.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "run",
        &[
            ("synod run lab2 --seed 5615", "told FAILED, and yet its value is chosen"),
            ("synod run mine.toml --seed 7 --set network.loss=0.1", "with one key changed"),
            ("synod run duel --seed 0xBEEF --format json", "all of it, for a program"),
        ],
    ),
    (
        "replay",
        &[
            ("synod replay lab2 --seed 5615", "a line an event"),
            ("synod replay lab2 --seed 5615 --as svg", "the picture with slanted arrows"),
            ("synod replay duel --seed 7 --as mermaid --window 0ms..3ms", "for a Markdown page"),
            ("synod replay duel --seed 7 --as jsonl", "a trace, to be kept"),
            ("synod replay --trace race.jsonl", "is it still the same, here and now?"),
        ],
    ),
    (
        "explain",
        &[
            ("synod explain duel --seed 7", "the critical messages of one run"),
            ("synod explain lab2-exponential --races --seeds 80000", "which order goes with which winner"),
        ],
    ),
    (
        "hunt",
        &[
            ("synod hunt lab2 --until 'hazard.failed-but-chosen > 0' --count 3", "three runs, as tokens"),
            ("synod hunt random-retry --until 'duel >= 5' --seeds 5_000_000", "search for longer"),
        ],
    ),
    (
        "shrink",
        &[
            ("synod shrink random-retry --seed 6", "what it takes that B wins"),
            ("synod shrink random-retry --seed 6 --keep 'duel >= 3'", "and that the duel is as long"),
        ],
    ),
    (
        "grade",
        &[
            ("synod grade --node mine.toml", "ten rungs, 100 points, and why not more"),
            ("synod grade --node mine.toml --rung 4 --seeds 500", "one rung, in a few seconds"),
            (
                "synod grade --node mine.toml --course grade.toml --junit grade.xml --strict",
                "for a course's grader",
            ),
        ],
    ),
    (
        "node",
        &[
            ("synod node new python mine", "a correct server to begin with, and what describes it"),
            ("synod run lab2 --node mine/mine.toml --seed 7", "one run of it"),
            (
                "synod node compare lab2-exponential --node mine/mine.toml",
                "message by message, beside the built-in",
            ),
        ],
    ),
    (
        "sweep",
        &[
            ("synod sweep lab2 --seeds 100000", "rates with intervals, nothing written"),
            ("synod sweep mine.toml --seeds 10000 --out reports/mine", "and a report; ^C and go on"),
            ("synod sweep mine.toml --seeds 1000 --rows runs.csv", "a row a run"),
            ("synod sweep mine.toml --seeds 1000000 --shard 3/8 --out parts", "one share of eight"),
        ],
    ),
    (
        "compare",
        &[
            ("synod compare w2 --set-b protocol.retry.uniform.max=40ms", "the same seeds, two policies"),
            (
                "synod compare mine.toml yours.toml --until-width 1ms --horizon 1s --seeds 100000",
                "as many as it takes",
            ),
        ],
    ),
    (
        "fairness",
        &[
            ("synod fairness lab2-loopback", "what node and start are worth"),
            ("synod fairness five-proposers --of A,E --seeds 20000", "of two among more"),
        ],
    ),
    ("merge", &[("synod merge parts --out reports/merged", "the report of a single run")]),
    (
        "verify",
        &[
            ("synod verify reports/mine", "every file against its totals, and a sample of the seeds"),
            ("synod verify reports/mine --all", "every seed, every total, every byte"),
        ],
    ),
    ("selftest", &[("synod selftest", "exits with 3 if this machine computes otherwise")]),
    (
        "slurm",
        &[(
            "synod slurm mine.toml --seeds 10000000 --shards 100 --out reports/big",
            "the script; --submit sends it",
        )],
    ),
    (
        "explore",
        &[
            ("synod explore duel --attempts 1", "every order of one attempt each"),
            ("synod explore duel --set protocol.mutant=ignores-votes --out bug.toml", "a bug as a script"),
            (
                "synod explore duel --reach 'vote.1 = \"A\" && vote.3 = \"B\"'",
                "can two acceptors hold two values?",
            ),
        ],
    ),
    (
        "exact",
        &[
            ("synod exact duel", "who wins, when, after how many pre-emptions: 5/54, 1081/648 · 10 ms"),
            ("synod exact duel --by 10ms,50ms", "and how likely it is that nothing is chosen by then"),
            (
                "synod exact duel --set network.delay.preset=lan --coupled",
                "another law, beside the nearest that is exact",
            ),
        ],
    ),
    ("report", &[("synod report reports/mine", "after an upgrade, or where a file was lost")]),
    ("writeup", &[("synod writeup reports/mine --out handin", "then: cd handin && pdflatex main.tex")]),
    (
        "check",
        &[
            ("synod check mine.toml", "its keys, and its [expect]"),
            ("synod check textbook/livelock textbook/unseen", "cases of the textbook"),
        ],
    ),
    (
        "swarm",
        &[
            ("synod swarm --seeds 100000", "scenarios drawn from numbers, every check on"),
            ("synod swarm --mutant ignores-votes --seeds 2000", "with a bug in it"),
        ],
    ),
    (
        "mutants",
        &[("synod mutants --mutant takes-lowest-vote --mutant majority-is-half", "two of the gallery")],
    ),
    (
        "scenario",
        &[
            ("synod scenario list", "the built-in scenarios"),
            ("synod scenario show lab2", "one of them, with its comments"),
            ("synod scenario new", "one to start from"),
            ("synod scenario schema", "for editors that complete keys"),
        ],
    ),
    (
        "man",
        &[
            ("synod man", "synod(1)"),
            ("synod man sweep", "synod-sweep(1)"),
            ("synod man --out man1", "a file for each command"),
        ],
    ),
    (
        "completions",
        &[
            ("synod completions bash", "for ~/.local/share/bash-completion/completions/synod"),
            ("synod completions zsh", "for a file _synod in $fpath"),
        ],
    ),
];

/// The command line with its examples.
pub fn command() -> Command {
    EXAMPLES.iter().fold(Args::command(), |all, (name, examples)| {
        all.mut_subcommand(name, |command| {
            let before = command.get_after_help().map(|text| format!("{text}\n\n")).unwrap_or_default();
            command.after_help(before + &text(examples))
        })
    })
}

/// Beside each line what it does; below it where that is too wide for a terminal.
fn text(examples: &[Example]) -> String {
    const WIDE: usize = 98;
    let width = examples.iter().map(|(line, _)| line.len()).max().unwrap_or(0);
    let fits = examples.iter().all(|(_, what)| width + what.chars().count() + 5 <= WIDE);
    let lines = examples.iter().map(|(line, what)| {
        if fits { format!("\n  {line:width$}   {what}") } else { format!("\n  {line}\n      {what}") }
    });
    format!("Examples:{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a line as a shell has them.
    fn words(line: &str) -> Vec<String> {
        let parts = line.split('\'').enumerate();
        parts
            .flat_map(|(i, part)| match i % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect(),
                _ => vec![part.to_owned()],
            })
            .collect()
    }

    #[test]
    fn every_command_has_examples_and_each_of_them_is_understood() {
        let mut lines = 0;
        for sub in command().get_subcommands() {
            let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
            let (_, examples) =
                help.split_once("Examples:\n").unwrap_or_else(|| panic!("{}", sub.get_name()));
            for line in examples.lines().filter(|line| line.starts_with("  synod ")) {
                let typed = line.trim_start().split("   ").next().expect("a line");
                let parsed = command().try_get_matches_from(words(typed));
                if let Err(error) = parsed {
                    panic!("{typed}: {error}");
                }
                assert!(line.len() <= 98, "{line}");
                lines += 1;
            }
        }
        assert!(lines > 40, "{lines}");
        assert!(
            command().try_get_matches_from(words("synod run lab2 --sede 7")).is_err(),
            "a wrong one is noticed"
        );
    }
}
