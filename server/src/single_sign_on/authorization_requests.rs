//! Authorization requests that wait for the callback: to log in, to link, or to confirm. Each is used once, within 30
//! minutes, by the browser that has the cookie.

use super::Provider;
use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::encryption::{AssociatedData, decrypt, encrypt, random};
use crate::error::Error;
use crate::id::Id;
use crate::keys::Keys;
use crate::sessions::{Login, Session};
use crate::sql;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::time::Duration;

pub const LIFETIME: Duration = Duration::from_secs(30 * 60);
/// Time to type a code after the provider confirmed the user.
const CONFIRMED_LIFETIME: Duration = Duration::from_secs(10 * 60);

const ABOUT: &str = "request to a provider";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    LogIn,
    /// Adds the provider to the account of the session.
    Link,
    /// In place of a password, before a sensitive action.
    Confirm,
    /// The provider confirmed the user, and the code of the second factor is missing.
    Confirmed,
}

const PURPOSES: [(Purpose, &str); 4] = [
    (Purpose::LogIn, "log in"),
    (Purpose::Link, "link"),
    (Purpose::Confirm, "confirm"),
    (Purpose::Confirmed, "confirmed"),
];

impl Purpose {
    fn name(self) -> &'static str {
        PURPOSES.iter().find(|(purpose, _)| *purpose == self).map_or("", |(_, name)| name)
    }
}

/// State and nonce come back from the provider. The verifier proves to it that this program began the request.
#[derive(Clone)]
pub struct Secrets {
    pub state: String,
    pub nonce: String,
    /// The code verifier of PKCE.
    pub verifier: String,
}

impl Secrets {
    pub fn new() -> Result<Self, Error> {
        let secret = || Ok::<_, Error>(URL_SAFE_NO_PAD.encode(random::<32>()?));
        Ok(Self { state: secret()?, nonce: secret()?, verifier: secret()? })
    }
}

/// A request that came back.
pub struct Request {
    pub purpose: Purpose,
    pub session_id: Option<Id<Session>>,
    pub secrets: Secrets,
    /// Empty if there is none.
    pub return_path: String,
    /// In unix milliseconds.
    pub created_at: i64,
}

/// What the cookie holds: no state can be made of it.
pub fn hash_of(state: &str) -> String {
    URL_SAFE_NO_PAD.encode(hash(state))
}

fn hash(state: &str) -> Vec<u8> {
    Sha256::digest(state).to_vec()
}

pub async fn begin(
    db: &Db,
    keys: &Keys,
    provider: &Provider,
    secrets: &Secrets,
    (purpose, login): (Purpose, Option<&Login>),
    return_path: &str,
) -> Result<(), Error> {
    let text = format!("{} {}", secrets.nonce, secrets.verifier);
    let encrypted = encrypt(keys, AssociatedData(ABOUT, &hash_of(&secrets.state)), text.as_bytes())?;
    let now = db.now();
    let insert = "insert into sign_on_requests
           (hash, issuer, purpose, session_id, secrets, return_path, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let session_id = login.map(|login| &login.session_id);
    db.execute(sql!(
        insert,
        hash(&secrets.state),
        provider.issuer,
        purpose.name(),
        session_id,
        encrypted,
        return_path,
        now,
        now + millis(LIFETIME)
    ))
    .await
    .map(drop)
}

#[derive(sqlx::FromRow)]
struct Row {
    purpose: String,
    session_id: Option<Id<Session>>,
    secrets: Vec<u8>,
    return_path: String,
    created_at: i64,
    expires_at: i64,
}

/// One of two callbacks with the same state gets the request.
pub async fn take(db: &Db, keys: &Keys, provider: &Provider, state: &str) -> Result<Option<Request>, Error> {
    let take = "delete from sign_on_requests where hash = $1 and issuer = $2 and purpose <> 'confirmed'
         returning purpose, session_id, secrets, return_path, created_at, expires_at";
    let mut tx = db.begin().await?;
    let row: Option<Row> = tx.optional(sql!(take, hash(state), provider.issuer)).await?;
    tx.commit().await?;
    // A later expiry was written while the clock was ahead.
    let in_time = |row: &Row| (1..=millis(LIFETIME + SKEW)).contains(&(row.expires_at - db.now()));
    let Some(row) = row.filter(in_time) else {
        return Ok(None);
    };
    let text = decrypt(keys, AssociatedData(ABOUT, &hash_of(state)), &row.secrets)
        .and_then(|decrypted| String::from_utf8(decrypted.secret).ok());
    let purpose = PURPOSES.iter().find(|(_, name)| *name == row.purpose).map(|(purpose, _)| *purpose);
    let (Some((nonce, verifier)), Some(purpose)) =
        (text.as_deref().and_then(|text| text.split_once(' ')), purpose)
    else {
        return Ok(None);
    };
    let secrets = Secrets { state: state.to_owned(), nonce: nonce.into(), verifier: verifier.into() };
    let Row { session_id, return_path, created_at, .. } = row;
    Ok(Some(Request { purpose, session_id, secrets, return_path, created_at }))
}

/// Ends the request of a cookie: the callback had another state.
pub async fn discard(db: &Db, cookie: &str) -> Result<(), Error> {
    let hash = URL_SAFE_NO_PAD.decode(cookie).unwrap_or_default();
    db.execute(sql!("delete from sign_on_requests where hash = $1", hash)).await.map(drop)
}

/// The provider confirmed the user of the session. `end_confirmed` ends that.
pub async fn keep_confirmed(db: &Db, provider: &Provider, login: &Login) -> Result<(), Error> {
    let now = db.now();
    let insert = "insert into sign_on_requests
           (hash, issuer, purpose, session_id, secrets, return_path, created_at, expires_at)
         values ($1, $2, 'confirmed', $3, $1, '', $4, $5)";
    let (hash, until) = (random::<32>()?.to_vec(), now + millis(CONFIRMED_LIFETIME));
    db.execute(sql!(insert, hash, provider.issuer, login.session_id, now, until)).await.map(drop)
}

pub async fn is_confirmed(db: &Db, login: &Login) -> Result<bool, Error> {
    let count = "select count(*) from sign_on_requests
         where session_id = $1 and purpose = 'confirmed' and expires_at > $2 and expires_at <= $3";
    let (now, latest) = (db.now(), db.now() + millis(CONFIRMED_LIFETIME + SKEW));
    let (count,): (i64,) = db.row(sql!(count, login.session_id, now, latest)).await?;
    Ok(count > 0)
}

pub async fn end_confirmed(db: &Db, login: &Login) -> Result<(), Error> {
    let delete = "delete from sign_on_requests where session_id = $1 and purpose = 'confirmed'";
    db.execute(sql!(delete, login.session_id)).await.map(drop)
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    let expired = db.unlocked("sign_on_requests", "hash", "expires_at <= $1");
    let delete = format!("delete from sign_on_requests where {expired}");
    db.execute(sql!(&delete, db.now())).await?;
    db.execute(sql!("delete from logout_tokens where expires_at <= $1", db.now())).await.map(drop)
}
