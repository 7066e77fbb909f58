//! PostgreSQL for the tests: finds it, and warns or fails without it.

use crate::checkout::Checkout;
use crate::doctor::Finding;
use crate::tools::{answers, is_ci};
use crate::{Done, debian};
use std::env;
use std::net::SocketAddr;

/// Returns where the tests find PostgreSQL, or `None`.
fn place() -> Option<&'static str> {
    if env::var_os("TEST_DATABASE_URL").is_some() {
        return Some("the tests use TEST_DATABASE_URL");
    }
    answers(SocketAddr::from(([127, 0, 0, 1], 5432))).then_some("127.0.0.1:5432")
}

/// The result for `doctor`.
pub fn finding(_checkout: &Checkout) -> Finding {
    let how =
        || format!("without it the tests run on SQLite only: {}", debian::install_line(&["postgresql"]));
    place().map_or_else(|| Finding::Optional(how()), |place| Finding::Good(place.into()))
}

/// Warns if PostgreSQL is missing; fails in CI.
pub fn must_be_there() -> Done {
    const WARNING: &str = "
  ┌─────────────────────────────────────────────────────────────────────────────┐
  │ PostgreSQL was not found at 127.0.0.1:5432, and TEST_DATABASE_URL is unset. │
  │ The tests run on SQLite ONLY. CI would not accept that.                     │
  │ TEST_DATABASE_URL=postgres://user:password@host/database says where it is.  │
  └─────────────────────────────────────────────────────────────────────────────┘
";
    if place().is_some() {
        return Ok(());
    }
    println!("{WARNING}");
    if is_ci() { Err("PostgreSQL is missing".into()) } else { Ok(()) }
}
