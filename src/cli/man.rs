//! `synod man`: a page for the program and one for each command.
//!
//! Absent on purpose: words of their own; all of them are those of `--help`.

use std::path::Path;

use clap::Command;
use clap_mangen::Man;

use super::args::ManArgs;
use super::claim::Claim;
use super::examples;
use super::exit::{Exit, Failure};
use super::printer::Printer;
use super::write::{Holds, shown};

/// Prints a page, or writes all of them into a folder.
pub fn man(args: &ManArgs, printer: &Printer) -> Result<Exit, Failure> {
    let pages = pages()?;
    match &args.out {
        Some(folder) => written(folder, pages, printer),
        None => {
            let wanted = [vec!["synod".to_owned()], args.page.clone()].concat().join("-") + ".1";
            let page = pages.iter().find(|(name, _)| *name == wanted).ok_or_else(|| {
                let names: Vec<&str> = pages.iter().map(|(name, _)| name.trim_end_matches(".1")).collect();
                Failure::Usage(format!("there is no page of this name; there are {}", names.join(", ")))
            })?;
            printer.data(&page.1)?;
            Ok(Exit::Ok)
        }
    }
}

fn written(folder: &Path, pages: Vec<(String, Vec<u8>)>, printer: &Printer) -> Result<Exit, Failure> {
    let mut claim = Claim::of(folder, Holds::Man, printer)?;
    let listed: Vec<_> = pages.iter().map(|(name, _)| serde_json::json!({ "path": name })).collect();
    let about = serde_json::json!({ "schema": "synod-man/1", "files": listed });
    let count = pages.len();
    let mut files = pages;
    files.push((super::write::MANIFEST.to_owned(), format!("{about:#}\n").into_bytes()));
    claim.replace(&files, printer)?;
    printer.say(&format!("pages      {count} in {}, to be put into a folder man1", shown(folder)));
    Ok(Exit::Ok)
}

/// The names of the pages' files, and their text.
fn pages() -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut command = examples::command();
    command.build();
    let mut pages = Vec::new();
    render(&command, &mut pages).map_err(|error| Failure::io("write a man page", &error))?;
    Ok(pages)
}

fn render(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    man.render(&mut page)?;
    pages.push((man.get_filename(), page));
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        render(sub, pages)?;
    }
    Ok(())
}
