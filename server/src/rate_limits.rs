//! Rate limits, counted in SQL so that all processes agree. Each attempt fills a bucket that drains over time, so no
//! user is locked out for long.

mod attempt;
mod buckets;
mod in_memory;
mod known_browser;
mod network;

use crate::daily_counts::Count;
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use crate::sql;
use crate::users::{User, email_key};
pub use attempt::{Attempt, refund};
pub use in_memory::{API_REQUESTS_AT_ONCE, InMemory, Quota};
pub use known_browser::KnownBrowser;
pub use network::network;

use attempt::{count, count_log_in};
use buckets::*;
use network::network_name;
use sha2::{Digest, Sha256};

/// The account's own browser has its own bucket: guesses from elsewhere, even behind the same IP, do not block it.
pub async fn log_in(
    db: &Db,
    email: &str,
    ip: &str,
    browser: Option<&KnownBrowser>,
) -> Result<Attempt, Error> {
    let (account, from) = (email_key(email), network_name(ip));
    if let Some(browser) = browser
        && id_of(db, &account).await?.is_some_and(|user_id| browser.is_of(&user_id))
    {
        let own = vec![(LOG_IN, key(LOG_IN, &[&account, browser.id().as_str()]))];
        return count_log_in(db, Count::WrongPasswords, own).await;
    }
    let buckets = vec![
        (LOG_IN, key(LOG_IN, &[&account, &from])),
        (LOG_IN_FROM, key(LOG_IN_FROM, &[&from])),
        (LOG_IN_ACCOUNT, key(LOG_IN_ACCOUNT, &[&account])),
    ];
    count_log_in(db, Count::WrongPasswords, buckets).await
}

pub async fn sign_up(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, sign_ups(ip)).await
}

/// For a new user who has confirmed the address.
pub async fn refund_sign_up(db: &Db, ip: &str) -> Result<(), Error> {
    refund(db, Attempt::of(sign_ups(ip))).await
}

fn sign_ups(ip: &str) -> Vec<(Bucket, Vec<u8>)> {
    vec![(SIGN_UP_FROM, key(SIGN_UP_FROM, &[&network_name(ip)]))]
}

/// Each log-in has its own bucket: an attacker with a stolen cookie does not block the owner's browsers.
pub async fn password<Session>(
    db: &Db,
    user_id: &Id<User>,
    session_id: &Id<Session>,
) -> Result<Attempt, Error> {
    let buckets = vec![
        (PASSWORD, key(PASSWORD, &[session_id.as_str()])),
        (PASSWORDS, key(PASSWORDS, &[user_id.as_str()])),
    ];
    count(db, buckets).await
}

/// The user's own browser has buckets of its own: another person who knows the password does not block it.
pub async fn code(db: &Db, user_id: &Id<User>, browser: Option<&KnownBrowser>) -> Result<Attempt, Error> {
    let whose = own(user_id, browser);
    let mut buckets = vec![(CODE, key(CODE, &whose)), (CODES, key(CODES, &whose))];
    if whose.len() > 1 {
        buckets.push((OWN_CODES, key(OWN_CODES, &[user_id.as_str()])));
    }
    count_log_in(db, Count::WrongCodes, buckets).await
}

/// A bucket of its own helps an owner whose codes are guessed.
pub async fn recovery_code(
    db: &Db,
    user_id: &Id<User>,
    browser: Option<&KnownBrowser>,
) -> Result<Attempt, Error> {
    let buckets = vec![(RECOVERY_CODE, key(RECOVERY_CODE, &own(user_id, browser)))];
    count_log_in(db, Count::WrongCodes, buckets).await
}

fn own<'a>(user_id: &'a Id<User>, browser: Option<&'a KnownBrowser>) -> Vec<&'a str> {
    let own = browser.filter(|browser| browser.is_of(user_id)).map(|browser| browser.id().as_str());
    [Some(user_id.as_str()), own].into_iter().flatten().collect()
}

pub async fn passkey(db: &Db, ip: &str) -> Result<Attempt, Error> {
    let buckets = vec![(LOG_IN_FROM, key(LOG_IN_FROM, &[&network_name(ip)]))];
    count_log_in(db, Count::WrongPasskeys, buckets).await
}

