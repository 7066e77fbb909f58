//! One file a page: its view, and below it the server functions that its forms post to.

pub mod account;
pub mod admin;
pub mod dashboard;
pub mod landing;
pub mod log_in;
pub mod notes;
pub mod sign_up;
