//! How often something may be tried, counted in SQL so that all processes agree. Each try fills a bucket that drains by
//! itself: whoever tries too often waits for one drop, never for long, and nobody can be locked out for hours.

mod buckets;
mod known_browser;

use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::users::email_key;
pub use known_browser::KnownBrowser;

use buckets::*;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::time::Duration;

/// Too many tries: the next one may come after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

/// A try that counts until it is taken back.
#[derive(Debug)]
pub struct Attempt(Vec<(Bucket, Vec<u8>)>);

/// A try to log in to the account with this address, from `ip`. The account's own browser fills a bucket of its own:
/// others who guess, however many and even behind the same address, do not make it wait.
pub async fn log_in(
    db: &Db,
    email: &str,
    ip: &str,
    browser: Option<&KnownBrowser>,
) -> Result<Result<Attempt, RetryAfter>, Error> {
    let (account, from) = (email_key(email), network(ip));
    if let Some(browser) = browser
        && id_of(db, &account).await?.is_some_and(|user_id| browser.is_of(&user_id))
    {
        return count(db, vec![(LOG_IN, key(LOG_IN, &[&account, browser.id().as_str()]))]).await;
    }
    let buckets = vec![
        (LOG_IN, key(LOG_IN, &[&account, &from])),
        (LOG_IN_FROM, key(LOG_IN_FROM, &[&from])),
        (LOG_IN_AT, key(LOG_IN_AT, &[&account])),
    ];
    count(db, buckets).await
}

/// A try to sign up from `ip`.
pub async fn sign_up(db: &Db, ip: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(SIGN_UP_FROM, key(SIGN_UP_FROM, &[&network(ip)]))]).await
}

/// A try of this user to type their own password once more.
pub async fn password(db: &Db, user_id: &Id) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(PASSWORD, key(PASSWORD, &[user_id.as_str()]))]).await
}

/// A try of somebody who knows this user's password to type a code of their app. The user's own browser fills buckets of
/// its own: whoever else knows the password does not keep it out.
pub async fn code(
    db: &Db,
    user_id: &Id,
    browser: Option<&KnownBrowser>,
) -> Result<Result<Attempt, RetryAfter>, Error> {
    let whose = own(user_id, browser);
    let mut buckets = vec![(CODE, key(CODE, &whose)), (CODES, key(CODES, &whose))];
    if whose.len() > 1 {
        buckets.push((OWN_CODES, key(OWN_CODES, &[user_id.as_str()])));
    }
    count(db, buckets).await
}

/// A try of the same to type a recovery code. It has a bucket of its own, for an owner whose codes somebody else guesses.
pub async fn recovery_code(
    db: &Db,
    user_id: &Id,
    browser: Option<&KnownBrowser>,
) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(RECOVERY_CODE, key(RECOVERY_CODE, &own(user_id, browser)))]).await
}

fn own<'a>(user_id: &'a Id, browser: Option<&'a KnownBrowser>) -> Vec<&'a str> {
    let own = browser.filter(|browser| browser.is_of(user_id)).map(|browser| browser.id().as_str());
    [Some(user_id.as_str()), own].into_iter().flatten().collect()
}

/// A try to log in with a passkey from `ip`. Nobody has said yet whose.
pub async fn passkey(db: &Db, ip: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(LOG_IN_FROM, key(LOG_IN_FROM, &[&network(ip)]))]).await
}

/// A browser at `ip` that begins an exchange for a passkey.
pub async fn passkey_challenge(db: &Db, ip: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(PASSKEY_FROM, key(PASSKEY_FROM, &[&network(ip)]))]).await
}

/// A try to have a mail sent to `email`, whoever has that address, from `ip`.
pub async fn mail(db: &Db, email: &str, ip: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    let buckets =
        vec![(MAIL_TO, key(MAIL_TO, &[&email_key(email)])), (MAIL_FROM, key(MAIL_FROM, &[&network(ip)]))];
    count(db, buckets).await
}

/// A try to have a mail sent to an address whose owner did not ask for it, by wanting it for an account. Only whoever sends
/// mails looks here: an answer would tell whether somebody has the address.
pub(crate) async fn unasked_mail(db: &Db, email: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(UNASKED_TO, key(UNASKED_TO, &[&email_key(email)]))]).await
}

/// A try to tell somebody at an address of something of this kind.
pub(crate) async fn notice(db: &Db, email: &str, kind: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(NOTICE_TO, key(NOTICE_TO, &[&email_key(email), kind]))]).await
}

/// A try to use the link of a mail from `ip`.
pub async fn link(db: &Db, ip: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(LINK_FROM, key(LINK_FROM, &[&network(ip)]))]).await
}

/// A try to type the code of a mail from `ip`.
pub async fn mail_code(db: &Db, mail: &Id, ip: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    let buckets =
        vec![(MAIL_CODE, key(MAIL_CODE, &[mail.as_str()])), (LINK_FROM, key(LINK_FROM, &[&network(ip)]))];
    count(db, buckets).await
}

