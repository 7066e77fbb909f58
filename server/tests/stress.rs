//! Tests that load, time or disconnect the domain. They are a separate program: `cargo xtask test stress` runs it, and
//! some of its tests alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod copy_load;
mod copying;
mod in_flight;
mod large_lists;
mod migration_lock;
mod password_hashes;
mod people;
