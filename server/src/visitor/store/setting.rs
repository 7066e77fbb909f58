//! The values of `SESSION_DATA_STORE`, and the address of Redis.

use fred::types::config::Config;
use std::fmt::{self, Debug};

#[derive(Clone, Debug, Default)]
pub enum SessionDataStore {
    #[default]
    Sql,
    Memory,
    Redis(RedisAddress),
    Cookie,
}

#[derive(Clone)]
pub struct RedisAddress(pub(super) Config);

impl Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisAddress") // never its password: configs end up in logs
    }
}

impl SessionDataStore {
    pub fn of(name: &str, address: Option<RedisAddress>) -> Result<Self, String> {
        match (name, address) {
            ("sql", _) => Ok(Self::Sql),
            ("memory", _) => Ok(Self::Memory),
            ("redis", Some(address)) => Ok(Self::Redis(address)),
            ("redis", None) => Err("needs SESSION_DATA_REDIS_URL, like redis://127.0.0.1:6379/0".into()),
            ("cookie", _) => Ok(Self::Cookie),
            _ => Err("set it to sql, memory, redis or cookie".into()),
        }
    }
}

impl RedisAddress {
    /// Returns `None` for an empty text.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let wrong = || "set it to redis://HOST:PORT/DATABASE, or rediss:// with TLS".to_owned();
        match text {
            "" => Ok(None),
            _ if !text.starts_with("redis://") && !text.starts_with("rediss://") => Err(wrong()),
            _ => Config::from_url(text).map(|config| Some(Self(config))).map_err(|_| wrong()),
        }
    }
}
