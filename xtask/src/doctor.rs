//! `cargo xtask doctor`: checks every tool, and prints what to do about problems. Changes nothing.

use crate::command::{Done, pinned};
use crate::postgres;
use crate::tools::{Need, TOOLS};
use std::fs;

pub fn run() -> Done {
    let mut is_good = true;
    let mut print = |is_required: bool, name: &str, finding: Result<String, String>| match finding {
        Ok(found) => println!("✓ {name:<15} {found}"),
        Err(fix) => {
            println!("{} {name:<15} {fix}", if is_required { '✗' } else { '–' });
            is_good &= !is_required;
        }
    };
    for (name, need, purpose, found, _) in TOOLS {
        let command = if *need > Need::Tests { "bench" } else { "setup" };
        print(*need <= Need::Tests, name, found().ok_or(format!("{purpose}: cargo xtask {command}")));
    }
    print(false, "PostgreSQL", postgres::place().ok_or("without it the tests run on SQLite only".into()));
    print(true, "template", template());
    if is_good { Ok(()) } else { Err("fix what has a ✗".into()) }
}

/// The template's version that the project was made from, and later entries of SECURITY.md.
fn template() -> Result<String, String> {
    let version = pinned("template")?;
    let entries = fs::read_to_string("SECURITY.md").unwrap_or_default();
    match newer(&entries, &version).as_slice() {
        [] => Ok(format!("{version}, and SECURITY.md has no newer entry")),
        newer => Err(format!("SECURITY.md: {}; then raise `template` in Cargo.toml", newer.join("; "))),
    }
}

/// Returns the headings `### 0.2.1: what` of newer versions.
fn newer<'a>(entries: &'a str, version: &str) -> Vec<&'a str> {
    let numbers = |text: &str| -> Vec<u32> {
        let version = text.split(':').next().unwrap_or_default();
        version.split('.').map_while(|number| number.parse().ok()).collect()
    };
    let headings = entries.lines().filter_map(|line| line.strip_prefix("### "));
    headings.filter(|heading| numbers(heading) > numbers(version)).collect()
}

#[cfg(test)]
mod tests {
    use super::newer;

    #[test]
    fn entries_of_later_versions_are_newer() {
        let entries = "# Security\n\n### 0.10.0: a third\n\n### 0.2.1: a second\ntext\n### 0.2.0: a first\n";
        assert_eq!(newer(entries, "0.2.0"), ["0.10.0: a third", "0.2.1: a second"]);
        assert!(newer(entries, "0.10.0").is_empty() && newer("", "0.1.0").is_empty());
    }
}
