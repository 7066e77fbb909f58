//! The changes of the session data by one request: applied to what it has seen, and again to what is stored by then.

use super::Data;
use super::lists;
use serde_json::Value;
use tower_sessions::session::Id;

/// Selects keys and values.
pub(super) type Meant = fn(&str, &Value) -> bool;

/// One change of a request.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Sets this key to this value.
    Set(String, Value),
    /// Removes this key, unless another request has changed its value since.
    Remove(String, Value),
    /// Removes all selected values, also those that other requests have added meanwhile.
    Clear(Meant),
}

impl Change {
    pub(super) fn apply(&self, data: &mut Data) {
        match self {
            Self::Set(key, value) => drop(data.insert(key.clone(), value.clone())),
            Self::Remove(key, seen) if data.get(key) == Some(seen) => drop(data.remove(key)),
            Self::Remove(..) => {}
            Self::Clear(meant) => data.retain(|key, value| !meant(key, value)),
        }
    }
}

/// State of the session data in one request.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The data at the first read, with the changes since.
    pub seen: Option<Data>,
    /// Changes that are not written yet.
    pub changes: Vec<Change>,
    /// Values taken for display, in case the page fails.
    pub taken: Data,
    /// Values that this request left to be shown once.
    pub left: Data,
    /// Whether values were written or taken, so that the cookie may have to change.
    pub is_touched: bool,
}

/// A new id, and the data stored under it, if any.
pub(super) struct Replaced {
    pub id: Id,
    pub data: Option<Data>,
}

impl State {
    /// Returns the unwritten values of this request that are to be shown once.
    pub(super) fn shown_later(&self) -> Data {
        let set = self.changes.iter().filter_map(|change| match change {
            Change::Set(key, value) if lists::is_shown_once(key) => Some((key.clone(), value.clone())),
            _ => None,
        });
        set.collect()
    }

    /// Sets the data after the changes were written.
    pub(super) fn wrote(&mut self, data: Data) {
        self.left.extend(self.shown_later());
        self.changes.clear();
        self.seen = Some(data);
        self.is_touched = true;
    }
}
