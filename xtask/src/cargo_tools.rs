//! The cargo commands for building the browser part, each in one exact version.

use crate::Done;
use crate::checkout::Checkout;
use crate::tools::{announce, reaches, run, version};

/// Version of cargo-leptos.
pub const CARGO_LEPTOS: &str = "0.3.11";
/// Minor version of the oldest Rust that can install it.
const RUST_FOR_IT: u32 = 96;
/// Host from which cargo-leptos downloads wasm-bindgen. A network may block it but allow Rust's own server.
const RELEASES: (&str, u16) = ("github.com", 443);

/// Installs cargo-leptos, and wasm-bindgen if cargo-leptos cannot download it.
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
    // Only needed to resume after an interruption.
    let _removed = std::fs::remove_dir_all(kept);
    Ok(())
}

/// Whether cargo-leptos is missing and this Rust is too old to install it.
pub fn need_newer_rust(checkout: &Checkout) -> bool {
    let compiler = version(&mut checkout.command("rustc"));
    let minor = compiler.and_then(|version| version.split('.').nth(1)?.parse().ok());
    minor.is_some_and(|minor: u32| minor < RUST_FOR_IT)
        && cargo_leptos(checkout).as_deref() != Some(CARGO_LEPTOS)
}

/// Installed version of cargo-leptos, if any.
pub fn cargo_leptos(checkout: &Checkout) -> Option<String> {
    version(checkout.command("cargo").arg("leptos"))
}

/// Version of the wasm-bindgen command in PATH, if any.
pub fn wasm_bindgen(checkout: &Checkout) -> Option<String> {
    version(&mut checkout.command("wasm-bindgen"))
}

/// Without wasm-bindgen in PATH, cargo-leptos downloads the right version; otherwise it uses the one in PATH, even if
/// it is wrong.
fn needs_wasm_bindgen(checkout: &Checkout, wanted: &str) -> bool {
    match wasm_bindgen(checkout) {
        Some(installed) => installed != wanted,
        None => !can_download(),
    }
}

/// Whether cargo-leptos could download wasm-bindgen.
pub fn can_download() -> bool {
    reaches(RELEASES)
}

/// Installs a crate without optimization: its own release profile would take up to an hour and save a second at run
/// time.
fn install(checkout: &Checkout, crate_and_version: &[&str]) -> Done {
    run(checkout
        .command("cargo")
        // Cargo's list of installed programs may contain a program that was deleted.
        .args(["install", "--force"])
        .args(crate_and_version)
        .env("CARGO_TARGET_DIR", checkout.root.join("target/tools"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"))
}
