//! The set-up: installs what is missing. Every step can be interrupted and run again. `fallback.rs` is for networks
//! that block Rust's download server.

use crate::checkout::Checkout;
use crate::tools::{self, announce, find, output, run_within};
use crate::{Done, cargo_tools, chromium, debian, fallback, npm, repository};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Rust's name for the browser target.
pub const BROWSER: &str = "wasm32-unknown-unknown";

/// Runs `cargo xtask setup`.
pub fn run(checkout: &Checkout, _words: &[String]) -> Done {
    for_tests(checkout)?;
    println!("✓ everything is set up; next: cargo xtask dev");
    Ok(())
}

/// Installs all tools, which the tests need.
pub fn for_tests(checkout: &Checkout) -> Done {
    for_development(checkout)?;
    checkers(checkout)?;
    database_tools(checkout)?;
    deployment_tools(checkout)?;
    chromium::ready(checkout)
}

/// Installs the tools of `deploy/check` in CI; without them it skips checks.
fn deployment_tools(checkout: &Checkout) -> Done {
    let yaml = output(checkout.command("python3").args(["-c", "import yaml"]));
    let compose = output(checkout.command("docker").args(["compose", "version"]));
    let mut missing = Vec::new();
    if find("systemd-analyze").is_none() {
        missing.push("systemd");
    }
    if yaml.or(compose).is_none() {
        missing.push("python3-yaml");
    }
    if missing.is_empty() || !tools::is_ci() {
        return Ok(());
    }
    debian::install(checkout, &missing, "deploy/check reads the systemd unit and compose.yml")
}

/// The browser tests use these tools to delete rows.
fn database_tools(checkout: &Checkout) -> Done {
    let tools = [("sqlite3", "sqlite3"), ("psql", "postgresql-client")];
    let missing: Vec<&str> =
        tools.into_iter().filter(|(tool, _)| find(tool).is_none()).map(|(_, package)| package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    debian::install(checkout, &missing, "the browser tests type SQL by hand")
}

/// Installs the tools for building and running the product.
pub fn for_development(checkout: &Checkout) -> Done {
    toolchain(checkout)?;
    cargo_tools::ready(checkout)?;
    npm::ready(checkout)?;
    repository::begin(checkout);
    Ok(())
}

fn toolchain(checkout: &Checkout) -> Done {
    let too_old = cargo_tools::need_newer_rust(checkout);
    if !too_old && active_has_browser_target(checkout) {
        return Ok(());
    }
    if output(checkout.command("rustup").arg("--version")).is_none() {
        return Err("rustup is needed to build for the browser: https://rustup.rs".into());
    }
    // Otherwise each checkout and each retry would wait for the network again.
    if fallback::has_begun(checkout) {
        return fallback::prepare(checkout);
    }
    from_rust_itself(checkout, too_old).or_else(|reason| {
        println!("  {reason}");
        println!("  Rust's download server was not reached, so Debian's compiler is set up instead.");
        fallback::prepare(checkout)
    })
}

fn from_rust_itself(checkout: &Checkout, too_old: bool) -> Done {
    let rustup = |words: &[&str], limit| {
        let mut command = checkout.command("rustup");
        run_within(limit, command.args(words).stdin(Stdio::null()))
    };
    if too_old {
        announce("rustup update stable: cargo-leptos needs a newer Rust than this one (1 to 3 minutes)");
        rustup(&["update", "stable", "--no-self-update"], Duration::from_secs(600))?;
    }
    announce("rustup target add: the standard library for the browser (up to 1 minute)");
    rustup(&["target", "add", BROWSER], Duration::from_secs(180))?;
    // rustup trusts its own list, so the files are checked.
    if active_has_browser_target(checkout) {
        Ok(())
    } else {
        Err("rustup added the target, but the toolchain does not have it".into())
    }
}

/// Whether the checkout's toolchain can build for the browser.
pub fn active_has_browser_target(checkout: &Checkout) -> bool {
    output(checkout.command("rustc").args(["--print", "sysroot"]))
        .is_some_and(|sysroot| has_browser_target(Path::new(&sysroot)))
}

/// Whether a toolchain can build for the browser.
pub fn has_browser_target(sysroot: &Path) -> bool {
    let folder = sysroot.join("lib/rustlib").join(BROWSER).join("lib");
    let is_core = |name: &str| name.starts_with("libcore-") && name.ends_with(".rlib");
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| is_core(&entry.file_name().to_string_lossy())))
    })
}

/// `rust-toolchain.toml` installs formatter and linter, unless rustup's automatic installation is off.
fn checkers(checkout: &Checkout) -> Done {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if output(checkout.command("cargo").args([subcommand, "--version"])).is_none() {
            announce(&format!("rustup component add {component}: needed by the tests (up to 1 minute)"));
            tools::run(checkout.command("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}
