//! An id that was replaced keeps a row for a while that says so, and nothing else: docs/decisions/0020.

use super::Data;
use super::REPLACED;
use crate::clock::is_within;
use std::time::Duration;

/// How long it is known that an id was replaced. A request that was on its way then comes much sooner.
pub(super) const REPLACED_LASTS: Duration = Duration::from_secs(120);

/// What stands in the row of an id that was replaced: when, how often it was used since, and the id after it.
#[derive(Clone, Debug)]
pub(super) struct Marker {
    pub at: i64,
    pub hits: i64,
    pub next: String,
}

/// What a row holds.
#[derive(Debug)]
pub(super) enum Row {
    /// The data of a browser. A row that is missing or out of time is an empty one.
    Current(Data),
    /// The browser has another id now.
    Replaced(Marker),
}

impl Row {
    /// What a row with this data holds at this moment.
    pub(super) fn of(data: Data, now: i64) -> Self {
        match Marker::of(&data) {
            Some(marker) if is_within(now, marker.at, REPLACED_LASTS) => Self::Replaced(marker),
            Some(_) => Self::Current(Data::default()),
            None => Self::Current(data),
        }
    }
}

impl Marker {
    fn of(data: &Data) -> Option<Self> {
        let (at, hits, next) = serde_json::from_value(data.get(REPLACED)?.clone()).ok()?;
        Some(Self { at, hits, next })
    }

    /// As it stands in the row.
    pub(super) fn data(&self) -> Data {
        Data::from([(REPLACED.to_owned(), serde_json::json!([self.at, self.hits, self.next]))])
    }
}
