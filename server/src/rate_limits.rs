//! Rate limits, counted in SQL so that all processes agree. Each attempt fills a bucket that drains over time, so no
//! user is locked out for long.

mod buckets;
mod known_browser;

use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::error::{Error, RetryAfter};
use crate::id::Id;
use crate::jobs::Job;
use crate::sql;
use crate::users::{User, email_key};
pub use known_browser::KnownBrowser;

use buckets::*;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;

#[derive(Debug)]
pub struct Attempt(Vec<(Bucket, Vec<u8>)>);

/// The account's own browser has its own bucket: guesses from elsewhere, even behind the same IP, do not block it.
pub async fn log_in(
    db: &Db,
    email: &str,
    ip: &str,
    browser: Option<&KnownBrowser>,
) -> Result<Attempt, Error> {
    let (account, from) = (email_key(email), network(ip));
    if let Some(browser) = browser
        && id_of(db, &account).await?.is_some_and(|user_id| browser.is_of(&user_id))
    {
        return count(db, vec![(LOG_IN, key(LOG_IN, &[&account, browser.id().as_str()]))]).await;
    }
    let buckets = vec![
        (LOG_IN, key(LOG_IN, &[&account, &from])),
        (LOG_IN_FROM, key(LOG_IN_FROM, &[&from])),
        (LOG_IN_ACCOUNT, key(LOG_IN_ACCOUNT, &[&account])),
    ];
    count(db, buckets).await
}

pub async fn sign_up(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(SIGN_UP_FROM, key(SIGN_UP_FROM, &[&network(ip)]))]).await
}

pub async fn password(db: &Db, user_id: &Id<User>) -> Result<Attempt, Error> {
    count(db, vec![(PASSWORD, key(PASSWORD, &[user_id.as_str()]))]).await
}

/// The user's own browser has buckets of its own: another person who knows the password does not block it.
pub async fn code(db: &Db, user_id: &Id<User>, browser: Option<&KnownBrowser>) -> Result<Attempt, Error> {
    let whose = own(user_id, browser);
    let mut buckets = vec![(CODE, key(CODE, &whose)), (CODES, key(CODES, &whose))];
    if whose.len() > 1 {
        buckets.push((OWN_CODES, key(OWN_CODES, &[user_id.as_str()])));
    }
    count(db, buckets).await
}

/// A bucket of its own helps an owner whose codes are guessed.
pub async fn recovery_code(
    db: &Db,
    user_id: &Id<User>,
    browser: Option<&KnownBrowser>,
) -> Result<Attempt, Error> {
    count(db, vec![(RECOVERY_CODE, key(RECOVERY_CODE, &own(user_id, browser)))]).await
}

fn own<'a>(user_id: &'a Id<User>, browser: Option<&'a KnownBrowser>) -> Vec<&'a str> {
    let own = browser.filter(|browser| browser.is_of(user_id)).map(|browser| browser.id().as_str());
    [Some(user_id.as_str()), own].into_iter().flatten().collect()
}

pub async fn passkey(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(LOG_IN_FROM, key(LOG_IN_FROM, &[&network(ip)]))]).await
}

pub async fn passkey_challenge(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(PASSKEY_FROM, key(PASSKEY_FROM, &[&network(ip)]))]).await
}

/// Counts the same whether or not a user has the address.
pub async fn mail(db: &Db, email: &str, ip: &str) -> Result<Attempt, Error> {
    let buckets =
        vec![(MAIL_TO, key(MAIL_TO, &[&email_key(email)])), (MAIL_FROM, key(MAIL_FROM, &[&network(ip)]))];
    count(db, buckets).await
}

/// Only the worker calls it: an answer would reveal whether a user has the address.
pub(crate) async fn may_send_unrequested(db: &Db, email: &str) -> Result<bool, Error> {
    is_allowed(count(db, vec![(UNREQUESTED_TO, key(UNREQUESTED_TO, &[&email_key(email)]))]).await)
}

pub(crate) async fn may_notify(db: &Db, email: &str, kind: &str) -> Result<bool, Error> {
    is_allowed(count(db, vec![(NOTICE_TO, key(NOTICE_TO, &[&email_key(email), kind]))]).await)
}

fn is_allowed(counted: Result<Attempt, Error>) -> Result<bool, Error> {
    match counted {
        Err(Error::RateLimited(_)) => Ok(false),
        counted => counted.map(|_| true),
    }
}

pub async fn link(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(LINK_FROM, key(LINK_FROM, &[&network(ip)]))]).await
}

