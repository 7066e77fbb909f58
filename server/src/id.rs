//! The key of every table: a uuid v7 as text, which sorts by the time it was made.

use std::fmt;
use std::str::FromStr;

/// The public key of one row. Whatever does not parse as one names no row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::Type, serde::Serialize, serde::Deserialize)]
#[sqlx(transparent)]
pub struct Id(String);

impl Id {
    /// A new key, later than all made before it.
    #[allow(clippy::new_without_default)] // a default that differs each time would surprise
    pub fn new() -> Self {
        Self(uuid::Uuid::now_v7().to_string())
    }

    /// The key as it stands in the row.
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
