//! What there can be several of in the session data: each stands under a key of its own, so that requests that come
//! together do not overwrite one another's. The keys sort by the time they were made.

use super::Data;
use super::{CHALLENGE, FLASH, FORM, LOG_IN_MAIL, NEW_CODES};
use crate::id::Id;
use serde_json::Value;

/// How many of each there are at most: more than these, nobody reads, and a stranger could fill the table with them.
const LISTS: [(&str, usize); 5] = [(FLASH, 5), (FORM, 3), (NEW_CODES, 3), (CHALLENGE, 5), (LOG_IN_MAIL, 1)];

/// A new key in a list, behind all that are there.
pub(super) fn new_key(list: &str) -> String {
    format!("{list}.{}", Id::new())
}

/// Whether this is a key in the list.
pub(super) fn is_in(list: &str, key: &str) -> bool {
    key.strip_prefix(list).is_some_and(|rest| rest.starts_with('.'))
}

/// Whether it waits for the next page, whichever that is.
pub(super) fn is_waiting(key: &str) -> bool {
    is_in(FLASH, key) || is_in(FORM, key)
}

/// Whether it is shown once and then gone.
pub(super) fn is_shown_once(key: &str) -> bool {
    is_waiting(key) || is_in(NEW_CODES, key)
}

/// What the list holds, the oldest first.
pub(super) fn list(data: &Data, list: &str) -> Vec<(String, Value)> {
    let mut found: Vec<_> = data
        .iter()
        .filter(|(key, _)| is_in(list, key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

/// Removes what is there twice or too many. Of the same message the first one stays, of the same form the last one.
pub(super) fn tidy(data: &mut Data) {
    for (name, most) in LISTS {
        data.remove(name); // an earlier build had one value for the whole list
        let mut all = list(data, name);
        let is_repeated = |at: usize| match name {
            FLASH => all[..at].iter().any(|(_, value)| *value == all[at].1),
            FORM => all[at + 1..].iter().any(|(_, value)| value.get(0) == all[at].1.get(0)),
            _ => false,
        };
        let repeated: Vec<bool> = (0..all.len()).map(is_repeated).collect();
        let mut repeated = repeated.into_iter();
        all.retain(|(key, _)| {
            let is_repeated = repeated.next().unwrap_or_default();
            if is_repeated {
                data.remove(key);
            }
            !is_repeated
        });
        for (key, _) in &all[..all.len().saturating_sub(most)] {
            data.remove(key);
        }
    }
}
