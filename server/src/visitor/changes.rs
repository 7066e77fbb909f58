//! The changes of a request to the session data: applied to its own copy at once, and to the locked row when the request
//! ends.

use super::Data;
use super::lists;
use serde_json::Value;

pub(super) type Predicate = fn(&str, &Value) -> bool;

#[derive(Clone, Debug)]
pub(super) enum Change {
    Set(String, Value),
    /// Does nothing if another request has changed the value.
    Remove(String, Value),
    /// Includes values that other requests have added since.
    Clear(Predicate),
}

impl Change {
    pub(super) fn apply(&self, data: &mut Data) {
        match self {
            Self::Set(key, value) => drop(data.insert(key.clone(), value.clone())),
            Self::Remove(key, seen) if data.get(key) == Some(seen) => drop(data.remove(key)),
            Self::Remove(..) => {}
            Self::Clear(matches) => data.retain(|key, value| !matches(key, value)),
        }
    }
}

/// Returns the data after these changes, within the limits of its lists.
pub(super) fn changed(mut data: Data, changes: &[Change]) -> Data {
    changes.iter().for_each(|change| change.apply(&mut data));
    lists::tidy(&mut data);
    data
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub seen: Option<Data>,
    pub changes: Vec<Change>,
    /// Restored if the page fails.
    pub taken: Data,
    /// Values that are shown once, as this request stored them.
    pub one_time_values: Data,
    pub is_touched: bool,
}

impl State {
    pub(super) fn new_one_time_values(&self) -> Data {
        let set = self.changes.iter().filter_map(|change| match change {
            Change::Set(key, value) if lists::is_shown_once(key) => Some((key.clone(), value.clone())),
            _ => None,
        });
        set.collect()
    }

    pub(super) fn wrote(&mut self, data: Data) {
        self.one_time_values.extend(self.new_one_time_values());
        self.changes.clear();
        self.seen = Some(data);
        self.is_touched = true;
    }
}
