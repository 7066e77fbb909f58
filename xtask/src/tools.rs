//! Runs other programs: announces the step and its reason, streams the output, and reads versions.

use crate::Done;
use std::env;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Prints what will be done, why, and how long it may take.
pub fn announce(what: &str) {
    println!("▸ {what}");
}

/// Whether a missing tool is an error instead of a warning.
pub fn is_ci() -> bool {
    env::var("CI").is_ok_and(|ci| ci == "true")
}

/// Runs a command to its end and streams its output.
pub fn run(command: &mut Command) -> Done {
    let status = command.status().map_err(|error| format!("cannot run {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed: {status}", shown(command))) }
}

/// Runs a command that may hang on a closed network, and ends it after `limit`.
pub fn run_within(limit: Duration, command: &mut Command) -> Done {
    let mut child = command.spawn().map_err(|error| format!("cannot run {}: {error}", shown(command)))?;
    let end = Instant::now() + limit;
    while Instant::now() < end {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("{} failed: {status}", shown(command))),
            Ok(None) => thread::sleep(Duration::from_millis(100)),
            Err(error) => return Err(format!("{} was lost: {error}", shown(command))),
        }
    }
    // It may have ended in the last tenth of a second; then the error has no consequence.
    let _ended = child.kill();
    let _status = child.wait();
    Err(format!("{} did nothing useful within {} s", shown(command), limit.as_secs()))
}

/// Returns the standard output of a command, or `None` if it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Returns a program's version: the first word that begins with a digit, or `v` and a digit.
pub fn version(command: &mut Command) -> Option<String> {
    let printed = output(command.arg("--version"))?;
    printed
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
        .map(str::to_owned)
}

/// Finds a program in PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Whether a server listens at an address.
pub fn answers(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}

/// Whether this network can reach a host and port.
pub fn reaches(place: (&str, u16)) -> bool {
    place.to_socket_addrs().is_ok_and(|mut addresses| addresses.any(answers))
}

/// Returns a command as text for a shell.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Returns a time as text: `0.4 s`, `12 s`, `3 min 05 s`.
pub fn spoken(time: Duration) -> String {
    match time.as_secs() {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::{output, run, run_within, shown, spoken, version};
    use std::process::Command;
    use std::time::{Duration, Instant};

    #[test]
    fn a_failure_names_the_command_as_typed() {
        let mut command = Command::new("false");
        assert!(run(command.arg("now")).is_err_and(|reason| reason.starts_with("false now failed")));
        assert_eq!(shown(&command), "false now");
    }

    #[test]
    fn a_hanging_command_is_ended() {
        let start = Instant::now();
        assert!(run_within(Duration::from_millis(300), Command::new("sleep").arg("60")).is_err());
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(version(&mut Command::new("no-such-program-here")), None);
    }

    #[test]
    fn a_version_is_the_first_number() {
        let mut echo = Command::new("echo");
        assert_eq!(version(echo.arg("wasm-opt version 132 (version_132)")).as_deref(), Some("132"));
        assert_eq!(output(Command::new("false").arg("x")), None);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(spoken(Duration::from_millis(412)), "0.4 s");
        assert_eq!(spoken(Duration::from_secs(185)), "3 min 05 s");
    }
}
