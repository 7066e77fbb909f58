//! Each press of a button in a form, by what was sent. Pressed twice, it does once what it does, and leads to the same
//! page both times: a browser shows the answer to the last request only. docs/decisions/0020 has the reasons.

use crate::clock::{is_within, millis};
use crate::db::Db;
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::keys::Keys;
use crate::on;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long a repeat is one. What is sent again later runs again, if it may.
const LASTS: Duration = Duration::from_secs(60);

/// How long the first one may run: as long as a request may take. One that ended without an outcome stands in nobody's
/// way after that.
const MAX_RUN: Duration = Duration::from_secs(30);

const ABOUT: &str = "form post";

/// What was sent, and from which form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// The key of this body, sent to this path by the form with this token: each time a form is shown it has another.
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

/// A form post that runs now, and whose outcome its repeats wait for.
#[derive(Debug)]
pub struct FormPost {
    key: Key,
    started_at: i64,
}

/// Where a form post led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The path that the browser was sent to.
    pub location: String,
    /// The cookies that it was given.
    pub cookies: Vec<String>,
    /// What was left for the page there: see `Visitor::left`.
    pub left: String,
}

/// What a form post is.
#[derive(Debug)]
pub enum Begun {
    /// The first one, or the first one in a while.
    First(FormPost),
    /// A repeat of one that led there.
    Repeat(Outcome),
    /// A repeat of one that still runs.
    Running,
}

/// Begins a form post, if it is not a repeat.
pub async fn begin(db: &Db, keys: &Keys, key: &Key) -> Result<Begun, Error> {
    let first = |started_at| Begun::First(FormPost { key: key.clone(), started_at });
    let now = db.now();
    let insert =
        "insert into form_posts (key_hash, started_at) values ($1, $2) on conflict (key_hash) do nothing";
    let inserted = on!(db.write(), pool => sqlx::query(insert)
        .bind(&key.0).bind(now)
        .execute(pool).await.map(|done| done.rows_affected() > 0))?;
    if inserted {
        return Ok(first(now));
    }
    let Some((started_at, outcome)) = find(db, key).await? else {
        return Ok(Begun::Running); // it has ended just now, without an outcome
    };
    let is_running = outcome.is_none();
    if let Some(outcome) = outcome.and_then(|outcome| opened(keys, key, &outcome))
        && is_within(now, started_at, LASTS)
    {
        return Ok(Begun::Repeat(outcome));
    }
    if is_running && is_within(now, started_at, MAX_RUN) {
        return Ok(Begun::Running);
    }
    // Only what was seen is taken over: the first one may have got its outcome just now.
    let take_over = "update form_posts set started_at = $3, outcome = null
         where key_hash = $1 and started_at = $2 and (outcome is null) = $4";
    let is_taken = on!(db.write(), pool => sqlx::query(take_over)
        .bind(&key.0).bind(started_at).bind(now).bind(is_running)
        .execute(pool).await.map(|done| done.rows_affected() > 0))?;
    Ok(if is_taken { first(now) } else { Begun::Running })
}

/// Whether a repeat need not wait any more: the first one has an outcome, or will have none.
pub async fn is_free(db: &Db, key: &Key) -> Result<bool, Error> {
    let now = db.now();
    Ok(find(db, key)
        .await?
        .is_none_or(|(started_at, outcome)| outcome.is_some() || !is_within(now, started_at, MAX_RUN)))
}

/// Where the form post led, if it was not long ago.
pub async fn outcome(db: &Db, keys: &Keys, key: &Key) -> Result<Option<Outcome>, Error> {
    let found = find(db, key).await?.filter(|(started_at, _)| is_within(db.now(), *started_at, LASTS));
    Ok(found.and_then(|(_, outcome)| opened(keys, key, &outcome?)))
}

async fn find(db: &Db, key: &Key) -> Result<Option<(i64, Option<Vec<u8>>)>, Error> {
    let find = "select started_at, outcome from form_posts where key_hash = $1";
    Ok(on!(db.read(), pool => sqlx::query_as(find).bind(&key.0).fetch_optional(pool).await)?)
}

impl FormPost {
    /// Writes down where it led. It rests encrypted, since cookies are in it.
    pub async fn finish(self, db: &Db, keys: &Keys, outcome: &Outcome) -> Result<(), Error> {
        let Outcome { location, cookies, left } = outcome;
        let text = serde_json::json!([location, cookies, left]).to_string();
        let sealed = encrypt(keys, AssociatedData(ABOUT, &self.key.hex()), text.as_bytes())?;
        let update = "update form_posts set outcome = $3 where key_hash = $1 and started_at = $2";
        Ok(on!(db.write(), pool => sqlx::query(update)
            .bind(self.key.0).bind(self.started_at).bind(sealed)
            .execute(pool).await.map(drop))?)
    }

    /// Forgets it: it led nowhere, and the same may be sent again.
    pub async fn forget(self, db: &Db) -> Result<(), Error> {
        let delete = "delete from form_posts where key_hash = $1 and started_at = $2";
        Ok(on!(db.write(), pool => sqlx::query(delete)
            .bind(self.key.0).bind(self.started_at)
            .execute(pool).await.map(drop))?)
    }
}

fn opened(keys: &Keys, key: &Key, sealed: &[u8]) -> Option<Outcome> {
    let opened = decrypt(keys, AssociatedData(ABOUT, &key.hex()), sealed)?;
    let (location, cookies, left) = serde_json::from_slice(&opened.secret).ok()?;
    Some(Outcome { location, cookies, left })
}

/// Forgets what nobody can repeat any more.
pub async fn purge(db: &Db) -> Result<(), Error> {
    let delete = "delete from form_posts where started_at <= $1";
    Ok(on!(db.write(), pool => sqlx::query(delete)
        .bind(db.now() - millis(LASTS.max(MAX_RUN)))
        .execute(pool).await.map(drop))?)
}
