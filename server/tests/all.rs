//! The tests of the domain: one program, a module per subject.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod attempts;
mod authenticator;
mod clock;
mod config;
mod config_secret;
mod copy;
mod copy_refusals;
mod copy_tables;
mod dropped_futures;
mod flash;
mod form_posts;
mod in_flight;
mod keys;
mod large_lists;
mod late;
mod letters;
mod log_in;
mod migration_lock;
mod migrations;
mod moving;
mod notes;
mod passkeys;
mod passkeys_refused;
mod people;
mod postgres_address;
mod purge;
mod schema;
mod second_factors;
mod session_data;
mod session_lists;
mod sessions;
mod sign_up;
mod users_admin;
mod visitor;
