//! README.md and docs/ do not rot: commands are run, what they print is compared, links are followed, pictures and reference
//! pages made again.
//!
//! In a block ```` ```console ```` a line `$ synod …` is run, and the lines below it are what it prints (stdout, then
//! stderr); a line `…` stands for any lines, and `…` within a line for any part of it. `$ sh …`, `$ cp …` and `$ sed …` are run
//! where there is a shell. A block ```` ```toml ```` or ```` ```text ```` that begins with `# NAME.toml` or `# NAME.txt` is such a
//! file. Each page has a folder of its own, in which its commands follow each other. `UPDATE_GOLDEN=1` writes the outputs
//! anew, but for those that are cut by `…`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::command::keep_kit;
use crate::support::env;

/// A block of the page that this test understands.
#[derive(Debug)]
enum Block {
    File {
        /// The line that begins the block.
        fence: String,
        name: String,
        text: String,
    },
    Run {
        line: String,
        program: Program,
        /// Its arguments.
        command: String,
        exits: i32,
        prints: Vec<String>,
    },
    /// Everything else, word for word.
    Text(String),
}

/// What a command runs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Program {
    Synod,
    /// A program that every Unix has.
    Tool(&'static str),
}

const RUNS: [(&str, Program); 5] = [
    ("cargo run --release -- ", Program::Synod),
    ("synod ", Program::Synod),
    ("sh ", Program::Tool("sh")),
    ("cp ", Program::Tool("cp")),
    ("sed ", Program::Tool("sed")),
];

/// What a clone has that the pages' commands name: each folder with the files that lie in it.
const OF_A_CLONE: [&str; 5] =
    ["scenarios", "scenarios/textbook", "tests/own/lab", "tests/own/sockets", "tests/own/stored"];

/// Pages of what commands print.
const GENERATED: [&str; 2] = ["docs/commands.md", "docs/scenario-keys.md"];

/// Pages whose links are followed and whose words are looked up.
fn pages() -> Vec<String> {
    let docs = std::fs::read_dir(root().join("docs")).expect("docs/");
    let names = docs.map(|entry| format!("docs/{}", entry.expect("an entry").file_name().display()));
    let shown = names.filter(|name| name.ends_with(".md") && !GENERATED.contains(&name.as_str()));
    let others = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(str::to_owned);
    let mut pages: Vec<String> = shown.chain(others).collect();
    pages.sort();
    pages
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The words of a command line; what stands in single quotes is one.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').enumerate();
    parts
        .flat_map(|(i, part)| match i % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect(name)
}

/// The page in blocks; their texts, put together again, are the page.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if !line.starts_with("```") {
            blocks.push(Block::Text(line.to_owned()));
            continue;
        }
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let name = inside.first().and_then(|first| first.strip_prefix("# "));
        let is_file = name.is_some_and(|name| name.ends_with(".toml") || name.ends_with(".txt"));
        match (line, name) {
            ("```toml" | "```text", Some(name)) if is_file => {
                let text = inside.join("\n") + "\n";
                blocks.push(Block::File { fence: line.to_owned(), name: name.to_owned(), text });
                continue;
            }
            ("```toml", _) => panic!("{:?} begins a scenario without a name", inside.first()),
            _ => blocks.push(Block::Text(line.to_owned())),
        }
        match line {
            "```console" => commands(&inside, &mut blocks),
            _ => blocks.extend(inside.iter().map(|line| Block::Text((*line).to_owned()))),
        }
        blocks.push(Block::Text("```".to_owned()));
    }
    blocks
}

fn commands(lines: &[&str], blocks: &mut Vec<Block>) {
    for line in lines {
        let Some(shell) = line.strip_prefix("$ ") else {
            match blocks.last_mut() {
                Some(Block::Run { prints, .. }) => prints.push((*line).to_owned()),
                _ => panic!("{line:?} is printed by no command"),
            }
            continue;
        };
        let (command, exits) = shell.split_once("   # exits with ").unwrap_or((shell, "0"));
        let run = RUNS.iter().find_map(|(start, program)| Some((command.strip_prefix(start)?, *program)));
        match run {
            Some((arguments, program)) => blocks.push(Block::Run {
                line: (*line).to_owned(),
                program,
                command: arguments.to_owned(),
                exits: exits.parse().expect("an exit code"),
                prints: Vec::new(),
            }),
            None => blocks.push(Block::Text((*line).to_owned())),
        }
    }
}

