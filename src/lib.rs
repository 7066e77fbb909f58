//! The composition root, which connects `app` and `server`.

pub mod accept;
mod address;
mod api;
mod back_channel;
mod bearer;
pub mod connections;
pub mod cookie;
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
pub mod supervise;
mod trace;
pub mod worker;
