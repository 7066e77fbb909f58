//! What a user reads on a page: fields of forms, and email addresses.

use std::collections::BTreeSet;

/// The value of a page's first field of this name.
pub fn field(page: &str, name: &str) -> Option<String> {
    let named = format!("name=\"{name}\"");
    let tags = page.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let tag = tags.into_iter().find(|tag| tag.contains(&named))?;
    Some(tag.split_once("value=\"")?.1.split('"').next()?.to_owned())
}

/// The email addresses on a page. All test users are at example.com.
pub fn people(page: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "@.-_".contains(c);
    let words = page.split(|c| !is_part(c)).filter(|word| word.ends_with("@example.com"));
    words.map(str::to_owned).collect()
}
