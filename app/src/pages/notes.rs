//! The example: the user's own notes. Copy this folder for your first pages, then delete it.

pub mod edit;
pub mod export;
pub mod latest;
pub mod list;
