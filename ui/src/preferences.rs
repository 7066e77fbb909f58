//! Theme, time zone and language of a browser, from unsigned cookies. A script sets the last two.

use crate::brand;
use crate::plain_cookie::read;
use axum::http::{HeaderMap, header};
use jiff::tz::TimeZone;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The theme of the operating system.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];

    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Value of the attribute `data-theme`.
    pub fn attribute(self) -> Option<&'static str> {
        (self != Self::System).then_some(self.name())
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Preferences {
    pub theme: Theme,
    /// Name of the browser's time zone, which may not exist.
    pub time_zone: String,
    /// A language tag, like `de-AT`.
    pub language: String,
}

const ENGLISH: &str = "en";

impl Preferences {
    pub fn of(headers: &HeaderMap) -> Self {
        let theme = read(headers, brand::THEME_COOKIE).and_then(|name| Theme::parse(&name));
        let (theme, time_zone) =
            (theme.unwrap_or_default(), read(headers, brand::TIME_ZONE_COOKIE).unwrap_or_default());
        Self { theme, time_zone, language: language(headers) }
    }
}

/// Returns the language that the browser's script stored, else that of `Accept-Language`.
fn language(headers: &HeaderMap) -> String {
    let accepted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepted = accepted.split(',').filter_map(|one| one.split(';').next()).map(str::trim);
    let is_tag = |tag: &&str| {
        (2..=35).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let own = read(headers, brand::LANGUAGE_COOKIE);
    let mut wanted = own.as_deref().into_iter().chain(accepted);
    wanted.find(is_tag).unwrap_or(ENGLISH).to_owned()
}

/// Returns `None` for an unknown name.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "/_-+".contains(c);
    let is_name = !name.is_empty() && name.len() <= 64 && name.chars().all(is_allowed);
    if is_name { TimeZone::get(name).ok() } else { None }
}

/// The zones that a user can choose.
pub fn time_zones() -> Vec<String> {
    let is_place = |name: &String| {
        [
            "Africa/",
            "America/",
            "Antarctica/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ]
        .iter()
        .any(|region| name.starts_with(region))
    };
    let mut names: Vec<String> =
        jiff::tz::db().available().map(|name| name.to_string()).filter(is_place).collect();
    names.push("UTC".into());
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::{Preferences, brand};
    use axum::http::{HeaderMap, HeaderName, header};

    fn language(headers: &[(HeaderName, &str)]) -> String {
        let headers: HeaderMap =
            headers.iter().filter_map(|(name, value)| Some((name.clone(), value.parse().ok()?))).collect();
        Preferences::of(&headers).language
    }

    #[test]
    fn the_language_is_that_of_the_browsers_script_or_of_its_header_or_english() {
        let cookie = format!("a=b; {}=de-AT", brand::LANGUAGE_COOKIE);
        let accepted = |value| (header::ACCEPT_LANGUAGE, value);
        assert_eq!(language(&[(header::COOKIE, &cookie), accepted("fr-CH")]), "de-AT");
        assert_eq!(language(&[accepted("fr-CH;q=0.9, en")]), "fr-CH");
        assert_eq!(language(&[]), "en");
        let forged = format!("{}=\"><b>", brand::LANGUAGE_COOKIE);
        assert_eq!(language(&[(header::COOKIE, &forged), accepted("fr-CH")]), "fr-CH");
        assert_eq!(language(&[accepted("*")]), "en");
    }
}
