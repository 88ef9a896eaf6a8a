//! The bans bite: what clippy.toml and the lints refuse is planted in a small crate, and clippy refuses it.
//!
//! A ban that is misspelt bans nothing and says nothing; so every entry of clippy.toml has its plant here.

use std::path::Path;
use std::process::{Command, Output};

/// Each ban, and a line of code that breaks it.
const PLANTS: &[(&str, &str)] = &[
    ("std::collections::HashMap", "pub fn a() { drop(std::collections::HashMap::<u8, u8>::new()) }"),
    ("std::collections::HashSet", "pub fn b() { drop(std::collections::HashSet::<u8>::new()) }"),
    (
        "std::collections::hash_map::RandomState",
        "pub fn c() { drop(std::collections::hash_map::RandomState::new()) }",
    ),
    ("std::hash::DefaultHasher", "pub fn d() { drop(std::hash::DefaultHasher::new()) }"),
    ("std::time::Instant", "pub fn e(_: std::time::Instant) {}"),
    ("std::time::SystemTime", "pub fn f(_: std::time::SystemTime) {}"),
    ("std::thread::sleep", "pub fn g(d: std::time::Duration) { std::thread::sleep(d) }"),
    ("std::time::Instant::now", "pub fn h() { let _ = std::time::Instant::now(); }"),
    ("std::time::SystemTime::now", "pub fn i() { let _ = std::time::SystemTime::now(); }"),
    ("f64::ln", "pub fn ln(x: f64) -> f64 { x.ln() }"),
    ("f64::ln_1p", "pub fn ln_1p(x: f64) -> f64 { x.ln_1p() }"),
    ("f64::log", "pub fn log(x: f64) -> f64 { x.log(3.0) }"),
    ("f64::log2", "pub fn log2(x: f64) -> f64 { f64::log2(x) }"),
    ("f64::log10", "pub fn log10(x: f64) -> f64 { x.log10() }"),
    ("f64::exp", "pub fn exp(x: f64) -> f64 { x.exp() }"),
    ("f64::exp2", "pub fn exp2(x: f64) -> f64 { x.exp2() }"),
    ("f64::exp_m1", "pub fn exp_m1(x: f64) -> f64 { x.exp_m1() }"),
    ("f64::powf", "pub fn powf(x: f64) -> f64 { x.powf(1.5) }"),
    ("f64::powi", "pub fn powi(x: f64) -> f64 { x.powi(3) }"),
    ("f64::sin", "pub fn sin(x: f64) -> f64 { x.sin() }"),
    ("f64::cos", "pub fn cos(x: f64) -> f64 { x.cos() }"),
    ("f64::tan", "pub fn tan(x: f64) -> f64 { x.tan() }"),
    ("f64::cbrt", "pub fn cbrt(x: f64) -> f64 { x.cbrt() }"),
    ("f64::hypot", "pub fn hypot(x: f64) -> f64 { x.hypot(2.0) }"),
    ("f64::mul_add", "pub fn mul_add(x: f64) -> f64 { x.mul_add(2.0, 1.0) }"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("a file of the repository")
}

/// Runs clippy, with the project's clippy.toml and lints, on a crate of this text and no dependencies.
fn clippy(code: &str) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = read("Cargo.toml");
    let lints = &manifest[manifest.find("\n[lints.").expect("the lints")..];
    let cargo = format!("[package]\nname = \"planted\"\nedition = \"2024\"\n[workspace]\n{lints}");
    std::fs::create_dir(folder.path().join("src")).expect("a folder");
    for (name, text) in
        [("Cargo.toml", cargo.as_str()), ("clippy.toml", &read("clippy.toml")), ("src/lib.rs", code)]
    {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    Command::new(env!("CARGO"))
        .args(["clippy", "--offline", "--quiet", "--message-format", "short"])
        .current_dir(folder.path())
        .env("CARGO_TARGET_DIR", folder.path().join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CLIPPY_CONF_DIR")
        .output()
        .expect("cargo runs")
}

/// A minimal tool chain has no clippy; `.ci/run` fails without it, this test cannot say anything.
fn has_clippy() -> bool {
    let has =
        Command::new(env!("CARGO")).args(["clippy", "--version"]).output().is_ok_and(|o| o.status.success());
    if !has {
        eprintln!("not tested: cargo clippy is not installed (rustup component add clippy)");
    }
    has
}

#[test]
fn every_ban_has_its_plant() {
    let bans: toml::Table = read("clippy.toml").parse().expect("TOML");
    let mut banned: Vec<&str> = ["disallowed-types", "disallowed-methods"]
        .iter()
        .flat_map(|key| bans[*key].as_array().expect("a list"))
        .map(|ban| ban["path"].as_str().expect("a path"))
        .collect();
    let mut planted: Vec<&str> = PLANTS.iter().map(|plant| plant.0).collect();
    banned.sort_unstable();
    planted.sort_unstable();
    assert_eq!(banned, planted);
}

#[test]
fn clippy_refuses_every_plant() {
    if !has_clippy() {
        return;
    }
    let mut code = "//! Planted.\n".to_owned();
    for (_, line) in PLANTS {
        code.push_str(&format!("/// Planted.\n{line}\n"));
    }
    let output = clippy(&code);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{said}");
    for (i, (ban, line)) in PLANTS.iter().enumerate() {
        let place = format!("src/lib.rs:{}:", 2 * i + 3);
        let found = said
            .lines()
            .any(|l| l.starts_with(&place) && l.contains("error") && l.contains(&format!("`{ban}`")));
        assert!(found, "{ban} passes at {place} {line}\n{said}");
    }
}

#[test]
fn unsafe_code_is_refused_and_harmless_code_is_not() {
    if !has_clippy() {
        return;
    }
    let harmless = "//! Planted.\n/// Harmless.\npub fn f(x: f64) -> f64 { x.sqrt() + x.floor() }\n";
    let output = clippy(harmless);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output =
        clippy(&format!("{harmless}/// Planted.\npub fn g(p: *const u8) -> u8 {{ unsafe {{ *p }} }}\n"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("unsafe"), "{said}");
}
