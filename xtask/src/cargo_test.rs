//! The Rust tests. The tests of `stress` depend on time and load. If only a few of them fail, they run once more; a
//! test that passes then is reported.

use crate::Done;
use crate::tools::{run, shown};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// With more failures than this, load on the machine is not the cause.
const FEW: usize = 3;
/// Most tests wait for a database, so more tests than cores run at once.
const THREADS: &str = "4";
const STRESS: [&str; 6] = ["test", "--package", "web", "--test", "stress", "--"];

/// Runs the tests that `words` select.
pub fn run_tests(cargo: &mut Command, words: &[&str]) -> Done {
    run(cargo.args(words).env("RUST_TEST_THREADS", THREADS))
}

/// Runs the tests of `stress` one at a time. `cargo` returns a new command for each run.
pub fn run_stress(cargo: impl Fn() -> Command) -> Done {
    let one_by_one = || {
        let mut tests = cargo();
        tests.args(STRESS).arg("--test-threads=1");
        tests
    };
    let mut tests = one_by_one();
    let cannot = |error| format!("cannot run cargo: {error}");
    let mut child = tests.stdout(Stdio::piped()).spawn().map_err(cannot)?;
    let mut failed = Vec::new();
    for line in child.stdout.take().into_iter().flat_map(|output| BufReader::new(output).split(b'\n')) {
        let line = line.map_err(cannot)?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        failed.extend(name(&line).map(str::to_owned));
    }
    if child.wait().map_err(cannot)?.success() {
        return Ok(());
    }
    if failed.is_empty() || failed.len() > FEW {
        return Err(format!("{} failed", shown(&tests)));
    }
    println!("\n━━ once more: {}", failed.join(", "));
    run(one_by_one().arg("--exact").args(&failed))?;
    println!("! failed once and passed by itself, find out why: {}", failed.join(", "));
    Ok(())
}

/// Returns the test name in a line of the list of failures.
fn name(line: &str) -> Option<&str> {
    let is_name =
        |name: &&str| name.contains("::") && name.chars().all(|c| c.is_alphanumeric() || "_:".contains(c));
    line.strip_prefix("    ").filter(is_name)
}

#[cfg(test)]
mod tests {
    use super::{name, run_stress, run_tests};
    use std::process::Command;

    fn cargo(script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-c", script, "cargo"]);
        command
    }

    const LIST: &str = "printf 'failures:\\n    load::it_holds\\n'";

    #[test]
    fn a_stress_test_that_fails_once_passes_and_one_that_fails_twice_does_not() {
        let once = format!("[[ \"$*\" == *'--exact load::it_holds' ]] && exit; {LIST}; exit 101");
        assert_eq!(run_stress(|| cargo(&once)), Ok(()));
        assert!(run_stress(|| cargo(&format!("{LIST}; exit 101"))).is_err());
    }

    #[test]
    fn what_does_not_compile_or_fails_everywhere_is_not_tried_again() {
        let broken = "[[ \"$*\" == *--exact* ]] || exit 101";
        assert!(run_stress(|| cargo(broken)).is_err());
        let many = format!("[[ \"$*\" == *--exact* ]] && exit; for i in 1 2 3 4; do {LIST}; done; exit 101");
        assert!(run_stress(|| cargo(&many)).is_err());
    }

    #[test]
    fn no_other_test_is_tried_again() {
        assert!(run_tests(&mut cargo("exit 101"), &["test"]).is_err());
    }

    #[test]
    fn the_list_of_failures_has_the_names() {
        assert_eq!(name("    load::it_holds::on_sqlite"), Some("load::it_holds::on_sqlite"));
        assert_eq!(name("    at std::panic here"), None);
        assert_eq!(name("test load::it_holds ... FAILED"), None);
    }
}
