//! The pages. Each file has one page, and below it the server functions of its forms.

pub mod account;
pub mod admin;
pub mod api_docs;
#[cfg(debug_assertions)]
pub mod components;
mod confirmation;
pub mod dashboard;
pub mod events;
pub mod forgot;
pub mod landing;
pub mod legal;
mod link_owner;
pub mod log_in;
#[cfg(debug_assertions)]
pub mod log_in_as;
pub mod log_in_by_email;
#[cfg(debug_assertions)]
pub mod mailbox;
pub mod notes;
pub mod password_strength;
#[cfg(debug_assertions)]
pub mod push;
pub mod reauthenticate;
pub mod reset;
pub mod session;
pub mod sign_up;
pub mod single_sign_on;
pub mod theme;
pub mod verify;
