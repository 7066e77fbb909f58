//! PostgreSQL for the tests: finds it, and warns or fails without it.

use crate::command::{Done, is_ci, reaches};
use std::env;

/// Returns where the tests find PostgreSQL, or `None`.
pub fn place() -> Option<String> {
    const LOCAL: &str = "127.0.0.1:5432";
    let is_set = env::var_os("TEST_DATABASE_URL").map(|_| "at TEST_DATABASE_URL".into());
    is_set.or_else(|| reaches(LOCAL).then(|| LOCAL.into()))
}

/// Warns if PostgreSQL is missing; fails in CI.
pub fn check() -> Done {
    if place().is_some() {
        return Ok(());
    }
    println!(
        "!!! Without PostgreSQL (127.0.0.1:5432, TEST_DATABASE_URL) the tests run on SQLite ONLY. CI refuses that."
    );
    if is_ci() { Err("PostgreSQL is missing".into()) } else { Ok(()) }
}
