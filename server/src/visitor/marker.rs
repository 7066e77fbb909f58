//! For two minutes the row of a replaced session id contains a marker with the next id, so that late requests are
//! recognised: docs/decisions/0020.

use super::Data;
use super::REPLACED;
use crate::clock::is_within;
use std::time::Duration;

/// A request that was in flight arrives much sooner.
pub(super) const REPLACED_LIFETIME: Duration = Duration::from_secs(120);

/// Time, number of uses since, and the next id.
#[derive(Clone, Debug)]
pub(super) struct Marker {
    pub at: i64,
    pub hits: i64,
    pub next: String,
}

#[derive(Debug)]
pub(super) enum Row {
    /// Empty if the row is missing or expired.
    Current(Data),
    Replaced(Marker),
}

impl Row {
    pub(super) fn of(data: Data, now: i64) -> Self {
        match Marker::of(&data) {
            Some(marker) if is_within(now, marker.at, REPLACED_LIFETIME) => Self::Replaced(marker),
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

    pub(super) fn data(&self) -> Data {
        Data::from([(REPLACED.to_owned(), serde_json::json!([self.at, self.hits, self.next]))])
    }
}
