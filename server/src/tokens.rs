//! What the link in a mail proves: that whoever opens it reads the mail of an address. Once, for a while, for one
//! purpose, and only as long as nothing newer was sent.

pub(crate) mod recovery;
mod settle;

use crate::clock::{SKEW, millis};
use crate::db::{Db, On, Tx};
use crate::encryption::random;
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use crate::keys::Keys;
use crate::on;
use crate::users::{self, COLUMNS, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::time::Duration;

pub use settle::settle;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To show that one's address is one's own.
    Verify,
    /// To choose a new password.
    Reset,
    /// To log in.
    LogIn,
    /// To take a new address.
    NewEmail,
    /// To get one's old address back.
    OldEmail,
    /// To undo what a security email is about, and all that came after it.
    Recover,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::LogIn => "log in",
            Self::NewEmail => "new email",
            Self::OldEmail => "old email",
            Self::Recover => "recover",
        }
    }

    /// How long it is good, from the moment its mail is sent.
    pub fn lasts(self) -> Duration {
        const HOUR: u64 = 3600;
        Duration::from_secs(match self {
            Self::Reset => HOUR,
            Self::LogIn => HOUR / 4,
            Self::Verify | Self::NewEmail => 24 * HOUR,
            Self::OldEmail | Self::Recover => 72 * HOUR,
        })
    }
}

/// A token that is there and in time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Token {
    /// Tokens of one moment are in the order of their ids.
    pub id: Id,
    /// Whose it is.
    #[sqlx(flatten)]
    pub user: User,
    /// The address that it was sent to.
    pub sent_to: String,
    /// The moment that it is about, in unix milliseconds: when its mail was asked for, or what a security email reports.
    pub at: i64,
}

/// Makes the token of a letter, and ends older ones for the same purpose. The secret follows from the job: another try
/// to send the same mail sends the same link. None: a newer one was made, this one was used, or the password changed since.
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
    let is_there = lock_job(&mut tx, &job.id).await?;
    let Some(user) = users::lock_for_update(&mut tx, &user.id).await?.filter(|_| is_there) else {
        return Ok(None);
    };
    // What happened in the future happened before, while the clock was ahead; unless the job is as old.
    let latest = now + millis(SKEW);
    let is_since = |at: i64| at > job.created_at && (at <= latest || job.created_at > latest);
    if purpose != Purpose::OldEmail && is_since(user.password_changed_at) {
        return Ok(None);
    }
    if purpose == Purpose::NewEmail && user.email_verified_at.is_some_and(is_since) {
        return Ok(None); // another address was confirmed since
    }
    // Ids sort by time. Several old addresses can be got back, each by its own link.
    let others = "user_id = $1 and purpose = $2 and (purpose <> 'old email' or email = $4)";
    let end_older =
        format!("delete from tokens where {others} and id <> $3 and (id < $3 or created_at > $5)");
    let newer = format!("select count(*) from tokens where {others} and id > $3");
    let newer: i64 = on!(tx.on(), tx => {
        sqlx::query(&end_older).bind(&user.id).bind(purpose.name()).bind(&job.id).bind(email)
            .bind(latest).execute(&mut *tx).await?;
        sqlx::query_scalar(&newer).bind(&user.id).bind(purpose.name()).bind(&job.id).bind(email)
            .fetch_one(tx).await?
    });
    if newer > 0 {
        return Ok(None);
    }
    let expires_at = now + millis(purpose.lasts());
    let is_made = match purpose {
        Purpose::OldEmail => recovery::keep_promise(&mut tx, &job.id, &secret, expires_at).await?,
        _ => {
            let times = (job.created_at, expires_at);
            insert(&mut tx, &job.id, hash(&secret), purpose, (&user.id, email), times).await?
        }
    };
    tx.commit().await?;
    Ok(is_made.then_some(secret))
}

async fn insert(
    tx: &mut Tx,
    id: &Id,
    hash: Vec<u8>,
    purpose: Purpose,
    (user_id, email): (&Id, &str),
    (at, expires_at): (i64, i64),
) -> Result<bool, Error> {
    Ok(on!(tx.on(), tx => sqlx::query(
        "insert into tokens (id, hash, purpose, user_id, email, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do update set hash = excluded.hash, expires_at = excluded.expires_at",
    )
    .bind(id).bind(hash).bind(purpose.name()).bind(user_id).bind(email).bind(at).bind(expires_at)
    .execute(tx).await.map(|done| done.rows_affected() > 0))?)
}

