//! The JSON API for programs: its handlers and its document. `routes.rs` lists the handlers.

pub mod account;
pub mod body;
pub mod etag;
pub mod notes;
pub mod openapi;
pub mod public_keys;
pub mod tokens;
