//! The template version of the project, and newer security entries in SECURITY.md.

use crate::checkout::Checkout;
use std::fs;

/// A version as three numbers; a part that is not a number is zero.
type Version = [u32; 3];

/// The template version and newer security entries.
pub struct Template {
    /// The version that the project was made from or updated to.
    pub version: String,
    /// Headings of newer entries.
    pub newer: Vec<String>,
}

/// Reads both; returns `None` if `Cargo.toml` does not name the template version.
pub fn template(checkout: &Checkout) -> Option<Template> {
    let version = checkout.template()?;
    let entries = fs::read_to_string(checkout.root.join("SECURITY.md")).unwrap_or_default();
    let newer = newer(&entries, &version);
    Some(Template { version, newer })
}

/// Returns the headings `### 0.2.1: what` of newer versions.
fn newer(entries: &str, version: &str) -> Vec<String> {
    let known = parsed(version);
    let headings = entries.lines().filter_map(|line| line.strip_prefix("### "));
    headings.filter(|heading| parsed(heading) > known).map(str::to_owned).collect()
}

fn parsed(text: &str) -> Version {
    let version = text.split([':', ' ']).next().unwrap_or_default();
    let mut numbers = version.split('.').map(|number| number.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::newer;

    const ENTRIES: &str =
        "# Security\n\n### 0.10.0: a third\n\n### 0.2.1: a second\ntext\n### 0.2.0: a first\n";

    #[test]
    fn entries_of_later_versions_are_newer() {
        assert_eq!(newer(ENTRIES, "0.2.0"), ["0.10.0: a third", "0.2.1: a second"]);
        assert_eq!(newer(ENTRIES, "0.2.1"), ["0.10.0: a third"]);
        assert!(newer(ENTRIES, "0.10.0").is_empty() && newer("", "0.1.0").is_empty());
    }
}
