//! Field errors: what is wrong with typed values.

use crate::direction::{balanced, is_override};
use std::fmt;

/// Messages for users, each with its field (or setting), in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(Vec<(&'static str, String)>);

impl FieldErrors {
    pub const NONE: Self = Self(Vec::new());

    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        let mut mistakes = Self::default();
        mistakes.add(field, message);
        mistakes
    }

    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    /// Returns the value, or adds the error to `field`.
    pub fn check<T>(&mut self, field: &'static str, checked: Result<T, String>) -> Option<T> {
        checked.map_err(|message| self.add(field, message)).ok()
    }

    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn has(&self, field: &str) -> bool {
        self.iter().any(|(name, _)| name == field)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(field, message)| (*field, message.as_str()))
    }
}

impl std::error::Error for FieldErrors {}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(field, message)| writeln!(f, "  {field}: {message}"))
    }
}

/// Returns one trimmed line of `1..=max` characters without control characters.
pub fn single_line(text: &str, max: usize) -> Result<String, String> {
    let text = text.trim();
    if text.chars().all(is_invisible) {
        return Err("Please fill this in.".into());
    }
    if text.chars().any(|c| c.is_control() || is_line_break(c) || is_override(c)) {
        return Err("Please use one line of plain text.".into());
    }
    at_most(&balanced(text), max)
}

/// Unicode's own separators of lines and paragraphs.
fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2069}'
        | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}')
        || c.is_whitespace()
}

/// At most `max` characters. Line breaks become line feeds.
pub fn multi_line(text: &str, max: usize) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("Please use plain text.".into());
    }
    at_most(&text, max)
}

fn at_most(text: &str, max: usize) -> Result<String, String> {
    match text.chars().count() {
        n if n > max => Err(format!("Please use at most {max} characters; this has {n}.")),
        _ => Ok(text.to_owned()),
    }
}
