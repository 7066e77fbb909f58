//! Messages for the next page: shown once, in order, with or without a log-in.

use super::lists::{is_in, list, new_key};
use super::{FLASH, Visitor};
use crate::error::Error;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    Info,
    Success,
    Warning,
    Error,
}

const LEVELS: [(Level, &str); 4] = [
    (Level::Info, "info"),
    (Level::Success, "success"),
    (Level::Warning, "warning"),
    (Level::Error, "error"),
];

impl Level {
    pub fn name(self) -> &'static str {
        LEVELS.iter().find(|(level, _)| *level == self).map_or("info", |(_, name)| name)
    }

    fn from_name(name: &str) -> Self {
        LEVELS.iter().find(|(_, known)| *known == name).map_or(Self::Info, |(level, _)| *level)
    }
}

/// In characters.
const MAX_TEXT_LENGTH: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    pub level: Level,
    /// Plain text; escaped when it is shown.
    pub text: String,
}

impl Visitor {
    /// Drops duplicates, and the oldest of too many. Cuts a long text.
    pub async fn flash(&self, level: Level, text: impl Into<String>) -> Result<(), Error> {
        self.session_data.insert(new_key(FLASH), json!([level.name(), shortened(text.into())])).await;
        Ok(())
    }

    /// They return if the page fails. Returns none for a prefetched page, which the user may never see.
    pub async fn take_flashes(&self) -> Result<Vec<Flash>, Error> {
        let is_flash = |key: &str, _: &Value| is_in(FLASH, key);
        let flashes = self.take_log_in_message().into_iter();
        // Taking locks and writes, so this is checked first.
        if !self.may_take().await? || self.session_data.seen(|data| list(data, FLASH).is_empty()).await? {
            return Ok(flashes.collect());
        }
        let taken =
            self.take_to_show(is_flash).await?.into_iter().map(serde_json::from_value::<(String, String)>);
        let taken = taken.flatten().map(|(level, text)| Flash { level: Level::from_name(&level), text });
        Ok(flashes.chain(taken).collect())
    }

    /// If the database cannot be written to, the page is shown without the values, and they stay.
    pub(super) async fn take_to_show(
        &self,
        matches: impl Fn(&str, &Value) -> bool,
    ) -> Result<Vec<Value>, Error> {
        match self.session_data.take(matches).await {
            Err(error) if error.is_temporary() => {
                tracing::warn!(%error, "pending messages and forms could not be read; the page is shown without them");
                Ok(Vec::new())
            }
            taken => taken,
        }
    }

    pub(super) async fn may_take(&self) -> Result<bool, Error> {
        // A mark in the cookie could be overwritten by another response; a logged-in visitor reads the database anyway.
        let in_sql = self.login().await?.map(|_| self.login_has_pending.load(Ordering::Relaxed));
        let has_pending = in_sql.map(|in_sql| self.session_data.may_have_pending(in_sql));
        Ok(self.request.is_activity && has_pending.unwrap_or(self.request.has_pending))
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT_LENGTH) {
        Some(_) => text.chars().take(MAX_TEXT_LENGTH - 1).chain(['…']).collect(),
        None => text,
    }
}
