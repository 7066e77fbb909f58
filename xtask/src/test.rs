//! `cargo xtask test`: all checks of CI, in this order, up to the first failure.

use crate::cargo_test::{run_stress, run_tests};
use crate::checkout::Checkout;
use crate::postgres;
use crate::tools::{self, spoken};
use crate::{Done, manifest, parts, setup, size};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Name and function of a step.
type Step = (&'static str, fn(&Checkout) -> Done);

const STEPS: [Step; 13] = [
    ("format", format),
    ("versions", one_version_of_each),
    ("clippy-server", clippy_server),
    ("clippy-browser", clippy_browser),
    ("tests", tests),
    ("stress", stress),
    ("parts", parts::check),
    ("checks", checks),
    ("typescript", typescript),
    ("build", build),
    ("size", size::check),
    ("deploy", deploy),
    ("browser", browser),
];

/// Crates that must not be in one program in two versions.
const ONE_VERSION: [&str; 9] =
    ["axum", "http", "hyper", "leptos", "serde", "sqlx", "tokio", "tower-sessions", "wasm-bindgen"];

/// Sets up what is missing, then runs all steps, or the named ones.
pub fn run(checkout: &Checkout, words: &[String]) -> Done {
    let steps = chosen(words)?;
    setup::for_tests(checkout)?;
    let mut times: Vec<(&str, Duration)> = Vec::new();
    for (name, step) in steps {
        println!("\n━━ {name}");
        let start = Instant::now();
        let done = step(checkout);
        times.push((name, start.elapsed()));
        if let Err(reason) = done {
            summary(&times);
            return Err(format!("{name}: {reason}"));
        }
        println!("━━ {name}: {}", spoken(start.elapsed()));
    }
    summary(&times);
    println!("✓ all {} steps passed", times.len());
    Ok(())
}

fn chosen(words: &[String]) -> Result<Vec<Step>, String> {
    let names = || STEPS.map(|(name, _)| name).join(", ");
    match words.iter().find(|word| STEPS.iter().all(|(name, _)| name != word)) {
        Some(word) => Err(format!("there is no step {word}; there are: {}", names())),
        None => Ok(STEPS
            .into_iter()
            .filter(|(name, _)| words.is_empty() || words.iter().any(|word| word == name))
            .collect()),
    }
}

fn summary(times: &[(&str, Duration)]) {
    println!();
    for (name, time) in times {
        println!("  {name:<16} {:>12}", spoken(*time));
    }
    println!("  {:<16} {:>12}", "together", spoken(times.iter().map(|(_, time)| *time).sum()));
}

fn cargo(checkout: &Checkout, words: &[&str]) -> Done {
    tools::run(checkout.command("cargo").args(words))
}

fn format(checkout: &Checkout) -> Done {
    cargo(checkout, &["fmt", "--all", "--check"])
}

fn one_version_of_each(checkout: &Checkout) -> Done {
    // Writes the lock file if it is missing, and nothing else.
    tools::output(checkout.command("cargo").args(["metadata", "--format-version=1"]))
        .ok_or("the dependencies do not resolve: see cargo metadata")?;
    let lock = fs::read_to_string(checkout.root.join("Cargo.lock")).map_err(|error| error.to_string())?;
    let doubled = manifest::doubled(&lock, &ONE_VERSION);
    for (name, versions) in &doubled {
        println!("{name} is in the tree more than once: {} (see cargo tree -d)", versions.join(", "));
    }
    if doubled.is_empty() { Ok(()) } else { Err("two versions of a core crate".into()) }
}

fn clippy_server(checkout: &Checkout) -> Done {
    cargo(checkout, &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    // It is not a target of `cargo test`, so `--all-targets` does not include it.
    cargo(checkout, &["clippy", "--package", "web", "--test", "stress", "--", "--deny", "warnings"])
}

fn clippy_browser(checkout: &Checkout) -> Done {
    let name = checkout.package()?;
    let half = ["clippy", "--package", &name, "--lib", "--no-default-features", "--features", "hydrate"];
    // cargo-leptos builds the browser part in the same folder.
    let place = ["--target", setup::BROWSER, "--target-dir", "target/front"];
    cargo(checkout, &[&half[..], &place, &["--", "--deny", "warnings"]].concat())
}

fn tests(checkout: &Checkout) -> Done {
    postgres::must_be_there()?;
    run_tests(&mut checkout.command("cargo"), &["test", "--workspace"])
}

fn stress(checkout: &Checkout) -> Done {
    postgres::must_be_there()?;
    run_stress(|| checkout.command("cargo"))
}

/// Folder of programs that run additional checks.
const CHECKS: &str = ".ci/checks";

fn checks(checkout: &Checkout) -> Done {
    let Ok(folder) = fs::read_dir(checkout.root.join(CHECKS)) else {
        println!("there are none in {CHECKS}");
        return Ok(());
    };
    let mut programs: Vec<_> = folder.filter_map(|entry| Some(entry.ok()?.path())).collect();
    programs.sort();
    programs.into_iter().try_for_each(|program| tools::run(&mut checkout.command(program)))
}

fn typescript(checkout: &Checkout) -> Done {
    tools::run(checkout.command(checkout.npm_program("tsc")).args(["--noEmit", "--project", "end2end"]))
}

const RELEASE: [&str; 2] = ["--release", "--precompress"];

/// Builds the release.
pub fn build(checkout: &Checkout) -> Done {
    tools::run(&mut leptos(checkout, "build"))
}

/// Returns a cargo-leptos command for the release: with hashes in the names, files can be cached forever.
fn leptos(checkout: &Checkout, name: &str) -> Command {
    let mut command = checkout.command("cargo");
    command.args(["leptos", name]).args(RELEASE).env("LEPTOS_HASH_FILES", "true");
    command
}

fn deploy(checkout: &Checkout) -> Done {
    tools::run(&mut checkout.command(checkout.root.join("deploy/check")))
}

/// For the tests only.
const SECRET: (&str, &str) =
    ("SESSION_SECRET", "YnJvd3NlciB0ZXN0cyBvbmx5LCBuZXZlciBhIHByb2R1Y3QsIDQ4IGJ5dGVzISE=");

fn browser(checkout: &Checkout) -> Done {
    // cargo-leptos reports success even if it could not build, so Playwright must write a new result file.
    let result = checkout.root.join(checkout.leptos("end2end-dir")?).join("test-results/.last-run.json");
    // The file is missing in a new checkout.
    let _removed = fs::remove_file(&result);
    let mut end_to_end = leptos(checkout, "end-to-end");
    // For the server that cargo-leptos starts. The tests start their own, each with an empty database.
    end_to_end.envs([("APP_ENV", "test"), ("DATABASE_URL", "sqlite:target/end2end/app.db"), SECRET]);
    tools::run(&mut end_to_end)?;
    if result.exists() { Ok(()) } else { Err("Playwright did not run to its end".into()) }
}

#[cfg(test)]
mod tests {
    use super::{STEPS, chosen};

    fn names(words: &[&str]) -> Result<Vec<&'static str>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        chosen(&words).map(|steps| steps.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn without_names_every_step_runs() {
        assert_eq!(names(&[]).map(|names| names.len()), Ok(STEPS.len()));
    }

    #[test]
    fn named_steps_run_in_their_own_order() {
        assert_eq!(names(&["size", "build"]), Ok(vec!["build", "size"]));
    }

    #[test]
    fn a_wrong_name_is_not_a_passed_test() {
        assert!(names(&["formt"]).is_err_and(|reason| reason.contains("format")));
    }
}
