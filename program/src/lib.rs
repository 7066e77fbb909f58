//! The program without its pages: the command line, connections, the router with all layers, workers and maintenance.
//! `src/main.rs` passes the pages to it, so a change of a page does not compile it again.

pub mod accept;
mod api;
mod back_channel;
mod bearer;
mod bearer_token;
mod bench;
mod client_address;
mod command_line;
mod commands;
pub mod connections;
pub mod cookie;
pub mod cookie_settings;
mod env_file;
mod form_body;
pub mod guard;
mod guard_redirects;
mod health;
mod host_check;
mod https_redirect;
mod logs;
pub mod maintenance;
mod not_kept;
mod output;
mod repeated_forms;
mod request_kind;
pub mod router;
mod secret_fields;
mod serve;
pub mod session_layer;
mod signed_cookie;
mod strict_cookies;
pub mod supervise;
mod trace;
pub mod worker;

pub use command_line::run;
