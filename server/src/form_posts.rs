//! The table of form posts that began: a repeat is recognized by its content, and takes effect once.
//! `program/src/repeated_forms.rs` answers it; docs/decisions/0020 has the reasons.

use crate::clock::{is_within, millis};
use crate::db::Db;
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::keys::Keys;
use crate::sql;
use sha2::{Digest, Sha256};
use std::time::Duration;

const LASTS: Duration = Duration::from_secs(10 * 60);

/// The maximum time of a request: after it, a first post without an outcome blocks no repeat.
const MAX_RUN: Duration = Duration::from_secs(30);

const ABOUT: &str = "form post";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// A form gets another token each time it is shown.
    pub fn new(token: &str, path: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        for part in [token.as_bytes(), path.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self(hash.chain_update(body).finalize().to_vec())
    }

    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[derive(Debug)]
pub struct FormPost {
    key: Key,
    started_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub location: String,
    pub cookies: Vec<String>,
    /// See `Visitor::one_time_values`.
    pub one_time_values: String,
}

#[derive(Debug)]
pub enum Started {
    First(FormPost),
    Repeat(Outcome),
    Running,
}

pub async fn begin(db: &Db, keys: &Keys, key: &Key) -> Result<Started, Error> {
    let first = |started_at| Started::First(FormPost { key: key.clone(), started_at });
    let now = db.now();
    let insert =
        "insert into form_posts (key_hash, started_at) values ($1, $2) on conflict (key_hash) do nothing";
    let inserted = db.execute(sql!(insert, key.0, now)).await? > 0;
    if inserted {
        return Ok(first(now));
    }
    let Some((started_at, outcome)) = find(db, key).await? else {
        return Ok(Started::Running); // it has just ended, without an outcome
    };
    let is_running = outcome.is_none();
    if let Some(outcome) = outcome.and_then(|outcome| decrypted(keys, key, &outcome))
        && is_within(now, started_at, LASTS)
    {
        return Ok(Started::Repeat(outcome));
    }
    if is_running && is_within(now, started_at, MAX_RUN) {
        return Ok(Started::Running);
    }
    // Takes over only the row that was read: the first post may just have stored its outcome.
    let take_over = "update form_posts set started_at = $3, outcome = null
         where key_hash = $1 and started_at = $2 and (outcome is null) = $4";
    let is_taken = db.execute(sql!(take_over, key.0, started_at, now, is_running)).await? > 0;
    Ok(if is_taken { first(now) } else { Started::Running })
}

/// The first post has an outcome, or will have none.
pub async fn is_finished(db: &Db, key: &Key) -> Result<bool, Error> {
    let now = db.now();
    Ok(find(db, key)
        .await?
        .is_none_or(|(started_at, outcome)| outcome.is_some() || !is_within(now, started_at, MAX_RUN)))
}

pub async fn outcome(db: &Db, keys: &Keys, key: &Key) -> Result<Option<Outcome>, Error> {
    let found = find(db, key).await?.filter(|(started_at, _)| is_within(db.now(), *started_at, LASTS));
    Ok(found.and_then(|(_, outcome)| decrypted(keys, key, &outcome?)))
}

async fn find(db: &Db, key: &Key) -> Result<Option<(i64, Option<Vec<u8>>)>, Error> {
    let find = "select started_at, outcome from form_posts where key_hash = $1";
    db.optional(sql!(find, key.0)).await
}

impl FormPost {
    /// Encrypted, because the outcome contains cookies.
    pub async fn finish(self, db: &Db, keys: &Keys, outcome: &Outcome) -> Result<(), Error> {
        let Outcome { location, cookies, one_time_values } = outcome;
        let text = serde_json::json!([location, cookies, one_time_values]).to_string();
        let encrypted = encrypt(keys, AssociatedData(ABOUT, &self.key.hex()), text.as_bytes())?;
        let update = "update form_posts set outcome = $3 where key_hash = $1 and started_at = $2";
        db.execute(sql!(update, self.key.0, self.started_at, encrypted)).await.map(drop)
    }

    /// For a post without an outcome: the same may be sent again.
    pub async fn forget(self, db: &Db) -> Result<(), Error> {
        let delete = "delete from form_posts where key_hash = $1 and started_at = $2";
        db.execute(sql!(delete, self.key.0, self.started_at)).await.map(drop)
    }
}

fn decrypted(keys: &Keys, key: &Key, encrypted: &[u8]) -> Option<Outcome> {
    let decrypted = decrypt(keys, AssociatedData(ABOUT, &key.hex()), encrypted)?;
    let (location, cookies, one_time_values) = serde_json::from_slice(&decrypted.secret).ok()?;
    Some(Outcome { location, cookies, one_time_values })
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    let delete = "delete from form_posts where started_at <= $1";
    db.execute(sql!(delete, db.now() - millis(LASTS.max(MAX_RUN)))).await.map(drop)
}
