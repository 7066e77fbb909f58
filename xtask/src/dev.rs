//! `cargo xtask dev`: runs the product on this machine with seeded users, and rebuilds it on every change.

use crate::Done;
use crate::checkout::Checkout;
use crate::setup;
use crate::tools::{self, announce, shown};
use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Sets up what is missing, seeds an empty database, then builds, serves and watches until Ctrl-C.
pub fn run(checkout: &Checkout, words: &[String]) -> Done {
    setup::for_development(checkout)?;
    announce("building, then seeding an empty database (the first build: 3 to 6 minutes, then seconds)");
    seed(checkout)?;
    let address = address(checkout);
    announce(&format!("cargo leptos watch: the product will be at {address} (Ctrl-C ends it)"));
    let mut watch = checkout.command("cargo");
    watch.args(["leptos", "watch"]).args(words);
    // Replaces this process, so that Ctrl-C and the exit code work directly.
    let error = watch.exec();
    Err(format!("cannot run {}: {error}", shown(&watch)))
}

/// Address of the product, also for links in emails: the environment wins over `.env`.
fn address(checkout: &Checkout) -> String {
    const SETTING: &str = "PUBLIC_URL";
    let file = fs::read_to_string(checkout.root.join(".env")).unwrap_or_default();
    let in_file = |line: &str| Some(line.trim().strip_prefix(SETTING)?.strip_prefix('=')?.trim().to_owned());
    let set = env::var(SETTING).ok().or_else(|| file.lines().find_map(in_file));
    set.unwrap_or_else(|| "http://localhost:3000".into())
}

/// Builds the server like the later watch, so that nothing is built twice.
fn seed(checkout: &Checkout) -> Done {
    tools::run(leptos(checkout).args(["serve", "--server-only", "--", "seed"]))
}

/// Leptos is compiled differently under `watch`; setting the variable from the start avoids a second build.
fn leptos(checkout: &Checkout) -> Command {
    let mut command = checkout.command("cargo");
    command.arg("leptos").env("LEPTOS_WATCH", "true");
    command
}
