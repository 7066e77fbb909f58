//! Reads the few needed lines of `Cargo.toml` and `Cargo.lock`: both have one setting per line, so a TOML parser is not
//! worth its build time.

/// Returns the text of `key = "text"` in `[section]`, without quotes.
pub fn setting(toml: &str, section: &str, key: &str) -> Option<String> {
    let heading = format!("[{section}]");
    toml.lines()
        .map(str::trim)
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('=').map(plain))
}

fn plain(value: &str) -> String {
    let value = value.trim();
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
        None => value.split('#').next().unwrap_or_default().trim().to_owned(),
    }
}

/// Returns those of `names` that a `Cargo.lock` has in more than one version, with the versions.
pub fn doubled(lock: &str, names: &[&str]) -> Vec<(String, Vec<String>)> {
    let versions_of = |name: &str| {
        let named = format!("name = \"{name}\"");
        let mut lines = lock.lines();
        let mut versions = Vec::new();
        while lines.by_ref().any(|line| line == named) {
            versions.extend(lines.next().and_then(|line| line.strip_prefix("version = ")).map(plain));
        }
        versions
    };
    names
        .iter()
        .map(|name| ((*name).to_owned(), versions_of(name)))
        .filter(|(_, versions)| versions.len() > 1)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{doubled, setting};

    const TOML: &str = r#"
[workspace.dependencies]
wasm-bindgen = "=0.2.130" # must equal the command's version

[package]
name = "acme"
publish = false # ours

[package.metadata.leptos]
name = "other"
site-addr = "127.0.0.1:3000"
"#;

    #[test]
    fn a_setting_is_read_from_its_own_section() {
        assert_eq!(setting(TOML, "package", "name").as_deref(), Some("acme"));
        assert_eq!(setting(TOML, "package.metadata.leptos", "name").as_deref(), Some("other"));
    }

    #[test]
    fn comments_and_quotes_are_not_part_of_a_setting() {
        assert_eq!(setting(TOML, "workspace.dependencies", "wasm-bindgen").as_deref(), Some("=0.2.130"));
        assert_eq!(setting(TOML, "package", "publish").as_deref(), Some("false"));
    }

    #[test]
    fn a_setting_that_is_not_there_is_none() {
        assert_eq!(setting(TOML, "package", "site-addr"), None);
        assert_eq!(setting(TOML, "package", "nam"), None);
        assert_eq!(setting(TOML, "nowhere", "name"), None);
    }

    #[test]
    fn only_the_watched_crates_count_as_doubled() {
        let lock = "\
[[package]]\nname = \"http\"\nversion = \"0.2.12\"\n\n[[package]]\nname = \"http\"\nversion = \"1.4.0\"\n
[[package]]\nname = \"axum\"\nversion = \"0.8.9\"\n\n[[package]]\nname = \"syn\"\nversion = \"1.0.0\"\n
[[package]]\nname = \"syn\"\nversion = \"2.0.0\"\n";
        let found = doubled(lock, &["axum", "http", "leptos"]);
        assert_eq!(found, [("http".to_owned(), vec!["0.2.12".to_owned(), "1.4.0".to_owned()])]);
    }
}
