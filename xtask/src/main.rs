//! `cargo xtask NAME`: the commands for developers.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command for the terminal: it prints, and it reads the environment that it was typed in"
)]

mod bench;
mod command;
mod doctor;
mod postgres;
mod remove;
mod setup;
mod size;
mod stress;
mod test;
mod tools;

use command::Done;
use std::env;
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask dev                      set up what is missing, run the product, rebuild it on every change
cargo xtask test [STEP...]           set up what is missing, then check everything that CI checks, or some steps
cargo xtask setup                    only the set-up: safe to repeat and to interrupt
cargo xtask bench                    measure speed, memory and download size
cargo xtask doctor                   check every tool, and print what to do about problems
cargo xtask remove PART [--dry-run]  remove example, admin or postgres from the product
";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = enter().and_then(|()| match words.as_slice() {
        ["dev", options @ ..] => setup::develop(options),
        ["test", steps @ ..] => test::run_steps(steps),
        ["setup"] => setup::ready(tools::Need::Deployment),
        ["bench"] => bench::run(),
        ["doctor"] => doctor::run(),
        ["remove", part] => remove::run_guide(part, false),
        ["remove", part, "--dry-run"] | ["remove", "--dry-run", part] => remove::run_guide(part, true),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("these are the commands:\n{HELP}")),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("✗ {reason}");
            ExitCode::FAILURE
        }
    }
}

/// Changes to the root of the checkout: every path of this program is relative to it.
fn enter() -> Done {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").ok_or("start this as `cargo xtask`")?;
    let root = Path::new(&xtask).parent().ok_or("xtask is in no checkout")?;
    env::set_current_dir(root).map_err(|error| format!("{}: {error}", root.display()))
}
