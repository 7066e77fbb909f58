//! Lists in the session data. Each entry has its own key, so that parallel requests do not overwrite each other.

use super::Data;
use super::{CHALLENGE, FLASH, FORM, LOG_IN_EMAIL, NEW_CODES, NEW_TOKEN};
use serde_json::Value;
use uuid::Uuid;

/// Maximum number of entries: any client could fill the table.
const LISTS: &[(&str, usize)] =
    &[(FLASH, 5), (FORM, 3), (NEW_CODES, 3), (NEW_TOKEN, 3), (CHALLENGE, 12), (LOG_IN_EMAIL, 1)];

/// Keys sort by creation time.
pub(super) fn new_key(list: &str) -> String {
    format!("{list}.{}", Uuid::now_v7())
}

pub(super) fn is_in(list: &str, key: &str) -> bool {
    key.strip_prefix(list).is_some_and(|rest| rest.starts_with('.'))
}

pub(super) fn is_pending(key: &str) -> bool {
    is_in(FLASH, key) || is_in(FORM, key)
}

pub(super) fn is_shown_once(key: &str) -> bool {
    is_pending(key) || is_secret(key)
}

pub(super) fn is_secret(key: &str) -> bool {
    [NEW_CODES, NEW_TOKEN].iter().any(|list| is_in(list, key))
}

pub(super) fn list(data: &Data, list: &str) -> Vec<(String, Value)> {
    let mut found: Vec<_> = data
        .iter()
        .filter(|(key, _)| is_in(list, key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

/// Adds these values, but replaces none.
pub(super) fn restore(data: &mut Data, values: &Data) {
    for (key, value) in values {
        data.entry(key.clone()).or_insert_with(|| value.clone());
    }
    tidy(data);
}

/// The first of equal messages stays, and the last of equal forms.
pub(super) fn tidy(data: &mut Data) {
    for &(name, most) in LISTS {
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
