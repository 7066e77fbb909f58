//! Tokens in email links. A token proves that its user reads the emails to an address: once, for a limited time, and
//! for one purpose.

mod clock_correction;
pub(crate) mod recovery;

use crate::clock::{SKEW, millis};
use crate::db::{Db, Tx};
use crate::encryption::{hash_secret, random};
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use crate::keys::Keys;
use crate::sql;
use crate::users::{self, COLUMNS, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::time::Duration;

pub use clock_correction::correct_future_timestamps;

/// Only the first of equal emails within this time is sent.
const EQUAL_WITHIN: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Verify,
    Reset,
    LogIn,
    NewEmail,
    OldEmail,
    /// To undo the event of a security email, and all later changes.
    Recover,
}

impl Purpose {
    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::LogIn => "log in",
            Self::NewEmail => "new email",
            Self::OldEmail => "old email",
            Self::Recover => "recover",
        }
    }

    pub fn lifetime(self) -> Duration {
        const HOUR: u64 = 3600;
        Duration::from_secs(match self {
            Self::Reset => HOUR,
            Self::LogIn => HOUR / 4,
            Self::Verify | Self::NewEmail => 24 * HOUR,
            Self::OldEmail | Self::Recover => 72 * HOUR,
        })
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Token {
    /// Key of the job of its email. Orders tokens of the same millisecond.
    pub id: Id<Job>,
    #[sqlx(flatten)]
    pub user: User,
    pub sent_to: String,
    /// In unix milliseconds: when the email was requested, or when the event of a security email happened.
    pub at: i64,
}

/// Creates a token and deletes older ones for the same purpose. The secret is derived from the job, so a retry sends
/// the same link. Returns `None` if a newer token was made, this one was used, or the password changed since.
pub(crate) async fn make(
    db: &Db,
    keys: &Keys,
    job: &Job,
    purpose: Purpose,
    user: &User,
    email: &str,
) -> Result<Option<String>, Error> {
    let Some(secret) = keys.links().next().and_then(|key| secret(key, &job.id)) else {
        return Ok(None);
    };
    let now = db.now();
    let mut tx = db.begin().await?;
    let job_exists = lock_job(&mut tx, &job.id).await?;
    let Some(user) = users::lock_for_update(&mut tx, &user.id).await?.filter(|_| job_exists) else {
        return Ok(None);
    };
    // A time in the future was written while the clock was ahead, unless the job's time is in the future too.
    let latest = now + millis(SKEW);
    let is_since = |at: i64| at > job.created_at && (at <= latest || job.created_at > latest);
    if purpose != Purpose::OldEmail && is_since(user.password_changed_at) {
        return Ok(None);
    }
    if purpose == Purpose::NewEmail && user.email_verified_at.is_some_and(is_since) {
        return Ok(None); // another email address was confirmed since
    }
    // Ids sort by time. Each old email address has a link of its own.
    if was_just_sent(&mut tx, now, job, purpose, (&user.id, email)).await? {
        return Ok(None);
    }
    let others = "user_id = $1 and purpose = $2 and (purpose <> 'old email' or email = $4)";
    let end_older =
        format!("delete from tokens where {others} and id <> $3 and (id < $3 or created_at > $5)");
    let newer = format!("select count(*) from tokens where {others} and id > $3");
    tx.execute(sql!(&end_older, user.id, purpose.name(), job.id, email, latest)).await?;
    let (newer,): (i64,) = tx.row(sql!(&newer, user.id, purpose.name(), job.id, email)).await?;
    if newer > 0 {
        return Ok(None);
    }
    let expires_at = now + millis(purpose.lifetime());
    let is_made = match purpose {
        Purpose::OldEmail => recovery::activate(&mut tx, &job.id, &secret, expires_at).await?,
        _ => {
            let times = (job.created_at, expires_at);
            insert(&mut tx, &job.id, hash_secret(&secret), purpose, (&user.id, email), times).await?
        }
    };
    tx.commit().await?;
    Ok(is_made.then_some(secret))
}

/// Whether an equal email was requested within the minute before, and its link still works. Not for a log-in: its code
/// works only in the browser that requested it.
async fn was_just_sent(
    tx: &mut Tx,
    now: i64,
    job: &Job,
    purpose: Purpose,
    (user_id, email): (&Id<User>, &str),
) -> Result<bool, Error> {
    if matches!(purpose, Purpose::LogIn | Purpose::OldEmail) {
        return Ok(false);
    }
    let find = "select count(*) from tokens
         where user_id = $1 and purpose = $2 and email = $3 and expires_at > $4
           and id < $5 and created_at > $6 and created_at <= $7";
    let since = job.created_at - millis(EQUAL_WITHIN);
    let (sent,): (i64,) =
        tx.row(sql!(find, user_id, purpose.name(), email, now, job.id, since, job.created_at)).await?;
    Ok(sent > 0)
}

async fn insert(
    tx: &mut Tx,
    id: &Id<Job>,
    hash: Vec<u8>,
    purpose: Purpose,
    (user_id, email): (&Id<User>, &str),
    (at, expires_at): (i64, i64),
) -> Result<bool, Error> {
    let insert = "insert into tokens (id, hash, purpose, user_id, email, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do update set hash = excluded.hash, expires_at = excluded.expires_at";
    Ok(tx.execute(sql!(insert, id, hash, purpose.name(), user_id, email, at, expires_at)).await? > 0)
}

/// Creates a token that leads the user from one page to another, without an email. Returns the secret.
pub(crate) async fn issue(tx: &mut Tx, now: i64, purpose: Purpose, user: &User) -> Result<String, Error> {
    let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
    // The time 0: `was_just_sent` must not take it for the token of an email.
    let times = (0, now + millis(purpose.lifetime()));
    insert(tx, &Id::new(), hash_secret(&secret), purpose, (&user.id, &user.email), times).await?;
    Ok(secret)
}

fn select() -> String {
    format!(
        "select {COLUMNS}, t.email as sent_to, t.created_at as at from tokens t join users u on u.id = t.user_id
         where t.hash = $1 and t.purpose = $2 and t.expires_at > $3"
    )
}

/// Does not use up the token, because virus scanners open links.
pub async fn find(db: &Db, purpose: Purpose, secret: &str) -> Result<Option<Token>, Error> {
    db.optional(sql!(&select(), hash_secret(secret), purpose.name(), db.now())).await
}

/// Without a lock.
pub(crate) async fn find_in(
    tx: &mut Tx,
    now: i64,
    purpose: Purpose,
    secret: &str,
) -> Result<Option<Token>, Error> {
    tx.optional(sql!(&select(), hash_secret(secret), purpose.name(), now)).await
}

/// Uses up the token. Returns `None` if it was used or has expired, perhaps since `find`.
pub(crate) async fn take(
    tx: &mut Tx,
    now: i64,
    purpose: Purpose,
    secret: &str,
) -> Result<Option<Token>, Error> {
    let (hash, name) = (hash_secret(secret), purpose.name());
    let this = "hash = $1 and purpose = $2 and expires_at > $3";
    // A retry of the job would make the link valid again.
    let end_job = format!("delete from jobs where id in (select id from tokens where {this})");
    let find = format!("select user_id from tokens where {this}");
    tx.execute(sql!(&end_job, hash, name, now)).await?;
    let Some((user_id,)) = tx.optional(sql!(&find, hash, name, now)).await? else {
        return Ok(None);
    };
    let user = users::lock_for_update(tx, &user_id).await?;
    let take = format!("delete from tokens where {this} returning id, email, created_at");
    let taken: Option<(Id<Job>, String, i64)> = tx.optional(sql!(&take, hash, name, now)).await?;
    Ok(taken.zip(user).map(|((id, sent_to, at), user)| Token { id, user, sent_to, at }))
}

/// Returns whether the job exists. The lock order is always jobs, users, tokens.
async fn lock_job(tx: &mut Tx, id: &Id<Job>) -> Result<bool, Error> {
    let find = format!("select id from jobs where id = $1 {}", tx.locking("for share"));
    let found: Option<(Id<Job>,)> = tx.optional(sql!(&find, id)).await?;
    Ok(found.is_some())
}

/// Deletes all tokens of the user but those of `recovery.rs`: an attacker who changes the password or the address must
/// not make the owner's recovery links invalid.
pub(crate) async fn end_within(tx: &mut Tx, user_id: &Id<User>) -> Result<(), Error> {
    let delete = "delete from tokens where user_id = $1 and purpose not in ('old email', 'recover')";
    tx.execute(sql!(delete, user_id)).await.map(drop)
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    let delete = format!("delete from tokens where {}", db.unlocked("tokens", "id", "expires_at <= $1"));
    db.execute(sql!(&delete, db.now())).await.map(drop)
}

/// Eight digits in place of the link. The secret cannot be derived from them.
pub fn code(secret: &str) -> String {
    let digest = Sha256::digest(format!("code {secret}"));
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:08}", number % 100_000_000)
}

/// Returns the secret of the job's email, if `typed` is its code.
pub(crate) fn secret_of_code(keys: &Keys, job_id: &Id<Job>, typed: &str) -> Option<String> {
    keys.links().filter_map(|key| secret(key, job_id)).find(|secret| code(secret) == typed)
}

fn secret(key: &[u8; 32], job_id: &Id<Job>) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(job_id.as_str().as_bytes());
    Some(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}
