//! Words that a shell, a terminal, a file format or a file system would take for more than words.

/// Attempts at running `touch PWNED` from within any kind of quotes, and at ending them.
const ATTEMPTS: &[&str] = &[
    "; touch PWNED; #",
    "' ; touch PWNED; '",
    "\" ; touch PWNED; \"",
    "\\' ; touch PWNED; #",
    "\\\" ; touch PWNED; #",
    "\\\\' ; touch PWNED; #",
    "'\\'' ; touch PWNED; #",
    "'\"'; touch PWNED; '\"'",
    "$'; touch PWNED; #",
    "$'\\'; touch PWNED; #'",
    "$(touch PWNED)",
    "'$(touch PWNED)'",
    "\"$(touch PWNED)\"",
    "`touch PWNED`",
    "'`touch PWNED`'",
    "${x:-$(touch PWNED)}",
    "$((x[$(touch PWNED)]))",
    "a && touch PWNED",
    "a || touch PWNED",
    "' || touch PWNED; exit 0 #",
    "a | touch PWNED",
    "a & touch PWNED &",
    "> PWNED",
    "x >PWNED",
    "<(touch PWNED)",
    "{touch,PWNED}",
    ") ; touch PWNED; (",
    "}; touch PWNED; {",
    "EOF\ntouch PWNED\nEOF",
    "'\ntouch PWNED\n'",
    "\ntouch PWNED\n",
    "\r\ntouch PWNED\r\n",
    "# \ntouch PWNED",
    "\\\ntouch PWNED",
    "x\t\\'; touch PWNED; #",
    "x\t' ; touch PWNED; #",
    "\x1b\\'; touch PWNED; #",
    "\u{85}touch PWNED",
    "\u{2028}touch PWNED",
    "=(touch PWNED)",
];

/// Words with a meaning to somebody.
const WORDS: &[&str] = &[
    "", " ", "  ", "\t", "\n", "\r", "\u{b}", "\u{c}", "\u{7}", "\x08", "\x1b", "\x1b[2J", "\x1b]0;title\x07", "\u{9b}31m", "\x7f",
    "a b", " a", "a ", "a  b", "a\tb", "a\nb", "a\n", "a\r\nb", "\na", "-", "--", "-a", "-O", "--out", "--seeds", "--help", "-rf *",
    "-- a", "--set", "- ", "*", "?", "[a]", "[!a]", "*.toml", "a?b", "**", "~", "~root", "~/a", "#", "# a", "a#b", "!", "!!", "!$",
    "!-1", "a!b", "^a^b", "$", "$$", "$0", "$1", "$@", "$*", "$?", "$HOME", "${HOME}", "$PATH", "%", "%s", "%n", "%j", "%A_%a", "%%",
    "&", "&&", "|", "||", ";", ";;", "<", ">", ">>", "<<EOF", "(", ")", "()", "{", "}", "{}", "{a,b}", "{1..9}", "[", "]", "[[", "=",
    "==", "=ls", "a=b", "a=b=c", ",", "a,b", ".", ". .", "...", ":", "a:b", "@", "+", "'", "''", "'''", "'a'", "it's", "a'b'c", "\"", "\"\"",
    "\"a\"", "a\"b", "'\"", "\"'", "`", "``", "`a`", "\\", "\\\\", "\\\\\\", "\\n", "\\t", "\\'", "\\\"", "\\x41", "\\u{61}", "a\\", "a\\b",
    "'\\", "\\a'b\"c`d$e", "true", "1e9", "0x10", "nan", "null", "{ a = 1 }", "[1, 2]", "\"\"\"", "'''a'''", "\"a\\nb\"", "5ms", "none",
    "1979-05-27", "é", "e\u{301}", "\u{301}", "漢字", "😀", "👩\u{200d}🚀", "❤\u{fe0f}", "\u{a0}", "a\u{a0}b", "\u{2003}", "\u{3000}", "\u{200b}",
    "a\u{200b}b", "\u{202e}abc", "\u{2066}a", "\u{61c}", "a\u{61c}b", "\u{feff}a", "\u{3164}", "\u{115f}", "\u{ffa0}", "\u{2800}", "\u{e000}",
    "\u{fffe}", "\u{10ffff}", "\u{e0041}", "\u{fffd}", "\u{fffc}", "\u{34f}", "ﬁ", "İ", "ß", "א", "عربي", "a\u{200f}b", "<b>", "&amp;", "<script>",
    "]]>", "--><!--", "|a|", "[a](b)", "```", "\\end{document}", "^^M", "%PDF", "${{x}}", "{{x}}", "con", "nul", "a;b", "a&b", "a|b", "a>b",
    "a<b", "a(b)", "a*b", "a[b", "a]b", "a~b", "a^b", "a%b", "a@b", "a+b", "a,b,", "a:b:", "-a'b", "-$(a)", "-`a`", "-\"a\"", "a\\'b",
];

/// All of them, each once, with a long one of each kind.
pub fn all() -> Vec<String> {
    let mut all: Vec<String> = ATTEMPTS.iter().chain(WORDS).map(|word| (*word).to_owned()).collect();
    all.push("x".repeat(200));
    all.push("'".repeat(60));
    all.push("\\'".repeat(50));
    all.push("ü ".repeat(60) + "$(touch PWNED)");
    // As long as an argument may be that people write; too long for a file's name.
    all.push("long'\"$`\\ ".repeat(3000));
    all
}

/// Whether a file can have this name in its folder.
pub fn is_file_name(word: &str) -> bool {
    !word.is_empty() && word.len() <= 200 && !word.contains('/') && ![".", ".."].contains(&word)
}
