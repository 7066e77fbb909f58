//! The tests of `stress` depend on time and load. If only a few of them fail, they run once more, and those that pass
//! then are named.

use crate::command::{Done, shown};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// With more failures than this, load on the machine is not the cause.
const FEW: usize = 3;
const STRESS: [&str; 6] = ["test", "--workspace", "--test=stress", "--no-fail-fast", "--", "--test-threads"];
/// They measure times, count statements or load the machine. The others wait, kill and race: four run at once.
const ALONE: &str = "timing:: load:: lists:: many_addresses hashes:: queries:: sqlite_lock:: statement_fails \
     nodes_live::a_node nodes_live::a_session nodes_live::ten_thousand";

/// `cargo` returns a new command for each run.
pub fn run(cargo: impl Fn() -> Command) -> Done {
    let skipped = ALONE.split(' ').flat_map(|name| ["--skip", name]);
    let mut failed = failures(cargo().args(STRESS).arg("4").args(skipped))?;
    failed.extend(failures(cargo().args(STRESS).arg("1").args(ALONE.split(' ')))?);
    if failed.is_empty() {
        return Ok(());
    }
    println!("\n━━ once more: {}", failed.join(", "));
    let again = failures(cargo().args(STRESS).arg("1").arg("--exact").args(&failed))?;
    let held: Vec<&str> = failed.iter().filter(|name| !again.contains(name)).map(String::as_str).collect();
    if !held.is_empty() {
        println!("! failed once and passed by itself, find out why: {}", held.join(", "));
    }
    if again.is_empty() { Ok(()) } else { Err(format!("failed twice: {}", again.join(", "))) }
}

/// Returns the names of the few tests that failed; more than a few, or none by name, are an error.
fn failures(tests: &mut Command) -> Result<Vec<String>, String> {
    let cannot = |error| format!("cannot run cargo: {error}");
    let mut child = tests.stdout(Stdio::piped()).spawn().map_err(cannot)?;
    let mut failed = Vec::new();
    for line in child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).split(b'\n')) {
        let line = String::from_utf8_lossy(&line.map_err(cannot)?).into_owned();
        println!("{line}");
        // The list of failures has one name a line.
        let name = line.strip_prefix("    ").filter(|name| name.contains("::") && !name.contains(' '));
        failed.extend(name.map(str::to_owned));
    }
    let passed = child.wait().map_err(cannot)?.success();
    let is_few = (1..=FEW).contains(&failed.len());
    if passed || is_few { Ok(failed) } else { Err(format!("{} failed", shown(tests))) }
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::process::Command;

    const AGAIN: &str = "again() { [[ \"$*\" == *--exact* ]]; }; ";

    /// Runs a script in place of cargo; it knows a second run by its arguments.
    fn stress(script: &str) -> Result<(), String> {
        run(|| {
            let mut cargo = Command::new("bash");
            cargo.arg("-c").arg(String::from(AGAIN) + script).arg("cargo");
            cargo
        })
    }

    #[test]
    fn a_test_that_fails_once_passes_and_one_that_fails_twice_does_not() {
        let list = "printf '    at std::panic here\\n    load::it_holds\\n'";
        assert_eq!(stress(&format!("again \"$@\" && exit; {list}; exit 101")), Ok(()));
        assert_eq!(stress(&format!("{list}; exit 101")), Err("failed twice: load::it_holds".into()));
    }

    #[test]
    fn what_does_not_compile_or_fails_everywhere_is_not_tried_again() {
        assert!(stress("again \"$@\" || exit 101").is_err());
        assert!(stress("again \"$@\" && exit; printf '    a::%s\\n' 1 2 3 4; exit 101").is_err());
    }
}
