//! The arguments of `synod grade`.

use std::path::PathBuf;

use clap::Args as Group;

use super::amounts::{count, seed};
use super::args::threads;
use crate::sweep::rung_of;

/// `synod grade`.
#[derive(Debug, Group)]
#[command(after_help = "\
A rung is passed or not. grade.toml says which rungs are run and what they are worth: [points] by their names, [seeds] \
by their names, first_seed. Exit codes: 0 all rungs are passed, 6 one is not, 1 with --strict where a check was broken, \
3 the nodes answer otherwise when they are asked again, 7 they failed.")]
pub struct GradeArgs {
    /// The file of your own nodes
    #[arg(long, value_name = "MINE.TOML")]
    pub node: PathBuf,
    /// What a course requires (grade.toml); default: all rungs, 100 points
    #[arg(long, value_name = "FILE")]
    pub course: Option<PathBuf>,
    /// Run only this rung, by its number or its name (4, safe); may be repeated
    #[arg(long, value_name = "RUNG", value_parser = rung_of)]
    pub rung: Vec<u32>,
    /// The first seed; default: that of the course, else 0
    #[arg(long, value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: Option<u64>,
    /// Seeds of each scenario of a rung at most
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub seeds: Option<u64>,
    /// Worker threads, each with a process of its own; default: one per core. The grade does not depend on it
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
    /// Show the first bad run of a rung as drawn, without shrinking it
    #[arg(long)]
    pub quick: bool,
    /// End with exit code 1 where a check was broken
    #[arg(long)]
    pub strict: bool,
    /// Print the grade as JSON
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print the grade as Markdown
    #[arg(long)]
    pub markdown: bool,
    /// Also write it as JUnit XML, one test case per rung
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}
