//! Session data in Redis, by the library's store, and the lock of an id between nodes.

use super::keyed_mutex::{Guard, KeyedMutex};
use super::library_store::{Library, Lock, Locks};
use super::setting::RedisAddress;
use crate::db::Db;
use crate::error::Error;
use async_trait::async_trait;
use fred::clients::Client;
use fred::interfaces::{ClientLike, KeysInterface, LuaInterface};
use fred::types::config::{ConnectionConfig, PerformanceConfig, ReconnectPolicy, UnresponsiveConfig};
use fred::types::{Expiration, SetOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tower_sessions::session::{self, Id};
use tower_sessions::session_store;
use tower_sessions_redis_store::RedisStore;

/// A user waits for it: after this, the answer is a 503.
const TIMEOUT: Duration = Duration::from_secs(2);
/// In milliseconds: the first and the longest wait before it connects again.
const RECONNECT_WAITS: (u32, u32) = (50, 1_000);
/// In milliseconds. The lock of a node that was killed expires after this time. It exceeds each normal step. Only a
/// transaction on a very slow database can take longer.
const LOCK_LIFETIME: i64 = 10_000;
const MAX_WAIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(5);
/// Another node may have locked it since, if this one was slow.
const RELEASE: &str =
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end";

pub(super) fn library(db: &Db, address: &RedisAddress) -> Library {
    let client = connect(address);
    let locks = LocksInRedis { here: KeyedMutex::default(), client: client.clone() };
    Library::new(db, Arc::new(RedisStore::new(client)), Arc::new(locks))
}

/// Returns at once. A product whose Redis is down starts, and answers 503 where it needs session data.
fn connect(address: &RedisAddress) -> Client {
    let mut config = address.0.clone();
    config.fail_fast = false;
    let performance = PerformanceConfig { default_command_timeout: TIMEOUT, ..Default::default() };
    let connection = ConnectionConfig {
        connection_timeout: TIMEOUT,
        internal_command_timeout: TIMEOUT,
        // A second attempt to lock would fail because of the first one.
        max_command_attempts: 1,
        unresponsive: UnresponsiveConfig { max_timeout: Some(TIMEOUT * 2), ..Default::default() },
        ..Default::default()
    };
    // 0 means: try for ever.
    let reconnect = ReconnectPolicy::new_exponential(0, RECONNECT_WAITS.0, RECONNECT_WAITS.1, 2);
    let client = Client::new(config, Some(performance), Some(connection), Some(reconnect));
    let _runs_until_the_program_ends = client.connect();
    client
}

fn redis_error(error: fred::error::Error) -> Error {
    unavailable(error.to_string())
}

fn unavailable(why: String) -> Error {
    session::Error::Store(session_store::Error::Backend(why)).into()
}

#[derive(Debug)]
struct LocksInRedis {
    /// Spares the requests of one node the questions to Redis.
    here: KeyedMutex,
    client: Client,
}

#[derive(Debug)]
struct LockInRedis {
    client: Client,
    key: String,
    token: String,
    here: Option<Guard>,
}

#[async_trait]
impl Locks for LocksInRedis {
    async fn lock(&self, id: Id) -> Result<Lock, Error> {
        let here = Some(self.here.guard(id).await);
        let (key, token) = (format!("lock.{id}"), uuid::Uuid::new_v4().to_string());
        // Made before Redis is asked: its answer may be lost.
        let lock = LockInRedis { client: self.client.clone(), key, token, here };
        let end = Instant::now() + MAX_WAIT;
        while !lock.try_acquire().await.map_err(redis_error)? {
            if Instant::now() > end {
                return Err(unavailable("another request holds the lock of this session".into()));
            }
            sleep(PAUSE).await;
        }
        Ok(Box::new(lock))
    }
}

impl LockInRedis {
    async fn try_acquire(&self) -> Result<bool, fred::error::Error> {
        let (lasts, if_free) = (Expiration::PX(LOCK_LIFETIME), SetOptions::NX);
        let set = self.client.set(&self.key, &self.token, Some(lasts), Some(if_free), false);
        set.await.map(|answer: Option<String>| answer.is_some())
    }
}

impl Drop for LockInRedis {
    fn drop(&mut self) {
        let (client, key, token) = (self.client.clone(), self.key.clone(), self.token.clone());
        let here = self.here.take();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            if let Err(error) = client.eval::<i64, _, _, _>(RELEASE, key, token).await {
                tracing::warn!(%error, "could not release the lock of a session; it ends by itself");
            }
            drop(here);
        });
    }
}
