//! Names in the environment that are probably misspelt settings.

use std::collections::BTreeSet;

/// Settings that nothing reads, but whose names are close to a known one.
pub(super) fn misspelt(set: impl Iterator<Item = String>, known: &BTreeSet<String>) -> Vec<String> {
    let close = |name: &String| {
        let is_close = |one: &&String| one.contains('_') && strsim::damerau_levenshtein(name, one) <= 2;
        let known = known.iter().find(is_close).filter(|_| !known.contains(name))?;
        Some(format!("{name} is no setting and is ignored: did you mean {known}?"))
    };
    set.filter_map(|name| close(&name)).collect()
}
