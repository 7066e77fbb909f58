//! PostgreSQL for the tests: whether there is one, and what becomes of tests without it.

use crate::checkout::Checkout;
use crate::doctor::Finding;
use crate::tools::{answers, is_ci};
use crate::{Done, debian};
use std::env;
use std::net::SocketAddr;

/// Where the tests find one; none if they do not.
fn place() -> Option<&'static str> {
    if env::var_os("TEST_DATABASE_URL").is_some() {
        return Some("the tests use TEST_DATABASE_URL");
    }
    answers(SocketAddr::from(([127, 0, 0, 1], 5432))).then_some("127.0.0.1:5432")
}

/// What `doctor` says of it.
pub fn finding(_checkout: &Checkout) -> Finding {
    let how =
        || format!("without it the tests run on SQLite only: {}", debian::install_line(&["postgresql"]));
    place().map_or_else(|| Finding::Optional(how()), |place| Finding::Good(place.into()))
}

/// Says aloud that it is missing; in CI that is a failure.
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
