//! The checkout that the commands work on: its folder, the settings in its `Cargo.toml`, and commands that run in it.

use crate::manifest;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of the project on this machine.
pub struct Checkout {
    /// Root folder.
    pub root: PathBuf,
    manifest: String,
}

impl Checkout {
    /// Finds the checkout that this program was started from.
    pub fn find() -> Result<Self, String> {
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&xtask).parent().ok_or("this is no checkout")?.to_path_buf();
        let manifest = root.join("Cargo.toml");
        let manifest = fs::read_to_string(&manifest)
            .map_err(|error| format!("cannot read {}: {error}", manifest.display()))?;
        Ok(Self { root, manifest })
    }

    /// Name of the root package.
    pub fn package(&self) -> Result<String, String> {
        self.setting("package", "name")
    }

    /// Name of the product's program.
    pub fn program(&self) -> Result<String, String> {
        self.leptos("bin-target")
    }

    /// Version of wasm-bindgen; the command must have the same version.
    pub fn wasm_bindgen(&self) -> Result<String, String> {
        let pinned = self.setting("workspace.dependencies", "wasm-bindgen")?;
        let exact = pinned.strip_prefix('=').map(|version| version.trim().to_owned());
        exact.ok_or_else(|| "Cargo.toml must pin wasm-bindgen to one version: \"=…\"".into())
    }

    /// Template version of the project.
    pub fn template(&self) -> Option<String> {
        manifest::setting(&self.manifest, "package.metadata.template", "version")
    }

    /// Returns a setting of cargo-leptos.
    pub fn leptos(&self, key: &str) -> Result<String, String> {
        self.setting("package.metadata.leptos", key)
    }

    fn setting(&self, section: &str, key: &str) -> Result<String, String> {
        manifest::setting(&self.manifest, section, key)
            .ok_or_else(|| format!("Cargo.toml has no line `{key} = \"…\"` in [{section}]"))
    }

    /// Folder with the files for browsers.
    pub fn browser_files(&self) -> Result<PathBuf, String> {
        Ok(self.root.join(self.leptos("site-root")?).join(self.leptos("site-pkg-dir")?))
    }

    /// Path of a program of the npm packages.
    pub fn npm_program(&self, name: &str) -> PathBuf {
        self.root.join("node_modules/.bin").join(name)
    }

    /// Returns a command that runs in the checkout's folder with its selected toolchain.
    pub fn command(&self, program: impl Into<OsString>) -> Command {
        let mut command = Command::new(program.into());
        command.current_dir(&self.root);
        // Removes the variables of the outer `cargo xtask`: its toolchain may have been replaced since, and the
        // variables for its child processes would cause needless rebuilds.
        for (name, _) in env::vars_os().filter(|(name, _)| comes_from_cargo(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        if let Some(path) = path_with(cargo_home().map(|home| home.join("bin"))) {
            command.env("PATH", path);
        }
        command
    }
}

fn comes_from_cargo(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "CARGO",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "OUT_DIR",
        "RUSTC",
        "RUSTDOC",
        "RUSTUP_TOOLCHAIN",
        "RUST_RECURSION_COUNT",
    ];
    NAMES.contains(&name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

fn path_with(folder: Option<PathBuf>) -> Option<OsString> {
    let path = env::var_os("PATH")?;
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.extend(folder.filter(|folder| !folders.contains(folder)));
    env::join_paths(folders).ok()
}

fn cargo_home() -> Option<PathBuf> {
    let home = || env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home)
}

#[cfg(test)]
mod tests {
    use super::comes_from_cargo;

    #[test]
    fn a_toolchain_is_not_handed_on() {
        assert!(comes_from_cargo("RUSTUP_TOOLCHAIN"));
        assert!(comes_from_cargo("CARGO_MANIFEST_DIR"));
    }

    #[test]
    fn what_people_set_is_handed_on() {
        for name in ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_BUILD_JOBS", "RUSTFLAGS", "RUSTC_WRAPPER"] {
            assert!(!comes_from_cargo(name), "{name}");
        }
    }
}
