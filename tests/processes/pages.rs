//! What a user reads on a page: fields of forms, and email addresses.

use std::collections::BTreeSet;

/// The value of a page's first field of this name.
pub fn field(page: &str, name: &str) -> Option<String> {
    let named = format!("name=\"{name}\"");
    let tags = page.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let tag = tags.into_iter().find(|tag| tag.contains(&named))?;
    Some(tag.split_once("value=\"")?.1.split('"').next()?.to_owned())
}

/// In the footer of every page.
const CONTACT: &str = "hello@example.com";

/// The email addresses on a page. All test users are at example.com.
pub fn people(page: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "@.-_".contains(c);
    let is_user = |word: &&str| word.ends_with("@example.com") && *word != CONTACT;
    let words = page.split(|c| !is_part(c)).filter(is_user);
    words.map(str::to_owned).collect()
}
