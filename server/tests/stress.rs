//! Tests that load, time or disconnect the domain. They are a separate program and run one after another:
//! `cargo test --workspace --test stress -- --test-threads=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod copy_load;
mod copying;
mod in_flight;
mod large_lists;
mod migration_lock;
mod password_hashes;
mod people;
