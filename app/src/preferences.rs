//! What a browser prefers: theme and time zone. Both are cookies that scripts may read: they are no secret, and prove
//! nothing.

use crate::brand;
use axum::http::{HeaderMap, header};
use jiff::tz::TimeZone;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system.
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

    /// Of the attribute `data-theme`.
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
    /// Name of the browser's time zone, not checked.
    pub time_zone: String,
}

impl Preferences {
    pub fn of(headers: &HeaderMap) -> Self {
        let theme = cookie(headers, brand::THEME_COOKIE).and_then(Theme::parse).unwrap_or_default();
        let time_zone = cookie(headers, brand::TIME_ZONE_COOKIE).unwrap_or_default().to_owned();
        Self { theme, time_zone }
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
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
