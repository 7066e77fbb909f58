//! What one request changes of the session data: applied to what it has seen, and again to what is stored by then.

use super::Data;
use super::lists;
use serde_json::Value;
use tower_sessions::session::Id;

/// Selection keys and values are meant.
pub(super) type Meant = fn(&str, &Value) -> bool;

/// One change that a request makes.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// This key gets this value.
    Set(String, Value),
    /// This key goes, if another request has not given it another value since.
    Remove(String, Value),
    /// All that are meant go, also what other requests have put there meanwhile.
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

/// What one request knows of the session data and does to it.
#[derive(Debug, Default)]
pub(super) struct State {
    /// What was there when it was first asked for, with the changes since.
    pub seen: Option<Data>,
    /// What is not written yet.
    pub changes: Vec<Change>,
    /// What was taken to be shown, in case it cannot be.
    pub taken: Data,
    /// What this request left to be shown once.
    pub left: Data,
    /// Whether anything was written or taken, so that the browser's cookie may have to say something else.
    pub is_touched: bool,
}

/// A new id, and what is stored under it, if anything is.
pub(super) struct Replaced {
    pub id: Id,
    pub data: Option<Data>,
}

impl State {
    /// What this request is about to leave to be shown once.
    pub(super) fn shown_later(&self) -> Data {
        let set = self.changes.iter().filter_map(|change| match change {
            Change::Set(key, value) if lists::is_shown_once(key) => Some((key.clone(), value.clone())),
            _ => None,
        });
        set.collect()
    }

    /// What is there once the changes are written.
    pub(super) fn wrote(&mut self, data: Data) {
        self.left.extend(self.shown_later());
        self.changes.clear();
        self.seen = Some(data);
        self.is_touched = true;
    }
}