pub async fn passkey_challenge(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(PASSKEY_FROM, key(PASSKEY_FROM, &[&network_name(ip)]))]).await
}

/// The kind of the email that a sign-up sends again. It is not `Verify`: a visitor must not block a user's own button.
pub const SIGN_UP_AGAIN: &str = "sign up again";

/// Counts the same whether or not a user has the address. Emails of one kind do not block those of another.
pub async fn requested_email(db: &Db, kind: &str, email: &str, ip: &str) -> Result<Attempt, Error> {
    let buckets = vec![
        (EMAIL_TO, key(EMAIL_TO, &[&email_key(email), kind])),
        (EMAIL_FROM, key(EMAIL_FROM, &[&network_name(ip), kind])),
    ];
    count(db, buckets).await
}

/// Only the worker calls it: an answer would reveal whether a user has the address.
pub(crate) async fn may_send_unrequested(db: &Db, email: &str) -> Result<bool, Error> {
    is_allowed(count(db, vec![(UNREQUESTED_TO, key(UNREQUESTED_TO, &[&email_key(email)]))]).await)
}

/// Only the first of equal emails within a minute is sent.
pub(crate) async fn is_first_of_minute(db: &Db, email: &str, kind: &str) -> Result<bool, Error> {
    is_allowed(count(db, vec![(EQUAL_EMAIL, key(EQUAL_EMAIL, &[&email_key(email), kind]))]).await)
}

pub(crate) async fn may_notify(db: &Db, email: &str, kind: &str) -> Result<bool, Error> {
    is_allowed(count(db, vec![(NOTICE_TO, key(NOTICE_TO, &[&email_key(email), kind]))]).await)
}

/// False if this network has caused too many rows of session data.
pub(crate) async fn may_store_session_data(db: &Db, ip: &str) -> Result<bool, Error> {
    is_allowed(count(db, vec![(SESSION_DATA_FROM, key(SESSION_DATA_FROM, &[&network_name(ip)]))]).await)
}

fn is_allowed(counted: Result<Attempt, Error>) -> Result<bool, Error> {
    match counted {
        Err(Error::RateLimited(_)) => Ok(false),
        counted => counted.map(|_| true),
    }
}

pub async fn link(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(LINK_FROM, key(LINK_FROM, &[&network_name(ip)]))]).await
}

/// A request to a provider: each stores a row.
pub async fn sign_on(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(SIGN_ON_FROM, key(SIGN_ON_FROM, &[&network_name(ip)]))]).await
}

pub async fn logout_token(db: &Db, ip: &str) -> Result<Attempt, Error> {
    count(db, vec![(LOGOUT_TOKEN_FROM, key(LOGOUT_TOKEN_FROM, &[&network_name(ip)]))]).await
}

pub async fn email_code(db: &Db, job: &Id<Job>, ip: &str) -> Result<Attempt, Error> {
    let buckets = vec![
        (EMAIL_CODE, key(EMAIL_CODE, &[job.as_str()])),
        (LINK_FROM, key(LINK_FROM, &[&network_name(ip)])),
    ];
    count(db, buckets).await
}

pub async fn export(db: &Db, user_id: &Id<User>) -> Result<Attempt, Error> {
    count(db, vec![(EXPORT, key(EXPORT, &[user_id.as_str()]))]).await
}

pub async fn email_change(db: &Db, user_id: &Id<User>, email: &str) -> Result<Attempt, Error> {
    let buckets = vec![
        (EMAIL_CHANGE, key(EMAIL_CHANGE, &[user_id.as_str()])),
        (NEW_EMAIL_TO, key(NEW_EMAIL_TO, &[&email_key(email)])),
    ];
    count(db, buckets).await
}

/// Lowers buckets that were filled while the clock was ahead, to the longest limit; `count` knows each limit.
pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    let full = db.unlocked("rate_limits", "key_hash", "empty_at > $1");
    let update = format!("update rate_limits set empty_at = $1 where {full}");
    db.execute(sql!(&update, db.now() + CODES.full().max(OWN_CODES.full()))).await.map(drop)
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    let empty = db.unlocked("rate_limits", "key_hash", "empty_at <= $1");
    let delete = format!("delete from rate_limits where {empty}");
    db.execute(sql!(&delete, db.now())).await.map(drop)
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
