//! The colours of the themes for emails, the icon and the QR code, which the stylesheet does not reach.

use std::sync::LazyLock;

const CSS: &str = include_str!("../../style/colors.css");

/// Each is like `#0a58ca`.
#[derive(Clone, Copy)]
pub struct Colors {
    /// Behind the cards.
    pub page: &'static str,
    pub card: &'static str,
    pub border: &'static str,
    pub text: &'static str,
    pub primary: &'static str,
    /// Text on `primary`.
    pub on_primary: &'static str,
}

pub static LIGHT: LazyLock<Colors> = LazyLock::new(|| colors("light"));
pub static DARK: LazyLock<Colors> = LazyLock::new(|| colors("dark"));

fn colors(theme: &str) -> Colors {
    let color = |name| find(theme, name).unwrap_or("#808080");
    Colors {
        page: color("base-200"),
        card: color("base-100"),
        border: color("base-300"),
        text: color("base-content"),
        primary: color("primary"),
        on_primary: color("primary-content"),
    }
}

fn find(theme: &str, name: &str) -> Option<&'static str> {
    let (_, rules) = CSS.split_once(&format!("name: \"{theme}\";"))?;
    let (_, value) = rules.split_once(&format!("--color-{name}: "))?;
    value.split(';').next().filter(|value| value.starts_with('#') && value.len() == 7)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_stylesheet_has_each_colour_of_both_themes() {
        for name in ["base-100", "base-200", "base-300", "base-content", "primary", "primary-content"] {
            assert!(find("light", name).is_some() && find("dark", name).is_some(), "{name}");
        }
        assert_ne!(find("light", "primary"), find("dark", "primary"));
    }
}
