//! README.md does not rot: its commands are run, what they print is compared, its links and file names are looked up.
//!
//! In a block ```` ```console ```` a line `$ synod …` is run, and the lines below it are what it prints (stdout, then
//! stderr); a line `…` stands for any lines. A block ```` ```toml ```` that begins with `# NAME.toml` is such a file.
//! `UPDATE_GOLDEN=1` writes the outputs anew, but for those that are cut by `…`.

use std::path::Path;
use std::process::Command;

/// A block of the page that this test understands.
#[derive(Debug)]
enum Block {
    File {
        name: String,
        text: String,
    },
    Run {
        line: String,
        command: String,
        exits: i32,
        prints: Vec<String>,
    },
    /// Everything else, word for word.
    Text(String),
}

const RUNS: [&str; 2] = ["cargo run --release -- ", "synod "];

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
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        let mut inside = Vec::new();
        if line.starts_with("```") {
            inside.extend(lines.by_ref().take_while(|line| *line != "```"));
        }
        match line {
            "```console" => {
                blocks.push(Block::Text(line.to_owned()));
                commands(&inside, &mut blocks);
                blocks.push(Block::Text("```".to_owned()));
            }
            "```toml" => {
                let name = inside.first().and_then(|first| first.strip_prefix("# ")).expect("a file's name");
                let text = inside.join("\n") + "\n";
                blocks.push(Block::File { name: name.to_owned(), text });
            }
            _ => blocks.push(Block::Text(line.to_owned())),
        }
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
        match RUNS.iter().find_map(|start| command.strip_prefix(start)) {
            Some(arguments) => blocks.push(Block::Run {
                line: (*line).to_owned(),
                command: arguments.to_owned(),
                exits: exits.parse().expect("an exit code"),
                prints: Vec::new(),
            }),
            None => blocks.push(Block::Text((*line).to_owned())),
        }
    }
}

/// Runs a command in a folder; what it prints, and its exit code.
fn run(command: &str, folder: &Path) -> (Vec<String>, i32) {
    let (command, file) = match command.split_once(" > ") {
        Some((command, file)) => (command, Some(file)),
        None => (command, None),
    };
    let mut synod = Command::new(env!("CARGO_BIN_EXE_synod"));
    let output = synod.args(words(command)).current_dir(folder).output().expect("it runs");
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
        Some((line, rest)) => found.first() == Some(line) && matches(rest, &found[1..]),
    }
}

fn copy_scenarios(folder: &Path) {
    for inner in ["scenarios", "scenarios/textbook"] {
        std::fs::create_dir(folder.join(inner)).expect("a folder");
        for entry in std::fs::read_dir(root().join(inner)).expect("scenarios") {
            let path = entry.expect("a file").path();
            if path.is_file() {
                std::fs::copy(&path, folder.join(inner).join(path.file_name().expect("a name")))
                    .expect("a copy");
            }
        }
    }
}

#[test]
fn the_commands_of_the_readme_print_what_it_says() {
    let place = tempfile::tempdir().expect("a folder");
    copy_scenarios(place.path());
    let page = page("README.md");
    let (mut renewed, mut wrong, mut runs) = (String::new(), Vec::new(), 0);
    for block in blocks(&page) {
        match block {
            Block::Text(line) => renewed += &format!("{line}\n"),
            Block::File { name, text } => {
                std::fs::write(place.path().join(&name), &text).expect("a file");
                renewed += &format!("```toml\n{text}```\n");
            }
            Block::Run { line, command, exits, prints } => {
                runs += 1;
                let (found, code) = run(&command, place.path());
                let cut = prints.iter().any(|line| line == "…");
                if code != exits || !matches(&prints, &found) {
                    wrong.push(format!("{line}\nexits with {code} and prints\n{}\n", found.join("\n")));
                }
                let lines = if cut { prints } else { found };
                renewed += &format!("{line}\n");
                lines.iter().for_each(|line| renewed += &format!("{line}\n"));
            }
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(root().join("README.md"), renewed).expect("written");
    } else {
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
    assert!(runs >= 10, "only {runs} commands were found");
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

#[test]
fn links_lead_to_files() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        for link in page(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") {
                assert!(root().join(link).exists(), "{name} links to {link}");
            }
        }
    }
}

#[test]
fn commands_in_the_text_exist() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        for code in page(name).split('`').skip(1).step_by(2).filter(|code| code.starts_with("synod ")) {
            let words: Vec<&str> = code.split_whitespace().skip(1).collect();
            let command = words[0];
            let help = Command::new(env!("CARGO_BIN_EXE_synod")).args([command, "--help"]).output();
            let help = help.expect("it runs");
            assert!(help.status.success(), "{name} speaks of `{code}`");
            let help = String::from_utf8_lossy(&help.stdout).into_owned();
            for flag in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(flag), "{name} speaks of `{code}`, which has no {flag}");
            }
        }
    }
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
    let mut declared = [keys("dependencies"), keys("dev-dependencies")].concat();
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
