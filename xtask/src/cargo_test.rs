//! Runs `cargo test` to its end. Where only a few of its programs failed, those run once more by themselves: many tests are
//! about time, load and races, on a machine that others use too. One that holds then is named, and stops nothing.

use crate::Done;
use crate::tools::{run, shown};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// With more failing than this it is not the machine.
const FEW: usize = 3;

/// Runs the tests that `words` choose, by `cargo`, which gives a new command for each run.
pub fn run_tests(cargo: impl Fn() -> Command, words: &[&str]) -> Done {
    let mut tests = cargo();
    tests.args(words).arg("--no-fail-fast").stderr(Stdio::piped());
    let cannot = |error| format!("cannot run cargo: {error}");
    let mut child = tests.spawn().map_err(cannot)?;
    let mut failed = Vec::new();
    for line in child.stderr.take().into_iter().flat_map(|told| BufReader::new(told).split(b'\n')) {
        let line = line.map_err(cannot)?;
        let line = String::from_utf8_lossy(&line);
        eprintln!("{line}");
        failed.extend(to_rerun(&line));
    }
    if child.wait().map_err(cannot)?.success() {
        return Ok(());
    }
    if failed.is_empty() || failed.len() > FEW {
        return Err(format!("{} failed", shown(&tests)));
    }
    for program in &failed {
        println!("\n━━ once more: {program}");
        run(cargo().arg("test").args(program.split_whitespace()))?;
    }
    println!("! failed once and held by itself, find out why: {}", failed.join(", "));
    Ok(())
}

/// What chooses a program whose tests failed, out of what cargo says of it.
fn to_rerun(line: &str) -> Option<String> {
    let (_, words) = line.strip_prefix("error: ")?.split_once("to rerun pass `")?;
    words.split_once('`').map(|(words, _)| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{run_tests, to_rerun};
    use std::process::Command;

    /// A cargo whose tests fail the first time only, or always; it says of whom like the real one.
    fn cargo(script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", script, "cargo"]);
        command
    }

    #[test]
    fn what_fails_once_holds_and_what_fails_twice_does_not() {
        // Once only: what is told here would reach a cargo that listens to this test.
        let told =
            "[[ \"$*\" != *no-fail-fast* ]] || echo 'error: test failed, to rerun pass `--test house`' >&2";
        let once = format!("{told}; [[ \"$*\" == 'test --test house' ]]");
        assert_eq!(run_tests(|| cargo(&once), &["test"]), Ok(()));
        assert!(run_tests(|| cargo(&format!("{told}; exit 101")), &["test"]).is_err());
    }

    #[test]
    fn what_fails_for_another_reason_or_everywhere_is_not_tried_again() {
        let broken =
            "[[ \"$*\" == *no-fail-fast* ]] || exit 0; echo 'error: could not compile' >&2; exit 101";
        assert!(run_tests(|| cargo(broken), &["test"]).is_err());
        let four =
            "for i in 1 2 3 4; do echo 'error: test failed, to rerun pass `-p server`' >&2; done; exit 101";
        let many = format!("[[ \"$*\" == *no-fail-fast* ]] || exit 0; {four}");
        assert!(run_tests(|| cargo(&many), &["test"]).is_err());
    }

    #[test]
    fn cargo_says_what_to_run_again() {
        let line = "error: test failed, to rerun pass `-p server --test migrations`";
        assert_eq!(to_rerun(line).as_deref(), Some("-p server --test migrations"));
        assert_eq!(to_rerun("error: could not compile `server`"), None);
    }
}
