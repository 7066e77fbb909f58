//! The example: one's own notes. Copy this folder for your first own pages, then delete it.

pub mod edit;
pub mod export;
pub mod latest;
pub mod list;
