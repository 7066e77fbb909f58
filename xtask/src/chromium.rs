//! The browser for Playwright: its own, or else the machine's; downloaded if there is neither.

use crate::checkout::Checkout;
use crate::tools::{announce, find, output, run, run_within};
use crate::{Done, debian};
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// Setting for another browser than Playwright's own.
const SETTING: &str = "CHROMIUM_PATH";

/// The browser that the tests use.
pub enum Browser {
    /// The one that Playwright downloaded.
    Playwrights,
    /// Another one, at this path.
    Other(PathBuf),
}

/// Downloads a browser if there is none.
pub fn ready(checkout: &Checkout) -> Done {
    if browser(checkout).is_some() {
        return Ok(());
    }
    announce("installing Playwright's browser, for the tests (1 to 5 minutes)");
    let downloaded =
        run_within(Duration::from_secs(600), &mut playwright(checkout, &["install", "chromium"]));
    if downloaded.is_ok() && browser(checkout).is_some() {
        return libraries(checkout);
    }
    debian::install(
        checkout,
        &["chromium"],
        "a browser for the tests; Playwright's own could not be downloaded",
    )
}

/// Returns the browser that the tests use, if there is one.
pub fn browser(checkout: &Checkout) -> Option<Browser> {
    if let Some(path) = env::var_os(SETTING) {
        return Some(Browser::Other(path.into()));
    }
    if has_playwrights(checkout) {
        return Some(Browser::Playwrights);
    }
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .into_iter()
        .find_map(find)
        .map(Browser::Other)
}

fn has_playwrights(checkout: &Checkout) -> bool {
    let Some(plan) = output(&mut playwright(checkout, &["install", "--dry-run", "chromium"])) else {
        return false;
    };
    let mut folders = places(&plan).peekable();
    folders.peek().is_some() && folders.all(|folder| folder.join("INSTALLATION_COMPLETE").exists())
}

fn places(plan: &str) -> impl Iterator<Item = PathBuf> {
    plan.lines()
        .filter_map(|line| line.trim().strip_prefix("Install location:"))
        .map(|path| path.trim().into())
}

/// A downloaded browser needs system libraries; only root may install them.
fn libraries(checkout: &Checkout) -> Done {
    if !debian::is_root() || find("apt-get").is_none() {
        return Ok(());
    }
    run(&mut playwright(checkout, &["install-deps", "chromium"]))
}

fn playwright(checkout: &Checkout, words: &[&str]) -> Command {
    let mut command = checkout.command(checkout.npm_program("playwright"));
    command.args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::places;
    use std::path::PathBuf;

    #[test]
    fn the_places_of_a_plan_are_found() {
        let plan = "Chrome for Testing 1 (playwright chromium v2)\n  Install location:    /home/a b/chromium-2\n  \
                    Download url:        https://example.com/x.zip\n\nFFmpeg\n  Install location:    /x/ffmpeg-1\n";
        let found: Vec<PathBuf> = places(plan).collect();
        assert_eq!(found, [PathBuf::from("/home/a b/chromium-2"), PathBuf::from("/x/ffmpeg-1")]);
    }
}
