//! Messages for the next page that a person sees: shown once, in order, whoever they are.

use super::{FLASH, Visitor};
use crate::error::Error;

/// How many messages wait at most: more, nobody reads, and a stranger could fill the table with them.
const MOST: usize = 5;

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
    /// The level's name, as the pad and the stylesheet have it.
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
        let mut waiting: Vec<(String, String)> = self.read(FLASH).await?.unwrap_or_default();
        let message = (level.name().to_owned(), text.into());
        // Eight tabs that a browser opens again at the log-in say the same thing once.
        if !waiting.contains(&message) {
            waiting.push(message);
            waiting.drain(..waiting.len().saturating_sub(MOST));
            self.pad.insert(FLASH, waiting).await?;
        }
        Ok(())
    }

    /// The messages that wait for this page; they will not come again. None for a page fetched ahead, which
    /// nobody may ever see.
    pub async fn take_flashes(&self) -> Result<Vec<Flash>, Error> {
        if !self.arrival.has_mail || !self.arrival.is_activity {
            return Ok(Vec::new());
        }
        // Looked at before it is removed: removing nothing would write the pad for nothing.
        let Some(waiting) = self.read::<Vec<(String, String)>>(FLASH).await? else {
            return Ok(Vec::new());
        };
        self.pad.remove_value(FLASH).await?;
        Ok(waiting.into_iter().map(|(level, text)| Flash { level: Level::from_name(&level), text }).collect())
    }
}
