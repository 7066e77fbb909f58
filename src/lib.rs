//! The composition root, which connects `app` and `server`.

pub mod accept;
mod address;
mod api;
mod back_channel;
mod bearer;
mod bearer_token;
pub mod connections;
pub mod cookie;
pub mod cookie_settings;
mod form_body;
pub mod guard;
mod guard_redirects;
mod host;
mod https;
pub mod maintenance;
mod repeats;
mod request_kind;
pub mod router;
mod secret_fields;
pub mod session_layer;
mod signed_cookie;
mod strict;
pub mod supervise;
mod trace;
pub mod worker;
