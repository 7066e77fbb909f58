//! Tests that load, kill, time, race or count the program. They are a separate program: `cargo xtask test stress` runs
//! it, and some of its tests alone.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;
mod client_gone;
mod connections;
mod crashes;
mod database_faults;
mod database_file;
mod disk_faults;
mod fake_smtp;
mod load;
mod outbox;
mod processes;
mod put_back;
mod queries;
mod resets;
mod session_data_redis;
mod shutdown;
mod sqlite_lock;
mod timing;
mod two_nodes;
mod two_nodes_emails;
mod two_nodes_live;
mod two_nodes_tokens;
