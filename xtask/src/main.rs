//! The commands of `cargo xtask`, with their descriptions. The files beside this one implement them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a command for the terminal: it prints, and it reads the environment that it was typed in"
)]

mod advisories;
mod bench;
mod cargo_test;
mod cargo_tools;
mod checkout;
mod chromium;
mod debian;
mod dev;
mod doctor;
mod fallback;
mod manifest;
mod npm;
mod parts;
mod postgres;
mod repository;
mod setup;
mod size;
mod test;
mod tools;

use checkout::Checkout;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask dev             set up what is missing, then run the product and rebuild it on every change
cargo xtask test            set up what is missing, then check everything that CI checks
cargo xtask test STEP...    only these steps; a wrong name lists them all
cargo xtask setup           only the set-up: safe to run twice, and to interrupt
cargo xtask bench           measure speed, memory and page weight; --check fails below the floor
cargo xtask doctor          check every tool, and print the command that fixes what is wrong
";

/// The result of a command: an error is a message for the user.
pub type Done = Result<(), String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (name, rest) = words.split_first().map_or(("help", &[][..]), |(name, rest)| (name.as_str(), rest));
    let command: fn(&Checkout, &[String]) -> Done = match name {
        "dev" => dev::run,
        "test" => test::run,
        "setup" => setup::run,
        "bench" => bench::run,
        "doctor" => doctor::run,
        "help" | "--help" | "-h" if !words.is_empty() => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match Checkout::find().and_then(|checkout| command(&checkout, rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("✗ {reason}");
            ExitCode::FAILURE
        }
    }
}
