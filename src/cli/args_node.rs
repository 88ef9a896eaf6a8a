//! The arguments of `synod node`.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand, ValueEnum};

use super::amounts::{count, seed};
use super::args::{Source, threads};

/// `synod node`.
#[derive(Debug, Group)]
pub struct NodeArgs {
    #[command(subcommand)]
    pub command: NodeCommand,
}

/// What to do about own nodes.
#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// Begin one from a template: python, python-handlers, js, rust, go, java
    New {
        /// The template's name
        template: String,
        /// The folder to write into; it must be new or empty
        folder: PathBuf,
    },
    /// Print the kit of a language: synod node kit python > synod_kit.py
    Kit {
        /// The language
        language: KitArg,
    },
    /// Print the JSON Schema of nodes' files, for editors
    Schema,
    /// Start a program once and say what it is
    Check {
        /// The node's file
        #[arg(value_name = "MINE.TOML")]
        file: PathBuf,
    },
    /// Guess the [map] of a program's file from what its nodes do when two clients submit
    Map {
        /// The node's file, as yet without [map]
        #[arg(value_name = "MINE.TOML")]
        file: PathBuf,
        /// The function that a client calls to submit a value, where the file does not name it
        #[arg(long, value_name = "NAME")]
        submit: Option<String>,
    },
    /// List the places in Python files where a shared name is checked, and then set with no lock held
    Races {
        /// The node's file
        #[arg(value_name = "MINE.TOML")]
        file: PathBuf,
    },
    /// Print a run as the conversation with the program
    Talk(NodeTalkArgs),
    /// Play seeds with a program and with the built-in, or another program, and tell the first difference
    Compare(NodeCompareArgs),
    /// Say what a program is in the words of a scenario: by which settings the built-in gives the same runs
    Describe(NodeDescribeArgs),
}

/// The language of a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KitArg {
    /// For blocking Python.
    Python,
}

/// `synod node talk`.
#[derive(Debug, Group)]
pub struct NodeTalkArgs {
    #[command(flatten)]
    pub source: Source,
    /// The node's file
    #[arg(long, value_name = "MINE.TOML")]
    pub node: PathBuf,
    /// The run's seed, decimal or 0x hexadecimal
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
}

/// `synod node describe`.
#[derive(Debug, Group)]
pub struct NodeDescribeArgs {
    #[command(flatten)]
    pub source: Source,
    /// The node's file
    #[arg(long, value_name = "MINE.TOML")]
    pub node: PathBuf,
    /// How many seeds
    #[arg(long, default_value = "100", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Worker threads; by default one per core
    #[arg(long, value_parser = threads, allow_negative_numbers = true)]
    pub threads: Option<u64>,
}

/// `synod node compare`.
#[derive(Debug, Group)]
pub struct NodeCompareArgs {
    #[command(flatten)]
    pub source: Source,
    /// The node's file
    #[arg(long, value_name = "MINE.TOML")]
    pub node: PathBuf,
    /// Compare it with the nodes of this file instead of the built-in
    #[arg(long, value_name = "OTHER.TOML")]
    pub against: Option<PathBuf>,
    /// How many seeds
    #[arg(long, default_value = "1000", value_parser = count, allow_negative_numbers = true)]
    pub seeds: u64,
    /// The first seed
    #[arg(long, default_value = "0", value_parser = seed, allow_negative_numbers = true)]
    pub first_seed: u64,
    /// Worker threads, each with a process of its own; default: one per core
    #[arg(long, value_parser = threads)]
    pub threads: Option<u64>,
}
