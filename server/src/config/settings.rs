//! Reads one setting after another, and collects what is wrong.

use crate::field_errors::FieldErrors;
use std::ops::RangeInclusive;
use std::time::Duration;

pub(super) struct Settings<Get> {
    pub(super) get: Get,
    pub(super) mistakes: FieldErrors,
}

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    pub(super) fn parse<T>(
        &mut self,
        name: &'static str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = (self.get)(name).filter(|text| !text.trim().is_empty());
        let parsed = parse(text.as_deref().unwrap_or(default).trim());
        self.mistakes.check(name, parsed)
    }
}

pub(super) fn on_or_off(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "set it to true or false".into())
}

pub(super) fn is_json(text: &str) -> Result<bool, String> {
    match text {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err("set it to json or text".into()),
    }
}

pub(super) fn duration(text: &str, seconds: u64, sane: RangeInclusive<u64>) -> Result<Duration, String> {
    match text.parse::<u64>() {
        Ok(count) if sane.contains(&count) => Ok(Duration::from_secs(count * seconds)),
        _ => Err(format!("set it to a whole number from {} to {}", sane.start(), sane.end())),
    }
}
