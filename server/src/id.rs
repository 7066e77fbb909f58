//! The key of every table: a UUID v7 as text, which sorts by creation time.

use std::fmt;
use std::str::FromStr;

/// Text that does not parse as a key names no row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct Id(String);

impl Id {
    #[allow(clippy::new_without_default)] // a default that differs each time would be surprising
    pub fn new() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Id {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<uuid::Uuid>().map(|uuid| Self(uuid.to_string()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
