//! Reads `SESSION_DATA_STORE` and `SESSION_DATA_REDIS_URL`.

use super::Settings;
use crate::visitor::{RedisAddress, SessionDataStore};

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    pub(super) fn session_data_store(&mut self) -> Option<SessionDataStore> {
        let address = self.parse("SESSION_DATA_REDIS_URL", "", RedisAddress::parse);
        let store = |name: &str| SessionDataStore::of(name, address.clone().flatten());
        let store = self.parse("SESSION_DATA_STORE", "sql", store);
        address.and(store)
    }
}
