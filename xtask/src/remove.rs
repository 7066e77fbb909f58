//! `cargo xtask remove PART`: runs the commands of the guide that remove a part of the product.

use crate::command::{Done, command, output, run, words};
use std::fs;
use std::path::Path;

const GUIDE: &str = "docs/guides/remove-a-feature.md";
/// A copy of the last commit, for showing what would change.
const COPY: &str = "target/remove";

/// Name, heading in the guide, and a file that belongs to the part alone.
const PARTS: [(&str, &str, &str); 3] = [
    ("example", "## The example", "server/src/notes.rs"),
    ("admin", "## The admin area", "app/src/pages/admin.rs"),
    ("postgres", "## PostgreSQL", "migrations/postgres"),
];

/// Shows what the commands change in a copy of the last commit, then runs them here unless `is_dry_run`.
pub fn run_guide(part: &str, is_dry_run: bool) -> Done {
    let chosen = PARTS.into_iter().find(|(name, ..)| *name == part);
    let (_, heading, file) = chosen.ok_or("the parts are example, admin and postgres")?;
    if !Path::new(file).exists() {
        println!("{part} is removed already");
        return Ok(());
    }
    let guide = fs::read_to_string(GUIDE).map_err(|error| format!("{GUIDE}: {error}"))?;
    let commands = commands(&guide, heading).ok_or_else(|| format!("{GUIDE} lacks {heading}"))?;
    let changes = output(&mut words("git status --porcelain")).ok_or("this is no git repository")?;
    if !is_dry_run && !changes.is_empty() {
        return Err(format!("commit or stash these first, so that you can undo the removal:\n{changes}"));
    }
    preview(&commands)?;
    if is_dry_run {
        println!("nothing is changed: this was the last commit in a copy");
        return Ok(());
    }
    execute(&commands, ".")?;
    println!("✓ {part} is removed. Next: cargo xtask test. To undo: git reset --hard");
    Ok(())
}

fn preview(commands: &str) -> Done {
    let remove_copy = || output(words("git worktree remove --force").arg(COPY));
    // An interrupted run leaves it.
    let _removed = remove_copy();
    run(words("git worktree add --quiet --force --detach").arg(COPY))?;
    let done = execute(commands, COPY)
        .and_then(|()| run(words("git add --all").current_dir(COPY)))
        .and_then(|()| run(words("git --no-pager diff --cached --stat").current_dir(COPY)));
    let _removed = remove_copy();
    done
}

/// Formats the rest, and removes unused packages from `Cargo.lock`.
fn execute(commands: &str, folder: &str) -> Done {
    let all = format!("{commands}\ncargo fmt --all\ncargo metadata --format-version=1 >/dev/null");
    run(command("bash").args(["-euc", &all]).current_dir(folder))
}

/// Returns the command blocks below the heading, up to the next heading.
fn commands(guide: &str, heading: &str) -> Option<String> {
    let (_, below) = guide.split_once(&format!("\n{heading}\n"))?;
    let below = below.split("\n## ").next()?;
    let blocks = below.split("```sh\n").skip(1).filter_map(|block| block.split("```").next());
    Some(blocks.collect::<String>()).filter(|commands| !commands.is_empty())
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn the_commands_are_those_of_all_blocks_below_the_heading() {
        let guide = "```sh\nno\n```\n## It\n\n```sh\nrm a\n```\n\n```rust\nno\n```\n\n```sh\nrm b\n```\n
## Other\n\n```sh\nno\n```\n";
        assert_eq!(commands(guide, "## It").as_deref(), Some("rm a\nrm b\n"));
        assert_eq!(commands("```sh\nrm a\n```\n", "## It"), None);
    }
}
