//! The git repository of a project that was just made from the template.

use crate::checkout::Checkout;
use crate::tools::{announce, output, run};

/// Makes the first commit of an empty repository, so that later changes are visible.
pub fn begin(checkout: &Checkout) {
    let git = |words: &[&str]| {
        let mut command = checkout.command("git");
        command.args(words);
        command
    };
    let is_ours = checkout.root.join(".git").exists();
    if !is_ours || output(&mut git(&["rev-parse", "--verify", "--quiet", "HEAD"])).is_some() {
        return;
    }
    announce("git commit: the first one, with everything as it is now");
    let done = run(&mut git(&["add", "--all"]))
        .and_then(|()| run(&mut git(&["commit", "--quiet", "--message", "Begin"])));
    if let Err(reason) = done {
        println!("  {reason}");
        println!("  Nothing is lost: commit when git knows who you are (git config --global user.email …).");
    }
}
