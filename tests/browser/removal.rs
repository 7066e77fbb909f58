//! What a text says about a removal, with and without what is optional.

/// Settings, and whether users can have linked providers and access tokens with them.
pub const SETTINGS: [(&[(&str, &str)], bool); 2] =
    [(&[], true), (&[("API", "false"), ("OIDC_PROVIDERS", "")], false)];

/// The text of a page or an email on one line.
pub fn words(page: &str) -> String {
    let texts = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks that the text names linked providers and access tokens only if users can have them.
pub fn assert_names_both(text: &str, has_both: bool) {
    for name in ["linked providers", "access tokens"] {
        assert_eq!(text.to_lowercase().contains(name), has_both, "{name}: {text}");
    }
}
