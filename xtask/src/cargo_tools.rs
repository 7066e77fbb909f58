//! The cargo commands that building for the browser needs, each in exactly one version.

use crate::Done;
use crate::checkout::Checkout;
use crate::tools::{announce, reaches, run, version};

/// The version of cargo-leptos that this project is built with.
pub const CARGO_LEPTOS: &str = "0.3.11";
/// The oldest Rust, by its minor version, that can install it.
const RUST_FOR_IT: u32 = 96;
/// Where cargo-leptos downloads wasm-bindgen from. A network may reach Rust's own server and not this one.
const RELEASES: (&str, u16) = ("github.com", 443);

/// Brings cargo-leptos, and wasm-bindgen where cargo-leptos would not get it by itself.
pub fn ready(checkout: &Checkout) -> Done {
    let kept = checkout.root.join("target/tools");
    if cargo_leptos(checkout).as_deref() != Some(CARGO_LEPTOS) {
        announce(
            "installing cargo-leptos, which builds the two halves (3 to 12 minutes, once for this machine)",
        );
        install(checkout, &["cargo-leptos", "--locked", "--version", CARGO_LEPTOS])?;
    }
    let wanted = checkout.wasm_bindgen()?;
    if needs_wasm_bindgen(checkout, &wanted) {
        announce(
            "installing wasm-bindgen, which joins Rust and JavaScript (2 to 5 minutes, once for this machine)",
        );
        install(checkout, &["wasm-bindgen-cli", "--version", &wanted])?;
    }
    // It only serves to go on after an interruption.
    let _removed = std::fs::remove_dir_all(kept);
    Ok(())
}

/// Whether cargo-leptos is still to be installed, by a Rust too old for that.
pub fn need_newer_rust(checkout: &Checkout) -> bool {
    let compiler = version(&mut checkout.command("rustc"));
    let minor = compiler.and_then(|version| version.split('.').nth(1)?.parse().ok());
    minor.is_some_and(|minor: u32| minor < RUST_FOR_IT)
        && cargo_leptos(checkout).as_deref() != Some(CARGO_LEPTOS)
}

/// The version of cargo-leptos on this machine, if any.
pub fn cargo_leptos(checkout: &Checkout) -> Option<String> {
    version(checkout.command("cargo").arg("leptos"))
}

/// The version of the wasm-bindgen command in PATH, if any.
pub fn wasm_bindgen(checkout: &Checkout) -> Option<String> {
    version(&mut checkout.command("wasm-bindgen"))
}

/// cargo-leptos downloads the right one if PATH has none, but takes a wrong one if PATH has that.
fn needs_wasm_bindgen(checkout: &Checkout, wanted: &str) -> bool {
    match wasm_bindgen(checkout) {
        Some(installed) => installed != wanted,
        None => !can_download(),
    }
}

/// Whether cargo-leptos could get wasm-bindgen by itself.
pub fn can_download() -> bool {
    reaches(RELEASES)
}

/// Their own release profiles would take up to an hour and save a second at run time.
fn install(checkout: &Checkout, crate_and_version: &[&str]) -> Done {
    run(checkout
        .command("cargo")
        // Its record of what is installed may say so of a program that is gone.
        .args(["install", "--force"])
        .args(crate_and_version)
        .env("CARGO_TARGET_DIR", checkout.root.join("target/tools"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"))
}
