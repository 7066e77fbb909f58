//! Messages for the next page that a person sees: shown once, in order, whoever they are.

use super::lists::{is_in, list, new_key};
use super::{FLASH, Visitor};
use crate::error::Error;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// How a message sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// It worked.
    Success,
    /// Something to look at.
    Warning,
    /// It did not work.
    Error,
}

const LEVELS: [(Level, &str); 4] = [
    (Level::Info, "info"),
    (Level::Success, "success"),
    (Level::Warning, "warning"),
    (Level::Error, "error"),
];

impl Level {
    /// The level's name, as the session data and the stylesheet have it.
    pub fn name(self) -> &'static str {
        LEVELS.iter().find(|(level, _)| *level == self).map_or("info", |(_, name)| name)
    }

    fn from_name(name: &str) -> Self {
        LEVELS.iter().find(|(_, known)| *known == name).map_or(Self::Info, |(level, _)| *level)
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// How it sounds.
    pub level: Level,
    /// What it says: plain text, escaped where it is shown.
    pub text: String,
}

impl Visitor {
    /// Leaves a message for the next page. One that waits already is not said twice; of many, the last few stay.
    pub async fn flash(&self, level: Level, text: impl Into<String>) -> Result<(), Error> {
        self.session_data.insert(new_key(FLASH), json!([level.name(), text.into()])).await;
        Ok(())
    }

    /// The messages that wait for this page; they will not come again, unless the page is not shown. None for a page
    /// fetched ahead, which nobody may ever see.
    pub async fn take_flashes(&self) -> Result<Vec<Flash>, Error> {
        let is_flash = |key: &str, _: &Value| is_in(FLASH, key);
        // Looked at before they are taken, which locks and writes.
        if !self.may_take().await? || self.session_data.seen(|data| list(data, FLASH).is_empty()).await? {
            return Ok(Vec::new());
        }
        let taken =
            self.take_to_show(is_flash).await?.into_iter().map(serde_json::from_value::<(String, String)>);
        Ok(taken.flatten().map(|(level, text)| Flash { level: Level::from_name(&level), text }).collect())
    }

    /// Takes what a page shows beside its own. While nothing can be written, as when the disk is full, the page is shown
    /// without, and what waits stays.
    pub(super) async fn take_to_show(
        &self,
        wants: impl Fn(&str, &Value) -> bool,
    ) -> Result<Vec<Value>, Error> {
        match self.session_data.take(wants).await {
            Err(error) if error.is_temporary() => {
                tracing::warn!(%error, "what waits for this page could not be taken");
                Ok(Vec::new())
            }
            taken => taken,
        }
    }

    /// Whether this page is somebody's to see, and anything may wait for it.
    pub(super) async fn may_take(&self) -> Result<bool, Error> {
        // Who is logged in asks the database anyway. A mark in the cookie could be lost to another answer on its way.
        let waits = self.login().await?.map(|_| self.waits.load(Ordering::Relaxed));
        Ok(self.arrival.is_activity && waits.unwrap_or(self.arrival.has_pending))
    }
}
