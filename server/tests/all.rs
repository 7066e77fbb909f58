//! Tests of the domain: one program, a module for each subject.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod accounts;
mod authenticator;
mod clock;
mod clock_sessions;
mod config;
mod config_secret;
mod config_site;
mod copy;
mod copy_refusals;
mod copy_tables;
mod copying;
mod dropped_futures;
mod emails;
mod flash;
mod form_posts;
mod late;
mod log_in;
mod migrations;
mod notes;
mod passkey_devices;
mod passkeys;
mod passkeys_refused;
mod people;
mod postgres_address;
mod purge;
mod rate_limits;
mod schema;
mod second_factors;
mod session_data;
mod session_lists;
mod sessions;
mod sign_up;
mod users_admin;
mod visitor;