/// Runs a command in a folder; what it prints, and its exit code.
fn run(program: Program, command: &str, folder: &Path) -> (Vec<String>, i32) {
    const SYNOD: &str = env!("CARGO_BIN_EXE_synod");
    let (command, file) = match command.split_once(" > ") {
        Some((command, file)) => (command, Some(file)),
        None => (command, None),
    };
    let mut it = Command::new(match program {
        Program::Synod => SYNOD,
        Program::Tool(name) => name,
    });
    let output = keep_kit(&mut it)
        .args(words(command))
        .env("SYNOD", SYNOD)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let mut bytes = output.stdout;
    if let Some(file) = file {
        std::fs::write(folder.join(file), std::mem::take(&mut bytes)).expect("a file");
    }
    bytes.extend(output.stderr);
    let text = String::from_utf8(bytes).expect("UTF-8");
    (text.lines().map(str::to_owned).collect(), output.status.code().unwrap_or(-1))
}

/// Whether lines are as the page has them, where `…` stands for any lines.
fn matches(expected: &[String], found: &[String]) -> bool {
    match expected.split_first() {
        None => found.is_empty(),
        Some((gap, rest)) if gap == "…" => (0..=found.len()).any(|skip| matches(rest, &found[skip..])),
        Some((line, rest)) => {
            found.first().is_some_and(|first| is_like(line, first)) && matches(rest, &found[1..])
        }
    }
}

/// Whether a line is as the page has it, where `…` within it stands for any part.
fn is_like(expected: &str, found: &str) -> bool {
    match expected.split_once('…') {
        None => expected == found,
        Some((start, end)) => {
            found.strip_prefix(start).is_some_and(|rest| rest.len() >= end.len() && rest.ends_with(end))
        }
    }
}

fn copy_of_a_clone(folder: &Path) {
    for inner in OF_A_CLONE {
        std::fs::create_dir_all(folder.join(inner)).expect("a folder");
        for entry in std::fs::read_dir(root().join(inner)).expect("its files") {
            let path = entry.expect("a file").path();
            if path.is_file() {
                std::fs::copy(&path, folder.join(inner).join(path.file_name().expect("a name")))
                    .expect("a copy");
            }
        }
    }
}

/// The file of this name in a folder or below it.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let paths = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let here = files.into_iter().find(|path| path.ends_with(name));
    here.or_else(|| folders.iter().find_map(|folder| find(folder, name)))
}

/// Compares text or pictures with a committed file, or renews it.
fn is_as_committed(name: &str, made: &[u8]) {
    if env::updates_golden() {
        return std::fs::write(root().join(name), made).expect("written");
    }
    let same = std::fs::read(root().join(name)).expect(name) == made;
    assert!(same, "{name} is not what its command makes; UPDATE_GOLDEN=1 renews it");
}