/// Makes the token of a page that leads on to another one, without a mail; returns its secret.
pub(crate) async fn issue(tx: &mut Tx, now: i64, purpose: Purpose, user: &User) -> Result<String, Error> {
    let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let times = (now, now + millis(purpose.lasts()));
    insert(tx, &Id::new(), hash(&secret), purpose, (&user.id, &user.email), times).await?;
    Ok(secret)
}

/// What this secret proves, without using it up: a link may be opened by machines that look for viruses.
pub async fn find(db: &Db, purpose: Purpose, secret: &str) -> Result<Option<Token>, Error> {
    let find = format!(
        "select {COLUMNS}, t.email as sent_to, t.created_at as at from tokens t join users u on u.id = t.user_id
         where t.hash = $1 and t.purpose = $2 and t.expires_at > $3"
    );
    Ok(on!(db.read(), pool => sqlx::query_as(&find)
        .bind(hash(secret)).bind(purpose.name()).bind(db.now())
        .fetch_optional(pool).await)?)
}

/// Uses a token up inside a change. None: it is not there any more, however short the time since it was found.
pub(crate) async fn take(
    tx: &mut Tx,
    now: i64,
    purpose: Purpose,
    secret: &str,
) -> Result<Option<Token>, Error> {
    let (hash, name) = (hash(secret), purpose.name());
    let this = "hash = $1 and purpose = $2 and expires_at > $3";
    // The mail has arrived. If its job is still there, another try would bring the link back to life.
    let end_job = format!("delete from jobs where id in (select id from tokens where {this})");
    let find = format!("select user_id from tokens where {this}");
    let user_id: Option<Id> = on!(tx.on(), tx => {
        sqlx::query(&end_job).bind(&hash).bind(name).bind(now).execute(&mut *tx).await?;
        sqlx::query_scalar(&find).bind(&hash).bind(name).bind(now).fetch_optional(tx).await?
    });
    let Some(user_id) = user_id else {
        return Ok(None);
    };
    let user = users::lock_for_update(tx, &user_id).await?;
    let take = format!("delete from tokens where {this} returning id, email, created_at");
    let taken: Option<(Id, String, i64)> = on!(tx.on(), tx => sqlx::query_as(&take)
        .bind(&hash).bind(name).bind(now)
        .fetch_optional(tx).await)?;
    Ok(taken.zip(user).map(|((id, sent_to, at), user)| Token { id, user, sent_to, at }))
}

/// Whether a job is there, and stays until the transaction ends. Everybody asks for jobs first, then users, then tokens.
async fn lock_job(tx: &mut Tx, id: &Id) -> Result<bool, Error> {
    let wait = match tx.on() {
        On::Sqlite(_) => "",
        On::Postgres(_) => "for share",
    };
    let find = format!("select id from jobs where id = $1 {wait}");
    let found: Option<Id> = on!(tx.on(), tx => sqlx::query_scalar(&find).bind(id).fetch_optional(tx).await)?;
    Ok(found.is_some())
}

/// Ends the tokens of a user with a change of their password or address. Those of `recovery.rs` stay: a thief would change
/// both.
pub(crate) async fn end_within(tx: &mut Tx, user_id: &Id) -> Result<(), Error> {
    Ok(on!(tx.on(), tx => sqlx::query(
        "delete from tokens where user_id = $1 and purpose not in ('old email', 'recover')",
    )
    .bind(user_id)
        .execute(tx).await.map(drop))?)
}

/// Forgets the tokens that are out of time.
pub async fn purge(db: &Db) -> Result<(), Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from tokens where expires_at <= $1")
        .bind(db.now())
        .execute(pool).await.map(drop))?)
}

/// What can be typed in place of the link with this secret, by whoever asked for it: eight digits. It follows from the
/// secret, which stands nowhere, and not the other way round.
pub fn code(secret: &str) -> String {
    let digest = Sha256::digest(format!("code {secret}"));
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:08}", number % 100_000_000)
}

/// The secret of the mail that this job sends, if `typed` is its code.
pub(crate) fn secret_of_code(keys: &Keys, job_id: &Id, typed: &str) -> Option<String> {
    keys.links().filter_map(|key| secret(key, job_id)).find(|secret| code(secret) == typed)
}

fn secret(key: &[u8; 32], job_id: &Id) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(job_id.as_str().as_bytes());
    Some(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
