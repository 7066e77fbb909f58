//! The composition root, which connects `app` and `server`.

mod address;
pub mod cookie;
mod form_body;
pub mod guard;
mod guard_redirects;
mod host;
pub mod maintenance;
mod repeats;
pub mod router;
pub mod session_layer;
mod signed_cookie;
mod trace;
pub mod worker;
