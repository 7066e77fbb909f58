//! Installs packages of Debian and Ubuntu if that is allowed, otherwise returns the command for it.

use crate::Done;
use crate::checkout::Checkout;
use crate::tools::{announce, find, output, run};
use std::process::{Command, Stdio};

/// Installs packages; without apt-get or permission, returns an error with the command.
pub fn install(checkout: &Checkout, packages: &[&str], why: &str) -> Done {
    let line = install_line(packages);
    if find("apt-get").is_none() {
        return Err(format!(
            "{why}; this machine has no apt-get, so install it another way: {}",
            packages.join(", ")
        ));
    }
    if !is_root() && !has_sudo() {
        return Err(format!(
            "{why}; installing it needs root. Type this, then the same command again:\n  {line}"
        ));
    }
    announce(&format!("apt-get install {}: {why} (1 to 3 minutes)", packages.join(" ")));
    // Outdated package lists may still work.
    let _refreshed = run(apt(checkout).args(["update", "--quiet=2"]));
    run(apt(checkout).args(["install", "--yes", "--quiet=2", "--no-install-recommends"]).args(packages))
        .map_err(|error| format!("{error}\n  to see why: {line}"))
}

/// The command that installs the packages.
pub fn install_line(packages: &[&str]) -> String {
    let sudo = if is_root() { "" } else { "sudo " };
    format!("{sudo}apt-get install {}", packages.join(" "))
}

/// Returns a command that runs as root, through sudo for other users.
pub fn as_root(checkout: &Checkout, program: &str) -> Command {
    if is_root() {
        return checkout.command(program);
    }
    let mut command = checkout.command("sudo");
    command.args(["-n", program]);
    command
}

fn apt(checkout: &Checkout) -> Command {
    let mut command = as_root(checkout, "env");
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).stdin(Stdio::null());
    command
}

/// Whether the user is root.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

fn has_sudo() -> bool {
    output(Command::new("sudo").args(["-n", "true"])).is_some()
}
