//! Runs other programs, streams or reads their output, and reads pinned versions.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The result of a command: an error is a message for the user.
pub type Done = Result<(), String>;

/// Returns a command without the variables of the outer `cargo xtask`: they would select its toolchain and cause
/// needless rebuilds.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    let outer = ["CARGO_PKG_", "CARGO_MANIFEST_", "RUSTUP_TOOLCHAIN"];
    let is_outer = |name: &str| outer.iter().any(|start| name.starts_with(start));
    for (name, _) in env::vars_os().filter(|(name, _)| is_outer(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

/// Returns a command with arguments that contain no spaces: `"cargo fmt --all"`.
pub fn words(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = command(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Runs a command to its end and streams its output.
pub fn run(command: &mut Command) -> Done {
    let status = command.status().map_err(|error| format!("cannot run {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", shown(command))) }
}

/// Returns the standard output of a command, or `None` if it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns the first number that `line --version` prints.
pub fn version(line: &str) -> Option<String> {
    let printed = output(words(line).arg("--version"))?;
    let mut words = printed.split_whitespace().map(|word| word.trim_start_matches('v'));
    words.find(|word| word.starts_with(|first: char| first.is_ascii_digit())).map(str::to_owned)
}

/// Returns the text of the line `key = "text"` of Cargo.toml. A TOML parser would be a dependency.
pub fn pinned(key: &str) -> Result<String, String> {
    let manifest = fs::read_to_string("Cargo.toml").map_err(|error| format!("Cargo.toml: {error}"))?;
    value(&manifest, key).ok_or_else(|| format!("Cargo.toml has no line `{key} = \"…\"`"))
}

fn value(manifest: &str, key: &str) -> Option<String> {
    let text = manifest.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
    Some(text.split('"').next()?.trim_start_matches('=').to_owned())
}

pub fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

pub fn reaches(place: &str) -> bool {
    let connects = |address| TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok();
    place.to_socket_addrs().is_ok_and(|mut addresses| addresses.any(connects))
}

/// Whether a missing service is an error instead of a warning.
pub fn is_ci() -> bool {
    env::var("CI").is_ok_and(|ci| ci == "true")
}

/// Returns a command as text for a shell.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{run, value, version, words};

    #[test]
    fn a_failure_names_the_command_and_a_version_is_the_first_number() {
        assert!(run(&mut words("false now")).is_err_and(|reason| reason.starts_with("false now failed")));
        assert_eq!(version("no-such-program-here"), None);
        assert_eq!(version("echo version v132 (version_132)").as_deref(), Some("132"));
    }

    #[test]
    fn a_pinned_version_has_no_sign_and_no_comment() {
        let manifest = "wasm-bindgen-futures = \"0.4\"\nwasm-bindgen = \"=0.2.1\" # exactly\n";
        assert_eq!(value(manifest, "wasm-bindgen").as_deref(), Some("0.2.1"));
        assert_eq!(value(manifest, "wasm"), None);
    }
}
