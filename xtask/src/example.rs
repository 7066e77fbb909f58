//! Deletes the example in a copy of the project, by the commands that ARCHITECTURE.md gives to people, and
//! checks what is left.

use crate::Done;
use crate::checkout::Checkout;
use crate::tools::{output, run};
use std::fs;
use std::path::{Path, PathBuf};

/// The heading in ARCHITECTURE.md above the commands.
const HEADING: &str = "## Delete the example";
/// What the example is called, wherever it stands.
const NAME: &str = "notes";
/// Where no trace of it may be left. The documents are for their owners to rewrite.
const FOLDERS: [&str; 6] = ["src", "app", "server", "migrations", "tests", "end2end"];

/// Deletes the example in a copy, looks for what is left of it, and runs the rest's lints and tests.
pub fn check(checkout: &Checkout) -> Done {
    let copy = checkout.root.join("target/without-example");
    copy_into(checkout, &copy)?;
    let document = read(&checkout.root.join("ARCHITECTURE.md"))?;
    let commands =
        commands(&document).ok_or_else(|| format!("ARCHITECTURE.md: no commands below {HEADING:?}"))?;
    run(checkout.command("bash").args(["-euc", commands]).current_dir(&copy))?;
    for folder in FOLDERS {
        no_trace(&copy.join(folder))?;
    }
    let cargo = |words: &[&str]| {
        // What both have in common is built already.
        let target = checkout.root.join("target");
        run(checkout.command("cargo").args(words).current_dir(&copy).env("CARGO_TARGET_DIR", target))
    };
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    cargo(&["test", "--workspace"])
}

/// Copies what git knows or would add. A file that is the same stays, so that cargo need not build it again.
fn copy_into(checkout: &Checkout, copy: &Path) -> Done {
    let listed =
        output(checkout.command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))
            .ok_or("git ls-files failed: this must run in a git checkout")?;
    let files: Vec<PathBuf> = listed.lines().map(PathBuf::from).collect();
    let failed = |path: &Path, error| format!("cannot copy {}: {error}", path.display());
    // One that was deleted since may still be in git's index.
    for file in files.iter().filter(|file| checkout.root.join(file).is_file()) {
        let (from, to) = (checkout.root.join(file), copy.join(file));
        let text = fs::read(&from).map_err(|error| failed(file, error))?;
        if fs::read(&to).is_ok_and(|old| old == text) {
            continue;
        }
        let folder = to.parent().unwrap_or(copy);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&to, text))
            .map_err(|error| failed(file, error))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The first block of commands below the heading.
fn commands(document: &str) -> Option<&str> {
    let (_, below) = document.split_once(HEADING)?;
    let (_, block) = below.split_once("```sh\n")?;
    block.split_once("```").map(|(commands, _)| commands)
}

fn no_trace(folder: &Path) -> Done {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            no_trace(&path)?;
            continue;
        }
        let is_named = path.file_name().is_some_and(|name| name.to_string_lossy().contains(NAME));
        let text = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).to_lowercase());
        if is_named || text.is_ok_and(|text| text.contains(NAME)) {
            return Err(format!("{} still speaks of {NAME}", path.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn the_commands_are_those_of_the_first_block_below_the_heading() {
        let document =
            "```sh\nno\n```\n## Delete the example\n\ntext\n\n```sh\nrm a\nrm b\n```\n\n```sh\nno\n```\n";
        assert_eq!(commands(document), Some("rm a\nrm b\n"));
        assert_eq!(commands("```sh\nrm a\n```\n"), None);
    }
}
