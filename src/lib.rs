//! The composition root, which connects `app` and `server`.

mod address;
pub mod cookie;
mod form_body;
pub mod guard;
pub mod maintenance;
mod refusals;
mod repeats;
pub mod router;
pub mod session_layer;
mod signed_cookie;
mod trace;
pub mod worker;
