//! The walks of ARCHITECTURE.md: each has at most eight stops, and every stop is where it is said to be.

/// A stop: its file, and what to look for there.
#[derive(Debug, PartialEq)]
pub struct Stop {
    pub file: String,
    pub item: String,
}

/// The walks of a page: what each is of, and its stops.
pub fn walks(page: &str) -> Vec<(String, Vec<Stop>)> {
    let mut walks: Vec<(String, Vec<Stop>)> = Vec::new();
    let Some((_, rest)) = page.split_once("\n## Four walks") else { return walks };
    let (section, _) = rest.split_once("\n## ").unwrap_or((rest, ""));
    for line in section.lines() {
        if let Some(of) = line.strip_prefix("**").and_then(|rest| rest.split("**").next()) {
            walks.push((of.to_owned(), Vec::new()));
        } else if let Some((number, stop)) = line.split_once(". ")
            && number.parse::<u8>().is_ok()
            && let Some((_, stops)) = walks.last_mut()
        {
            let mut names = stop.split('`').skip(1).step_by(2).map(str::to_owned);
            let [file, item] = [(); 2].map(|()| names.next().unwrap_or_default());
            stops.push(Stop { file, item });
        }
    }
    walks
}

/// Whether a file defines this: a function, a type or a macro.
pub fn defines(text: &str, item: &str) -> bool {
    let begins = |line: &str, word: &str| {
        line.split_once(word).is_some_and(|(before, rest)| {
            let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            name == Some(item.trim_end_matches('!')) && !before.contains("//")
        })
    };
    let words =
        if item.ends_with('!') { &["macro_rules! "][..] } else { &["fn ", "struct ", "enum ", "trait "] };
    text.lines().any(|line| words.iter().any(|word| begins(line, word)))
}