pub async fn mail_code(db: &Db, mail: &Id<Job>, ip: &str) -> Result<Attempt, Error> {
    let buckets =
        vec![(MAIL_CODE, key(MAIL_CODE, &[mail.as_str()])), (LINK_FROM, key(LINK_FROM, &[&network(ip)]))];
    count(db, buckets).await
}

pub async fn export(db: &Db, user_id: &Id<User>) -> Result<Attempt, Error> {
    count(db, vec![(EXPORT, key(EXPORT, &[user_id.as_str()]))]).await
}

pub async fn email(db: &Db, user_id: &Id<User>, email: &str) -> Result<Attempt, Error> {
    let buckets = vec![
        (EMAIL, key(EMAIL, &[user_id.as_str()])),
        (NEW_EMAIL_TO, key(NEW_EMAIL_TO, &[&email_key(email)])),
    ];
    count(db, buckets).await
}

/// For an attempt that was no guess.
pub async fn refund(db: &Db, attempt: Attempt) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    for (bucket, key) in attempt.0 {
        let update = "update rate_limits set empty_at = empty_at - $2 where key_hash = $1";
        tx.execute(sql!(update, key, millis(bucket.refill))).await?;
    }
    tx.commit().await
}

/// Lowers buckets that were filled while the clock was ahead, to the longest limit; `count` knows each limit.
pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    let update = "update rate_limits set empty_at = $1 where empty_at > $1";
    db.execute(sql!(update, db.now() + CODES.full().max(OWN_CODES.full()))).await.map(drop)
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    db.execute(sql!("delete from rate_limits where empty_at <= $1", db.now())).await.map(drop)
}

/// An attempt counts in all of its buckets, or in none if one is full.
async fn count(db: &Db, buckets: Vec<(Bucket, Vec<u8>)>) -> Result<Attempt, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    for (bucket, key) in &buckets {
        if !fill(&mut tx, now, *bucket, key).await? {
            let empty_at = empty_at(&mut tx, key).await?.unwrap_or(now);
            drop(tx); // undoes what this attempt has filled
            let full = now + bucket.full();
            if empty_at > full {
                drain_from_now(db, now, &buckets).await?;
            }
            let wait = (empty_at.min(full) - bucket.room() - now).max(0).unsigned_abs();
            let wait = Duration::from_millis(wait);
            tracing::warn!(bucket = bucket.name, ?wait, "tried too often");
            return Err(Error::RateLimited(RetryAfter(wait)));
        }
    }
    tx.commit().await?;
    Ok(Attempt(buckets))
}

/// One statement, so that parallel attempts cannot exceed the capacity.
async fn fill(tx: &mut Tx, now: i64, bucket: Bucket, key: &[u8]) -> Result<bool, Error> {
    const FILL: &str = "insert into rate_limits (key_hash, empty_at) values ($1, $2 + $3)
         on conflict (key_hash) do update
         set empty_at = case when rate_limits.empty_at > $2 then rate_limits.empty_at else $2 end + $3
         where rate_limits.empty_at <= $2 + $4";
    Ok(tx.execute(sql!(FILL, key, now, millis(bucket.refill), bucket.room())).await? > 0)
}

async fn empty_at(tx: &mut Tx, key: &[u8]) -> Result<Option<i64>, Error> {
    let found = tx.optional(sql!("select empty_at from rate_limits where key_hash = $1", key)).await?;
    Ok(found.map(|(empty_at,)| empty_at))
}

/// Lowers buckets that were filled while the clock was ahead.
async fn drain_from_now(db: &Db, now: i64, buckets: &[(Bucket, Vec<u8>)]) -> Result<(), Error> {
    let update = "update rate_limits set empty_at = $2 where key_hash = $1 and empty_at > $2";
    for (bucket, key) in buckets {
        db.execute(sql!(update, key, now + bucket.full())).await?;
    }
    Ok(())
}

async fn id_of(db: &Db, account: &str) -> Result<Option<Id<User>>, Error> {
    let account = account.replace('\0', ""); // PostgreSQL would reject the whole statement
    let found = db.optional(sql!("select id from users where email_key = $1", account)).await?;
    Ok(found.map(|(id,)| id))
}

fn key(bucket: Bucket, about: &[&str]) -> Vec<u8> {
    // NUL separates the parts.
    let parts: Vec<String> = about.iter().map(|part| part.replace('\0', "")).collect();
    Sha256::digest(format!("{}\0{}", bucket.name, parts.join("\0"))).to_vec()
}

/// Without the last 64 bits of IPv6, which a client can change at will.
fn network(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(ip)) => format!("{:x}", u128::from(ip) >> 64),
        _ => ip.to_owned(),
    }
}