/// A try of this user to have all their data.
pub async fn export(db: &Db, user_id: &Id) -> Result<Result<Attempt, RetryAfter>, Error> {
    count(db, vec![(EXPORT, key(EXPORT, &[user_id.as_str()]))]).await
}

/// A try of this user to take the address `email`, to which a mail is sent.
pub async fn email(db: &Db, user_id: &Id, email: &str) -> Result<Result<Attempt, RetryAfter>, Error> {
    let buckets = vec![
        (EMAIL, key(EMAIL, &[user_id.as_str()])),
        (NEW_EMAIL_TO, key(NEW_EMAIL_TO, &[&email_key(email)])),
    ];
    count(db, buckets).await
}

/// Takes a try back that turned out to be no guess.
pub async fn refund(db: &Db, attempt: Attempt) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    for (bucket, key) in attempt.0 {
        on!(tx.on(), tx => sqlx::query("update attempts set empty_at = empty_at - $2 where key_hash = $1")
            .bind(key).bind(millis(bucket.drains))
            .execute(tx).await.map(drop))?;
    }
    tx.commit().await
}

/// Lets buckets drain from now on that a clock has filled which was ahead. The longest of all limits will do: `count` knows
/// the limit of each.
pub async fn settle(db: &Db) -> Result<(), Error> {
    Ok(on!(db.write(), pool => sqlx::query("update attempts set empty_at = $1 where empty_at > $1")
        .bind(db.now() + CODES.full().max(OWN_CODES.full()))
        .execute(pool).await.map(drop))?)
}

/// Forgets the buckets that are empty.
pub async fn purge(db: &Db) -> Result<(), Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from attempts where empty_at <= $1")
        .bind(db.now())
        .execute(pool).await.map(drop))?)
}

/// A try counts in all of its buckets or, when one of them is full, in none.
async fn count(db: &Db, buckets: Vec<(Bucket, Vec<u8>)>) -> Result<Result<Attempt, RetryAfter>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    for (bucket, key) in &buckets {
        if !fill(&mut tx, now, *bucket, key).await? {
            let empty_at = empty_at(&mut tx, key).await?.unwrap_or(now);
            drop(tx); // what this try has filled before
            let full = now + bucket.full();
            if empty_at > full {
                drain_from_now(db, now, &buckets).await?;
            }
            let wait = (empty_at.min(full) - bucket.room() - now).max(0).unsigned_abs();
            let wait = Duration::from_millis(wait);
            tracing::warn!(bucket = bucket.name, ?wait, "tried too often");
            return Ok(Err(RetryAfter(wait)));
        }
    }
    tx.commit().await?;
    Ok(Ok(Attempt(buckets)))
}

/// One statement, so that of a hundred tries at once only as many pass as the bucket holds.
async fn fill(tx: &mut Tx, now: i64, bucket: Bucket, key: &[u8]) -> Result<bool, Error> {
    const FILL: &str = "insert into attempts (key_hash, empty_at) values ($1, $2 + $3)
         on conflict (key_hash) do update
         set empty_at = case when attempts.empty_at > $2 then attempts.empty_at else $2 end + $3
         where attempts.empty_at <= $2 + $4";
    Ok(on!(tx.on(), tx => sqlx::query(FILL)
        .bind(key).bind(now).bind(millis(bucket.drains)).bind(bucket.room())
        .execute(tx).await.map(|done| done.rows_affected() > 0))?)
}

async fn empty_at(tx: &mut Tx, key: &[u8]) -> Result<Option<i64>, Error> {
    Ok(on!(tx.on(), tx => sqlx::query_scalar("select empty_at from attempts where key_hash = $1")
        .bind(key).fetch_optional(tx).await)?)
}

/// No bucket is more than full. One that says so was filled while the clock was ahead; with the others of the same try it
/// drains from now on.
async fn drain_from_now(db: &Db, now: i64, buckets: &[(Bucket, Vec<u8>)]) -> Result<(), Error> {
    let update = "update attempts set empty_at = $2 where key_hash = $1 and empty_at > $2";
    for (bucket, key) in buckets {
        on!(db.write(), pool => sqlx::query(update)
            .bind(key).bind(now + bucket.full())
            .execute(pool).await.map(drop))?;
    }
    Ok(())
}

async fn id_of(db: &Db, account: &str) -> Result<Option<Id>, Error> {
    let account = account.replace('\0', ""); // PostgreSQL refuses the whole statement for it
    Ok(on!(db.read(), pool => sqlx::query_scalar("select id from users where email_key = $1")
        .bind(account)
        .fetch_optional(pool).await)?)
}

fn key(bucket: Bucket, about: &[&str]) -> Vec<u8> {
    // Nothing that is typed can hold a NUL and so pretend to be two.
    let parts: Vec<String> = about.iter().map(|part| part.replace('\0', "")).collect();
    Sha256::digest(format!("{}\0{}", bucket.name, parts.join("\0"))).to_vec()
}

/// What one person can change at will is one: with IPv6 everybody has the last 64 bits for themselves.
fn network(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(ip)) => format!("{:x}", u128::from(ip) >> 64),
        _ => ip.to_owned(),
    }
}
