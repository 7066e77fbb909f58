//! What all requests share. `program/src/router.rs` builds it.

use crate::assets::Assets;
use server::live::Live;
use server::rate_limits::InMemory;
use server::{Config, Db};
use std::sync::Arc;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    pub db: Db,
    pub config: Arc<Config>,
    pub assets: Assets,
    pub limits_in_memory: InMemory,
    pub live: Live,
}
