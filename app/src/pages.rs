//! One file a page: its view, and below it the server functions that its forms post to.

pub mod account;
pub mod admin;
pub mod dashboard;
pub mod forgot;
pub mod landing;
pub mod log_in;
pub mod log_in_by_mail;
#[cfg(debug_assertions)]
pub mod mailbox;
pub mod notes;
mod proof;
pub mod reauthenticate;
pub mod reset;
pub mod sign_up;
pub mod verify;
