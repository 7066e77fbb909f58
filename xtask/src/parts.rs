//! Checks that optional parts of the product can be deleted: runs the commands of ARCHITECTURE.md in a copy, one part
//! after another, and checks the rest.

use crate::Done;
use crate::cargo_test::run_tests;
use crate::checkout::Checkout;
use crate::tools::{output, run};
use std::collections::HashSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// A part that can be deleted.
struct Part {
    /// Heading in ARCHITECTURE.md above the commands.
    heading: &'static str,
    /// A file that belongs to the part.
    file: &'static str,
    /// Texts that must not remain in any file or file name, in lower case.
    traces: &'static [&'static str],
    /// Folders to search for these texts. The documentation is not searched; its owner rewrites it.
    folders: &'static [&'static str],
}

const CLIPPY: &[&str] = &["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"];
/// The tests that call every page and every server function.
#[rustfmt::skip]
const TESTS: &[&str] = &[
    "test", "--package", "web", "--test", "all", "--", "house::", "front_door::", "guard::", "routes::", "mass_assignment::", "pages::",
];

const PARTS: [Part; 3] = [
    Part {
        heading: "## Delete the example",
        file: "server/src/notes.rs",
        traces: &["notes"],
        folders: &FOLDERS,
    },
    Part {
        heading: "## Delete the admin area",
        file: "app/src/pages/admin.rs",
        traces: &["pages::admin", "admin::", "/admin/users", "/admin/sessions"],
        folders: &["src", "app"],
    },
    Part {
        heading: "## Delete PostgreSQL",
        file: "server/src/db/postgres.rs",
        traces: &["on::postgres", "pgpool", "pgconnection", "sqlx::postgres", "testdb::postgres"],
        folders: &FOLDERS,
    },
];
/// Folders with sources.
const FOLDERS: [&str; 6] = ["src", "app", "server", "migrations", "tests", "end2end"];

/// In a copy: deletes each remaining part, searches for traces, and runs lints and tests.
pub fn check(checkout: &Checkout) -> Done {
    if checkout.root.join("cargo-generate.toml").exists() {
        println!("this is a template: its own check deletes them in a project made from it");
        return Ok(());
    }
    let copy = checkout.root.join("target/without-parts");
    copy_into(checkout, &copy)?;
    let document = fs::read_to_string(copy.join("ARCHITECTURE.md"));
    let document = document.map_err(|error| format!("cannot read ARCHITECTURE.md: {error}"))?;
    for part in PARTS {
        if copy.join(part.file).exists() {
            println!("\n━━ {}", part.heading.trim_start_matches("## "));
            delete(checkout, &part, &copy, &document)?;
        }
    }
    Ok(())
}

fn delete(checkout: &Checkout, part: &Part, copy: &Path, document: &str) -> Done {
    let commands = commands(document, part.heading)
        .ok_or_else(|| format!("ARCHITECTURE.md: no commands below {:?}", part.heading))?;
    run(checkout.command("bash").args(["-euc", &commands]).current_dir(copy))?;
    for folder in part.folders {
        no_trace(&copy.join(folder), part.traces)?;
    }
    // Shares the build of the checkout.
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| checkout.root.join("target"), PathBuf::from);
    let cargo = || {
        let mut command = checkout.command("cargo");
        command.current_dir(copy).env("CARGO_TARGET_DIR", &target);
        command
    };
    run(cargo().args(CLIPPY))?;
    run_tests(&mut cargo(), TESTS)?;
    run(checkout
        .command(checkout.npm_program("tsc"))
        .args(["--noEmit", "--project"])
        .arg(copy.join("end2end")))
}

/// Copies tracked and new files. Unchanged files stay, so that cargo need not rebuild them; files of an earlier copy
/// that no longer exist are removed.
fn copy_into(checkout: &Checkout, copy: &Path) -> Done {
    let listed =
        output(checkout.command("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))
            .ok_or("git ls-files failed: this must run in a git checkout")?;
    // A deleted file may still be in git's index.
    let files: HashSet<PathBuf> =
        listed.lines().map(PathBuf::from).filter(|file| checkout.root.join(file).is_file()).collect();
    let failed = |path: &Path, error| format!("cannot copy {}: {error}", path.display());
    for old in FOLDERS.iter().flat_map(|folder| files_in(&copy.join(folder))) {
        if old.strip_prefix(copy).is_ok_and(|file| !files.contains(file)) {
            fs::remove_file(&old).map_err(|error| failed(&old, error))?;
        }
    }
    for file in &files {
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

/// Returns all files in a folder and its subfolders; none if the folder is missing.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// Returns all command blocks below the heading, up to the next heading.
fn commands(document: &str, heading: &str) -> Option<String> {
    let (_, below) = document.split_once(&format!("\n{heading}\n"))?;
    let below = below.split_once("\n## ").map_or(below, |(below, _)| below);
    let blocks = below.split("```sh\n").skip(1).filter_map(|block| Some(block.split_once("```")?.0));
    Some(blocks.collect::<String>()).filter(|commands| !commands.is_empty())
}

fn no_trace(folder: &Path, traces: &[&str]) -> Done {
    for path in files_in(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let text = fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let text = String::from_utf8_lossy(&text).to_lowercase();
        if let Some(trace) = traces.iter().find(|trace| name.contains(**trace) || text.contains(**trace)) {
            return Err(format!("{} still speaks of {trace}", path.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn the_commands_are_those_of_all_blocks_below_the_heading() {
        let document =
            "```sh\nno\n```\n## Delete it\n\n```sh\nrm a\n```\n\n```rust\nno\n```\n\n```sh\nrm b\n```\n
## From\n\n```sh\nno\n```\n";
        assert_eq!(commands(document, "## Delete it").as_deref(), Some("rm a\nrm b\n"));
        assert_eq!(commands("```sh\nrm a\n```\n", "## Delete it"), None);
    }
}
