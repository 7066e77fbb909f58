//! The npm packages: Tailwind and wasm-opt for the build, Playwright and TypeScript for the tests.

use crate::checkout::Checkout;
use crate::tools::{announce, run, version};
use crate::{Done, debian};
use std::fs;
use std::path::PathBuf;

/// The oldest Node.js whose major version will do.
pub const NODE: u32 = 20;

/// Brings the packages to what `package-lock.json` says.
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
    run(checkout
        .command("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    let copy = fs::copy(checkout.root.join("package-lock.json"), stamp(checkout));
    copy.map(|_bytes| ())
        .map_err(|error| format!("cannot write {}: {error}", stamp(checkout).display()))
}

/// Whether the installed packages are those of `package-lock.json`.
pub fn is_in_step(checkout: &Checkout) -> bool {
    let wanted = fs::read(checkout.root.join("package-lock.json")).ok();
    wanted.is_some() && wanted == fs::read(stamp(checkout)).ok()
}

/// Whether Node.js and npm are there and new enough.
pub fn has_node(checkout: &Checkout) -> bool {
    let node = version(&mut checkout.command("node"));
    let major = node.and_then(|version| version.split('.').next()?.parse().ok());
    major.is_some_and(|major: u32| major >= NODE) && version(&mut checkout.command("npm")).is_some()
}

/// How a person gets Node.js.
pub fn how_to_get_node() -> String {
    format!(
        "{}   (or from https://nodejs.org)",
        debian::install_line(&["nodejs", "npm"])
    )
}

/// `npm ci` empties the folder first, so this copy of the lock file is there only if it ran to its end.
fn stamp(checkout: &Checkout) -> PathBuf {
    checkout.root.join("node_modules/.installed-lock.json")
}