/// Runs the commands of a page, one after the other in a fresh folder. The pictures of a page are files that they leave.
fn prints_what_it_says(name: &str) {
    let place = tempfile::tempdir().expect("a folder");
    copy_of_a_clone(place.path());
    let page = page(name);
    let (mut renewed, mut wrong) = (String::new(), Vec::new());
    for block in blocks(&page) {
        match block {
            Block::Text(line) => renewed += &format!("{line}\n"),
            Block::File { fence, name, text } => {
                std::fs::write(place.path().join(&name), &text).expect("a file");
                renewed += &format!("{fence}\n{text}```\n");
            }
            Block::Run { line, program, command, exits, prints } => {
                renewed += &format!("{line}\n");
                let lines = if program == Program::Synod || cfg!(unix) {
                    let (found, code) = run(program, &command, place.path());
                    let cut = prints.iter().any(|line| line.contains('…'));
                    if code != exits || !matches(&prints, &found) {
                        wrong.push(format!("{line}\nexits with {code} and prints\n{}\n", found.join("\n")));
                    }
                    if cut { prints } else { found }
                } else {
                    prints
                };
                lines.iter().for_each(|line| renewed += &format!("{line}\n"));
            }
        }
    }
    if env::updates_golden() {
        std::fs::write(root().join(name), renewed).expect("written");
    } else {
        assert_eq!(renewed.len(), page.len(), "the blocks of {name} are the page");
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
    let links = page.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for picture in links.filter_map(|link| Some(link.split_once("pictures/")?.1)) {
        let made = find(place.path(), picture).expect("a command of the page makes the picture");
        is_as_committed(&format!("docs/pictures/{picture}"), &std::fs::read(made).expect("a picture"));
    }
}

/// A test for each page, so that they run beside each other.
macro_rules! pages_with_commands {
    ($($name:ident: $page:literal,)*) => {
        const WITH_COMMANDS: &[&str] = &[$($page),*];

        mod commands_print_what_is_said_in {
            $(
                #[test]
                fn $name() {
                    super::prints_what_it_says($page);
                }
            )*
        }
    };
}

pages_with_commands! {
    readme: "README.md",
    class: "docs/class.md",
    compare: "docs/compare.md",
    determinism: "docs/determinism.md",
    exact: "docs/exact.md",
    explore: "docs/explore.md",
    guide: "docs/guide.md",
    mutants: "docs/mutants.md",
    own_nodes: "docs/own-nodes.md",
    phase: "docs/phase.md",
    replay: "docs/replay.md",
    scenarios: "docs/scenarios.md",
    sweeps: "docs/sweeps.md",
    wire: "docs/wire.md",
}

#[test]
fn every_page_with_commands_is_run() {
    let commands =
        |name: &String| blocks(&page(name)).iter().filter(|block| matches!(block, Block::Run { .. })).count();
    let pages = pages();
    let found: Vec<&String> = pages.iter().filter(|name| commands(name) > 0).collect();
    assert_eq!(found, WITH_COMMANDS);
    assert!(
        commands(&"docs/guide.md".to_owned()) >= 20 && found.into_iter().map(commands).sum::<usize>() >= 60
    );
}

#[test]
fn each_chapter_of_the_guide_ends_in_what_the_reader_made() {
    let page = page("docs/guide.md");
    let chapters: Vec<&str> = page.split("\n## ").skip(1).collect();
    let listed = page.lines().filter(|line| line.contains(". [")).count();
    assert_eq!(chapters.len(), listed, "the list at its beginning");
    for chapter in chapters {
        let head = chapter.lines().next().expect("a head");
        assert!(chapter.contains("\n$ synod "), "{head} has no command");
        let last = chapter.trim_end().rsplit("\n\n").next().expect("a paragraph");
        assert!(last.starts_with("**You have** "), "{head} ends in {last:?}");
        let lines = chapter.lines().count();
        assert!(lines <= 90, "{head} has {lines} lines");
    }
    let bugs = synod::scenario::Mutant::ALL.len() - 1;
    assert!(page.contains(&format!("There are {bugs} such bugs")), "there are {bugs}");
}

#[test]
fn a_wrong_output_would_be_noticed() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let found = lines("a\nb\nc\nd");
    for right in ["a\nb\nc\nd", "…", "a\n…\nd", "…\nc\nd", "a\n…\nb\n…", "…\nb\nc\n…"] {
        assert!(matches(&lines(right), &found), "{right:?}");
    }
    for wrong in ["", "a\nb\nc", "a\nb\nc\nd\ne", "a\n…\nc", "…\nx\n…", "…\nd\nc\n…", "b\nc\nd"] {
        assert!(!matches(&lines(wrong), &found), "{wrong:?}");
    }
    let digest = lines("7 runs, digest 356c, all well");
    for right in ["7 runs, digest …, all well", "7 runs…", "…well"] {
        assert!(matches(&lines(right), &digest), "{right:?}");
    }
    for wrong in ["8 runs, digest …", "7 runs, digest …, all ill", "7 runs, digest 356c, …, all well"] {
        assert!(!matches(&lines(wrong), &digest), "{wrong:?}");
    }
}

#[test]
fn other_blocks_are_kept_and_files_are_told_by_their_names() {
    let page = "a\n```text\n  drawn\n```\n```text\n# b.txt\nx\n```\n```toml\n# c.toml\n```\n```console\n$ sh d.sh\n```";
    let found = blocks(page);
    let texts = found.iter().filter(|block| matches!(block, Block::Text(_))).count();
    let files = found.iter().filter(|block| matches!(block, Block::File { .. })).count();
    let shells =
        found.iter().filter(|it| matches!(it, Block::Run { program: Program::Tool("sh"), .. })).count();
    assert_eq!((texts, files, shells), (6, 2, 1), "{found:?}");
}

#[test]
fn the_first_two_commands_are_the_two_that_a_fresh_clone_needs() {
    let page = page("README.md");
    let commands: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    let first = "cargo run --release -- sweep scenarios/lab2.toml --seeds 100000 --out reports/first";
    assert_eq!(commands[..2], [first, "cargo test"]);
    // And CI runs the second one.
    assert!(std::fs::read_to_string(root().join(".ci/run")).expect(".ci/run").contains("cargo test"));
}

/// A page that lists what a command prints, in blocks under heads.
fn reference(title: &str, intro: &str, parts: &[(String, String)]) -> String {
    let parts =
        parts.iter().map(|(head, text)| format!("\n## {head}\n\n```text\n{}\n```\n", text.trim_end()));
    format!("# {title}\n\n{intro}\n{}", parts.collect::<String>())
}

#[test]
fn the_pages_of_commands_and_of_keys_are_fresh() {
    let print = |arguments: &str| run(Program::Synod, arguments, root()).0.join("\n");
    let help = print("--help");
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let names = list.lines().take_while(|line| !line.is_empty());
    let names = names.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let mut parts = vec![("synod".to_owned(), help.clone())];
    for name in names.filter(|name| !name.is_empty() && *name != "help") {
        parts.push((format!("synod {name}"), print(&format!("{name} --help"))));
    }
    assert!(parts.len() > 20, "{}", parts.len());
    let page = reference("Commands", "What `--help` prints for each command.", &parts);
    is_as_committed("docs/commands.md", page.as_bytes());
    let keys = print("scenario keys");
    let (intro, rest) = keys.split_once('\n').expect("lines");
    let parts = rest.split("\n\n").map(|part| match part.split_once('\n') {
        Some((head, text)) if !part.starts_with(' ') => (format!("`{head}`"), text.to_owned()),
        _ => ("At the top".to_owned(), part.to_owned()),
    });
    let page = reference("Scenario keys", intro, &parts.collect::<Vec<_>>());
    is_as_committed("docs/scenario-keys.md", page.as_bytes());
}

