//! The npm packages: Tailwind and wasm-opt for the build, Playwright and TypeScript for the tests.

use crate::checkout::Checkout;
use crate::tools::{announce, run, version};
use crate::{Done, debian};
use std::fs;

/// Oldest supported major version of Node.js.
pub const NODE: u32 = 20;
const LOCK: &str = "package-lock.json";
/// A copy of the lock file beside the packages that it installed.
const STAMP: &str = ".installed-lock.json";

/// Installs the packages of `package-lock.json`.
pub fn ready(checkout: &Checkout) -> Done {
    if is_in_step(checkout) {
        return Ok(());
    }
    if !has_node(checkout) {
        return Err(format!(
            "Node.js {NODE} or newer, with npm, is needed. Install it:\n  {}",
            how_to_get_node()
        ));
    }
    announce("npm ci: the packages for the stylesheet, wasm-opt and the browser tests (up to 1 minute)");
    install(checkout)
}

/// Installs in a temporary folder and moves the result: an interrupted npm keeps running for a while and would damage
/// the next installation.
fn install(checkout: &Checkout) -> Done {
    let all = checkout.root.join("target/npm-packages");
    let folder = all.join(std::process::id().to_string());
    let failed = |error| format!("cannot write to {}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for file in ["package.json", LOCK] {
        fs::copy(checkout.root.join(file), folder.join(file)).map_err(failed)?;
    }
    let words = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
    run(checkout.command("npm").args(words).current_dir(&folder))?;
    let (new, installed) = (folder.join("node_modules"), checkout.root.join("node_modules"));
    fs::copy(folder.join(LOCK), new.join(STAMP)).map_err(failed)?;
    // The folder may not exist; if the removal fails, the next line reports it.
    let _removed = fs::remove_dir_all(&installed);
    fs::rename(new, &installed)
        .map_err(|error| format!("cannot replace {}: {error}", installed.display()))?;
    let _emptied = fs::remove_dir_all(all);
    Ok(())
}

/// Whether the installed packages match `package-lock.json`.
pub fn is_in_step(checkout: &Checkout) -> bool {
    let wanted = fs::read(checkout.root.join(LOCK)).ok();
    wanted.is_some() && wanted == fs::read(checkout.root.join("node_modules").join(STAMP)).ok()
}

/// Whether Node.js and npm are installed and new enough.
pub fn has_node(checkout: &Checkout) -> bool {
    let node = version(&mut checkout.command("node"));
    let major = node.and_then(|version| version.split('.').next()?.parse().ok());
    major.is_some_and(|major: u32| major >= NODE) && version(&mut checkout.command("npm")).is_some()
}

/// Instructions for installing Node.js.
pub fn how_to_get_node() -> String {
    format!("{}   (or from https://nodejs.org)", debian::install_line(&["nodejs", "npm"]))
}
