//! Log-ins in SQL: begin, find, list, end. A person is logged in exactly while the row exists and is in time.
//! Only `begin` inserts, so a deleted row stays deleted, whoever deletes it.

mod device;
mod lists;
mod purge;

use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::{Db, On, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::users::{COLUMNS, User};
use sha2::{Digest, Sha256};
use std::time::Duration;

pub use device::Device;
pub use lists::{Session, SessionOfUser, count_of_user, of_user, search};
pub use purge::purge;

/// `last_seen_at` is written at most this often for one log-in, so that reading pages writes next to nothing.
pub const TOUCH_INTERVAL: Duration = Duration::from_secs(60);

/// How long a log-in lasts.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Without activity.
    pub idle: Duration,
    /// From the log-in on, whatever happens.
    pub absolute: Duration,
    /// Both of these for those who ask to stay logged in.
    pub remember: Duration,
}

/// A log-in that exists and is in time, with the person it belongs to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Login {
    /// The public id of the session.
    pub session_id: Id,
    /// When this browser was last seen, in unix milliseconds; up to a minute behind.
    pub last_seen_at: i64,
    /// When it ends at the latest, in unix milliseconds.
    pub expires_at: i64,
    /// Whose log-in it is.
    #[sqlx(flatten)]
    pub user: User,
}

/// What is stored in place of a browser's session id.
pub(crate) fn key_hash(browser: &tower_sessions::session::Id) -> Vec<u8> {
    Sha256::digest(browser.0.to_le_bytes()).to_vec()
}

/// Logs a user in on the browser with this key; returns when the log-in ends at the latest. None: the account was
/// closed, or got another password than the one that was checked, and there is no log-in.
pub(crate) async fn begin(
    db: &Db,
    user: &User,
    key_hash: Vec<u8>,
    remember: bool,
    limits: Limits,
    device: &Device,
) -> Result<Option<i64>, Error> {
    let now = db.now();
    let expires_at = now + millis(if remember { limits.remember } else { limits.absolute });
    // PostgreSQL would not see a password that is being changed at this moment, and insert a row after the
    // change has ended all sessions: so it waits for the change. SQLite has one writer at a time anyway.
    let wait = match db.write() {
        On::Sqlite(_) => "",
        On::Postgres(_) => "for share",
    };
    let insert = format!(
        "insert into sessions (id, key_hash, user_id, created_at, last_seen_at, expires_at, remember, ip, user_agent)
         select $1, $2, u.id, $4, $4, $5, $6, $7, $8 from users u
         where u.id = $3 and u.password_changed_at = $9 and u.disabled_at is null {wait}"
    );
    let inserted = on!(db.write(), pool => sqlx::query(&insert)
        .bind(Id::new()).bind(key_hash).bind(&user.id).bind(now).bind(expires_at).bind(remember)
        .bind(&device.ip).bind(&device.user_agent).bind(user.password_changed_at)
        .execute(pool).await.map(|done| done.rows_affected() > 0))?;
    Ok(inserted.then_some(expires_at))
}

/// The log-in of the browser with this key, if it exists and is in time.
pub(crate) async fn find(db: &Db, key_hash: Vec<u8>, limits: Limits) -> Result<Option<Login>, Error> {
    let now = db.now();
    let find = format!(
        "select s.id as session_id, s.last_seen_at, s.expires_at, {COLUMNS}
         from sessions s join users u on u.id = s.user_id
         where s.key_hash = $1 and s.expires_at > $2 and u.disabled_at is null
           and s.last_seen_at > case when s.remember then $3 else $4 end"
    );
    Ok(on!(db.read(), pool => sqlx::query_as(&find)
        .bind(key_hash).bind(now).bind(now - millis(limits.remember)).bind(now - millis(limits.idle))
        .fetch_optional(pool).await)?)
}

/// Writes down that the browser was seen now. An update, never an insert: it cannot bring a deleted row back.
/// Of requests that come together, the first one writes.
pub(crate) async fn touch(db: &Db, id: &Id, last_seen_at: i64) -> Result<(), Error> {
    let touch = "update sessions set last_seen_at = $2 where id = $1 and last_seen_at = $3";
    Ok(on!(db.write(), pool => sqlx::query(touch)
        .bind(id).bind(db.now()).bind(last_seen_at)
        .execute(pool).await.map(drop))?)
}

/// Ends the log-in of the browser with this key.
pub(crate) async fn end_by_key(db: &Db, key_hash: Vec<u8>) -> Result<(), Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from sessions where key_hash = $1")
        .bind(key_hash)
        .execute(pool).await.map(drop))?)
}

/// Ends one session of this user; says whether there was one.
pub async fn end(db: &Db, user_id: &Id, id: &Id) -> Result<bool, Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from sessions where id = $1 and user_id = $2")
        .bind(id).bind(user_id)
        .execute(pool).await.map(|done| done.rows_affected() > 0))?)
}

/// Ends every session of this user, inside a change that must not happen without it.
pub(crate) async fn end_all_in(tx: &mut Tx, user_id: &Id) -> Result<(), Error> {
    Ok(on!(tx.on(), tx => sqlx::query("delete from sessions where user_id = $1")
        .bind(user_id)
        .execute(tx).await.map(drop))?)
}

/// Ends every session of this user but the one to `keep`; says how many.
pub async fn end_others(db: &Db, user_id: &Id, keep: &Id) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let ended = end_others_in(&mut tx, user_id, keep).await?;
    tx.commit().await?;
    Ok(ended)
}

/// As `end_others`, inside a change that must not happen without it.
pub(crate) async fn end_others_in(tx: &mut Tx, user_id: &Id, keep: &Id) -> Result<u64, Error> {
    Ok(on!(tx.on(), tx => sqlx::query("delete from sessions where user_id = $1 and id <> $2")
        .bind(user_id).bind(keep)
        .execute(tx).await.map(|done| done.rows_affected()))?)
}

/// Ends any session, whoever it belongs to: for admins. Says whether there was one.
pub async fn revoke(db: &Db, actor: Actor<'_>, id: &Id) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let find = format!(
        "select {COLUMNS} from users u where u.id = (select s.user_id from sessions s where s.id = $1)"
    );
    let owner: Option<User> = on!(tx.on(), tx => sqlx::query_as(&find).bind(id).fetch_optional(tx).await)?;
    let Some(owner) = owner else {
        return Ok(false);
    };
    on!(tx.on(), tx => sqlx::query("delete from sessions where id = $1").bind(id).execute(tx).await.map(drop))?;
    audit::record(&mut tx, db.now(), actor, Action::RevokedSession, &owner).await?;
    tx.commit().await.map(|()| true)
}

/// Ends every session of this user: for admins.
pub async fn revoke_all(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    end_all_in(&mut tx, &user.id).await?;
    audit::record(&mut tx, db.now(), actor, Action::RevokedSessions, user).await?;
    tx.commit().await
}