#[test]
fn links_lead_to_files_and_to_heads() {
    /// As a head becomes an anchor: lower case, spaces as hyphens, nothing else but letters, digits and hyphens.
    fn anchor(head: &str) -> String {
        let kept = head.to_lowercase().replace(' ', "-");
        kept.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()
    }
    for name in &pages() {
        let folder = Path::new(name).parent().expect("a folder");
        for link in page(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, head) = link.split_once('#').map_or((link, None), |(file, head)| (file, Some(head)));
            if file.starts_with("http") {
                continue;
            }
            let file = if file.is_empty() { name.into() } else { folder.join(file) };
            assert!(root().join(&file).exists(), "{name} links to {link}");
            if let Some(head) = head {
                let heads = page(file.to_str().expect("UTF-8"));
                let mut heads = heads.lines().filter_map(|line| line.split_once("# "));
                assert!(heads.any(|(_, text)| anchor(text) == head), "{name} links to {link}");
            }
        }
    }
}

#[test]
fn commands_in_the_text_exist() {
    let mut seen = std::collections::BTreeSet::new();
    for name in pages() {
        let page = page(&name);
        let spans = page.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
        for code in spans.filter(|code| code.starts_with("synod ")) {
            if !seen.insert(code.to_owned()) {
                continue;
            }
            let words: Vec<&str> = code.split_whitespace().skip(1).collect();
            // Of a command with commands of its own, which come first.
            let has_commands = ["node", "scenario"].contains(&words[0]);
            let names = if has_commands && words.len() > 1 { 2 } else { 1 };
            let help = Command::new(env!("CARGO_BIN_EXE_synod")).args(&words[..names]).arg("--help").output();
            let help = help.expect("it runs");
            assert!(help.status.success(), "{name} speaks of `{code}`");
            let help = String::from_utf8_lossy(&help.stdout).into_owned();
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(flag), "{name} speaks of `{code}`, which has no {flag}");
            }
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn files_that_the_architecture_names_exist_and_every_folder_is_named() {
    fn folders(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                let name = path.strip_prefix(root()).expect("below").to_string_lossy().replace('\\', "/");
                found.push(format!("{name}/"));
                folders(&path, found);
            }
        }
    }
    let page = page("ARCHITECTURE.md");
    // Code spans do not cross lines; blocks are no spans.
    let spans: Vec<&str> = page.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect();
    let named =
        |span: &&&str| ["src/", "tests/", "scenarios/", ".ci/"].iter().any(|top| span.starts_with(top));
    let paths: Vec<&&str> = spans.iter().filter(named).collect();
    assert!(paths.len() > 40, "only {} paths were found", paths.len());
    for path in &paths {
        assert!(root().join(path).exists(), "ARCHITECTURE.md names {path}");
    }
    let mut all = Vec::new();
    folders(&root().join("src"), &mut all);
    for folder in all {
        assert!(paths.iter().any(|path| ***path == *folder), "ARCHITECTURE.md does not name {folder}");
    }
}

#[test]
fn every_dependency_has_its_reason_and_every_reason_its_dependency() {
    let manifest: toml::Table = page("Cargo.toml").parse().expect("TOML");
    let keys = |table: &str| manifest[table].as_table().expect("a table").keys().cloned().collect::<Vec<_>>();
    let unix = manifest["target"]["cfg(unix)"]["dependencies"].as_table().expect("a table");
    let mut declared = [keys("dependencies"), keys("dev-dependencies")].concat();
    declared.extend(unix.keys().cloned());
    let page = page("ARCHITECTURE.md");
    let (_, tables) = page.split_once("## Dependencies").expect("the section");
    let rows = tables.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut explained: Vec<&str> = rows.collect();
    declared.sort();
    explained.sort_unstable();
    assert_eq!(explained, declared);
}

#[test]
fn the_changelog_names_the_engine_epoch() {
    let page = page("CHANGELOG.md");
    let (_, seeds) = page.split_once("### Seeds").expect("the section");
    assert!(seeds.contains(&format!("Engine epoch {}:", synod::sim::EPOCH)), "{seeds}");
    let count = synod::scenario::shipped::ALL.len();
    assert!(page.contains(&format!("{count} scenarios that teach")), "there are {count}");
}
