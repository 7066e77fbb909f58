//! `cargo xtask test`: all checks of CI, in this order, up to the first failure.

use crate::command::{Done, command, run, words};
use crate::postgres;
use crate::tools::Need;
use crate::{setup, size, stress};
use std::fs;
use std::time::Instant;

/// Name and function of a step.
type Step = (&'static str, fn() -> Done);

const STEPS: &[Step] = &[
    ("format", || run_all(&["cargo fmt --all --check"])),
    ("versions", one_version_of_each),
    ("clippy-server", || run_all(&CLIPPY_SERVER)),
    ("clippy-browser", || run_all(&[CLIPPY_BROWSER])),
    ("postgres", postgres::check),
    ("tests", || run_all(&["cargo test --workspace"])),
    ("stress", || stress::run(|| command("cargo"))),
    ("typescript", || run_all(&["node_modules/.bin/tsc --noEmit --project end2end"])),
    ("build", || build(QUICK)),
    ("size", size::check),
    ("deploy", || run_all(&["deploy/check"])),
    ("browser", || build(QUICK).and_then(|()| run_all(&[BROWSER]))),
];

/// `--all-targets` leaves out the stress tests, because they have `test = false`.
const CLIPPY_SERVER: [&str; 2] = [
    "cargo clippy --workspace --all-targets -- --deny warnings",
    "cargo clippy --workspace --test stress -- --deny warnings",
];
/// In the folder where cargo-leptos builds the browser part.
const CLIPPY_BROWSER: &str = "cargo clippy --package islands --lib --target wasm32-unknown-unknown \
     --target-dir target/front -- --deny warnings";
const BROWSER: &str = "node_modules/.bin/playwright test --config=end2end";
/// Takes half the time, for a release that does the same.
const QUICK: &str = "CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off";

/// Crates that must not be in one program in two versions.
const ONE_VERSION: [&str; 9] =
    ["axum", "http", "hyper", "leptos", "serde", "sqlx", "tokio", "tower-sessions", "wasm-bindgen"];

/// Sets up what is missing, then runs all steps, or the named ones, and prints the time of each.
pub fn run_steps(names: &[&str]) -> Done {
    let steps = chosen(names)?;
    setup::ready(Need::Deployment)?;
    let mut times = Vec::new();
    let mut failure = None;
    for (name, step) in steps {
        println!("\n━━ {name}");
        let start = Instant::now();
        failure = step().err().map(|reason| format!("{name}: {reason}"));
        times.push((name, start.elapsed()));
        if failure.is_some() {
            break;
        }
    }
    println!();
    times.push(("together", times.iter().map(|(_, time)| *time).sum()));
    for (name, time) in &times {
        println!("  {name:<16} {:>6.1} s", time.as_secs_f64());
    }
    failure.map_or(Ok(()), Err)
}

fn chosen(names: &[&str]) -> Result<Vec<Step>, String> {
    let all: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
    if let Some(name) = names.iter().find(|name| !all.contains(name)) {
        return Err(format!("there is no step {name}; there are: {}", all.join(", ")));
    }
    Ok(STEPS.iter().copied().filter(|(step, _)| names.is_empty() || names.contains(step)).collect())
}

fn run_all(lines: &[&str]) -> Done {
    lines.iter().try_for_each(|line| run(&mut words(line)))
}

fn one_version_of_each() -> Done {
    let lock = fs::read_to_string("Cargo.lock").map_err(|error| format!("Cargo.lock: {error}"))?;
    let is_doubled = |name: &&str| lock.matches(&format!("\nname = \"{name}\"\n")).count() > 1;
    let doubled: Vec<&str> = ONE_VERSION.into_iter().filter(is_doubled).collect();
    if doubled.is_empty() {
        return Ok(());
    }
    Err(format!("more than one version of {}: see cargo tree --duplicates", doubled.join(", ")))
}

/// Builds the release. With hashes in their names, browsers can cache files forever.
pub fn build(settings: &str) -> Done {
    run(&mut words(&format!(
        "env {settings} LEPTOS_HASH_FILES=true cargo leptos build --release --precompress"
    )))
}

#[cfg(test)]
mod tests {
    use super::{STEPS, chosen};

    #[test]
    fn named_steps_run_in_their_own_order_and_a_wrong_name_is_not_a_passed_test() {
        let names = |steps: Vec<super::Step>| steps.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(chosen(&["size", "build"]).map(names), Ok(vec!["build", "size"]));
        assert_eq!(chosen(&[]).map(names).map(|names| names.len()), Ok(STEPS.len()));
        assert!(chosen(&["formt"]).is_err_and(|reason| reason.contains("format")));
    }
}
