//! The tools that the commands need: how each is found and installed. `debian.sh` installs Debian's packages, and a
//! Rust toolchain for networks without Rust's download server.

use crate::command::{Done, find, is_ci, output, pinned, reaches, run, version, words};
use crate::tools::Need::{Benchmark, Deployment, Development, FirstPage, Tests};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// What a tool is needed for. Each includes those before it.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub enum Need {
    /// The product can be built and shown, but not rebuilt on every change.
    FirstPage,
    Development,
    Tests,
    /// Without these, `deploy/check` skips something, except in CI.
    Deployment,
    Benchmark,
}

/// Name, need, purpose and time of the installation, what is found, and the installation.
type Tool = (&'static str, Need, &'static str, fn() -> Option<String>, fn() -> Done);

pub const TOOLS: &[Tool] = &[
    ("Rust", FirstPage, "compiles, for browsers too (3 minutes)", rust, install_rust),
    ("npm packages", FirstPage, "style, wasm-opt, browser tests (1 minute)", npm_packages, npm_ci),
    ("cargo-leptos", Development, "builds (3 to 12 minutes)", leptos, || cargo_install("cargo-leptos")),
    ("wasm-bindgen", Development, "builds (5 minutes)", bindgen, || cargo_install("wasm-bindgen-cli")),
    ("clippy, rustfmt", Tests, "lint, format", || version("cargo clippy"), install_clippy),
    ("sqlite3", Tests, "browser tests type SQL", || program("sqlite3"), || debian("packages sqlite3")),
    ("psql", Tests, "browser tests type SQL", || program("psql"), || debian("packages postgresql-client")),
    ("browser", Tests, "for the browser tests (1 to 5 minutes)", browser, || debian("browser")),
    ("systemd", Deployment, "reads the unit", || program("systemd-analyze"), || debian("packages systemd")),
    ("YAML", Deployment, "reads compose.yml", yaml, || debian("packages python3-yaml")),
    ("wrk", Benchmark, "makes the load", || program("wrk"), || debian("packages wrk")),
];

/// Rust's name for browsers.
const BROWSER: &str = "wasm32-unknown-unknown";
/// The oldest minor version of Rust that can install cargo-leptos.
const RUST_FOR_CARGO_LEPTOS: u32 = 96;

/// Installs what is missing.
pub fn ready(need: Need) -> Done {
    let is_needed = |tool: Need| tool <= need && (tool != Deployment || is_ci());
    for (name, _, purpose, found, install) in TOOLS.iter().filter(|tool| is_needed(tool.1)) {
        if found().is_none() {
            println!("▸ installing {name}: {purpose}");
            install().map_err(|reason| format!("{name}: {reason}"))?;
        }
    }
    // It only lets an interrupted installation resume.
    let _removed = fs::remove_dir_all("target/tools");
    Ok(())
}

fn rust() -> Option<String> {
    let sysroot = PathBuf::from(output(&mut words("rustc --print sysroot"))?);
    let mut names = fs::read_dir(sysroot.join("lib/rustlib").join(BROWSER).join("lib")).ok()?.flatten();
    let has_target = names.any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"));
    version("rustc").filter(|_| has_target && !is_too_old())
}

fn is_too_old() -> bool {
    leptos().is_none() && number("rustc", 1).is_some_and(|minor| minor < RUST_FOR_CARGO_LEPTOS)
}

fn install_rust() -> Done {
    let toolchains = output(&mut words("rustup toolchain list"));
    let toolchains = toolchains.ok_or("rustup is needed to build for browsers: https://rustup.rs")?;
    // A second checkout does not wait for the network again.
    if !toolchains.contains("debian-web") {
        let rustup = |line: &str| run(words(line).env("RUSTUP_MAX_RETRIES", "1"));
        let update = if is_too_old() { rustup("rustup update stable --no-self-update") } else { Ok(()) };
        let added = update.and_then(|()| rustup(&format!("rustup target add {BROWSER}")));
        // rustup trusts its own list of files.
        if added.is_ok() && rust().is_some() {
            return Ok(());
        }
        println!("  Rust's download server was not reached: setting up Debian's compiler instead");
    }
    debian("toolchain")
}

fn install_clippy() -> Done {
    run(&mut words("rustup component add clippy rustfmt"))
}

pub fn leptos() -> Option<String> {
    version("cargo leptos").filter(|installed| pinned("cargo-leptos").as_ref() == Ok(installed))
}

/// cargo-leptos downloads it, unless PATH has one, even of a wrong version.
fn bindgen() -> Option<String> {
    let Some(installed) = version("wasm-bindgen") else {
        return reaches("github.com:443").then(|| "cargo-leptos downloads it".into());
    };
    (pinned("wasm-bindgen").as_ref() == Ok(&installed)).then_some(installed)
}

/// Without optimization: their own profiles would take up to an hour and save a second at run time.
fn cargo_install(name: &str) -> Done {
    let version = pinned(name.trim_end_matches("-cli"))?;
    // Cargo's list of installed programs may contain a program that was deleted.
    let install = |locked: &str| {
        let mut install = words(&format!("cargo install{locked} --force {name} --version {version}"));
        run(install.env("CARGO_TARGET_DIR", "target/tools").envs([
            ("CARGO_PROFILE_RELEASE_LTO", "off"),
            ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
            ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
        ]))
    };
    // A mirror of crates.io may lack a version that the lock file of the tool names.
    install(" --locked").or_else(|reason| {
        println!("  {reason}: trying again without --locked");
        install("")
    })
}

/// A copy of the lock file is beside the packages that it installed.
fn npm_packages() -> Option<String> {
    let installed = fs::read("node_modules/.installed-lock.json").ok()?;
    (installed == fs::read("package-lock.json").ok()?).then(|| "as in the lock file".into())
}

fn npm_ci() -> Done {
    if number("node", 0).is_none_or(|major| major < 20) || version("npm").is_none() {
        return Err("Node.js 20 or newer, with npm, is needed: https://nodejs.org".into());
    }
    run(&mut words("npm ci --no-audit --no-fund --loglevel=error"))?;
    let copied = fs::copy("package-lock.json", "node_modules/.installed-lock.json");
    copied.map(drop).map_err(|error| error.to_string())
}

/// The browser that `end2end/playwright.config.ts` uses.
fn browser() -> Option<String> {
    if let Ok(path) = env::var("CHROMIUM_PATH") {
        return Some(path).filter(|path| Path::new(path).exists());
    }
    let plan = output(&mut words("node_modules/.bin/playwright install --dry-run chromium"))?;
    let mut folders = plan.lines().filter_map(|line| line.trim().strip_prefix("Install location:"));
    if folders.all(|folder| Path::new(folder.trim()).join("INSTALLATION_COMPLETE").exists()) {
        return Some("Playwright's own".into());
    }
    "chromium-headless-shell chromium chromium-browser google-chrome-stable".split(' ').find_map(program)
}

fn yaml() -> Option<String> {
    output(words("python3 -c").arg("import yaml; print('python3-yaml')"))
}

fn program(name: &str) -> Option<String> {
    find(name).map(|path| path.display().to_string())
}

fn debian(command: &str) -> Done {
    run(&mut words(&format!("bash xtask/debian.sh {command}")))
}

/// One number of a program's version: 0 is the major version.
fn number(program: &str, index: usize) -> Option<u32> {
    version(program)?.split('.').nth(index)?.parse().ok()
}
