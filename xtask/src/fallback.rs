//! A fallback for networks that block Rust's download server: Debian's compiler, with a standard library for the
//! browser that is built here once.

use crate::checkout::Checkout;
use crate::debian::{as_root, install};
use crate::tools::{announce, output, run};
use crate::{Done, setup};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Name of Debian's toolchain in rustup.
const TOOLCHAIN: &str = "debian-web";
const COMPILER: &str = "/usr/bin/rustc";
const LINKER: &str = "lld-22";
const PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web", LINKER];
/// An empty crate: a build of the standard library needs a crate to build.
const EMPTY_CRATE: &str =
    "[workspace]\n[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";

/// Whether this checkout uses Debian's toolchain.
pub fn is_selected(checkout: &Checkout) -> bool {
    output(checkout.command("rustup").args(["show", "active-toolchain"]))
        .is_some_and(|toolchain| toolchain.starts_with(TOOLCHAIN))
}

/// Whether a set-up on this machine, perhaps of another checkout, has used the fallback already.
pub fn has_begun(checkout: &Checkout) -> bool {
    let toolchain = format!("+{TOOLCHAIN}");
    output(checkout.command("rustc").args([&toolchain, "--version"])).is_some()
}

/// Installs Debian's toolchain, builds the standard library for the browser, and selects the toolchain for this
/// checkout, also for direct cargo calls.
pub fn prepare(checkout: &Checkout) -> Done {
    let sysroot = match sysroot() {
        Some(sysroot) if is_complete(&sysroot) => sysroot,
        _ => install_compiler(checkout)?,
    };
    link_linker(checkout)?;
    run(checkout.command("rustup").args(["toolchain", "link", TOOLCHAIN]).arg(&sysroot))?;
    if !setup::has_browser_target(&sysroot) {
        build_standard_library(checkout, &sysroot)?;
    }
    announce(&format!("selecting the toolchain {TOOLCHAIN} for this checkout: it can build for the browser"));
    run(checkout.command("rustup").args(["override", "set", TOOLCHAIN, "--path"]).arg(&checkout.root))
}

fn install_compiler(checkout: &Checkout) -> Result<PathBuf, String> {
    install(checkout, &PACKAGES, "a Rust compiler with its own sources")?;
    sysroot().ok_or_else(|| format!("{COMPILER} does not run, though it was just installed"))
}

fn sysroot() -> Option<PathBuf> {
    output(Command::new(COMPILER).args(["--print", "sysroot"])).map(PathBuf::from)
}

fn is_complete(sysroot: &Path) -> bool {
    let programs = ["bin/cargo", "bin/cargo-clippy", "bin/cargo-fmt"].map(|program| sysroot.join(program));
    let source = sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml");
    programs.iter().all(|program| program.exists()) && source.exists() && linker(LINKER).exists()
}

fn linker(name: &str) -> PathBuf {
    Path::new("/usr/bin").join(name)
}

/// Debian installs the linker under another name; rustc looks for `rust-lld`.
fn link_linker(checkout: &Checkout) -> Done {
    let wanted = linker("rust-lld");
    if wanted.exists() {
        return Ok(());
    }
    run(as_root(checkout, "ln").arg("-sfn").arg(linker(LINKER)).arg(wanted))
}

fn build_standard_library(checkout: &Checkout, sysroot: &Path) -> Done {
    announce("building the standard library for the browser, once for this machine (1 to 2 minutes)");
    let folder = checkout.root.join("target/browser-std");
    let write = |path: &str, text: &str| fs::write(folder.join(path), text);
    fs::create_dir_all(folder.join("src"))
        .and_then(|()| write("Cargo.toml", EMPTY_CRATE))
        .and_then(|()| write("src/lib.rs", ""))
        .map_err(|error| format!("cannot write to {}: {error}", folder.display()))?;
    let built = folder.join("target");
    let toolchain = format!("+{TOOLCHAIN}");
    let build = [&toolchain, "build", "--release", "--target", setup::BROWSER, "-Zbuild-std=std,panic_abort"];
    run(checkout
        .command("cargo")
        .current_dir(&folder)
        .args(build)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &built))?;
    let libraries = libraries(&built.join(setup::BROWSER).join("release/deps"))?;
    install_libraries(checkout, &libraries, sysroot)?;
    // A remaining folder only costs disk space.
    let _removed = fs::remove_dir_all(&folder);
    Ok(())
}

fn libraries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let name =
        |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let is_library = |path: &PathBuf| name(path).ends_with(".rlib") && !name(path).starts_with("libempty-");
    Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_library).collect())
}

/// Copies to a temporary folder and renames it, so that an interruption leaves no partial copy.
fn install_libraries(checkout: &Checkout, libraries: &[PathBuf], sysroot: &Path) -> Done {
    let target = sysroot.join("lib/rustlib").join(setup::BROWSER);
    let (part, whole) = (target.join("lib.part"), target.join("lib"));
    run(as_root(checkout, "rm").arg("-rf").arg(&part))?;
    run(as_root(checkout, "mkdir").arg("-p").arg(&part))?;
    run(as_root(checkout, "cp").args(libraries).arg(&part))?;
    run(as_root(checkout, "rm").arg("-rf").arg(&whole))?;
    run(as_root(checkout, "mv").arg("-T").arg(&part).arg(&whole))
}
