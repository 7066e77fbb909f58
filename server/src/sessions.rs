//! Log-ins in SQL. A user is logged in exactly while the row exists and has not expired. Only `begin` inserts, so a
//! deleted row stays deleted.

mod activity;
mod admin_area;
mod client;
mod clock_correction;
mod delete_session_data;
mod device;
mod end;
mod end_reason;
mod lists;
mod origin;
mod purge;
mod roles;

use crate::active_days;
use crate::clock::{day, is_within, millis};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use crate::users::{self, COLUMNS, User};
use sha2::{Digest, Sha256};
use std::time::Duration;

pub use activity::{ActiveUser, active_users};
pub(crate) use admin_area::{open_admin_area, touch_admin_area};
pub use client::CLIENT_LIFETIME;
pub(crate) use client::IS_CLIENT;
pub use clock_correction::correct_future_timestamps;
pub(crate) use delete_session_data::delete_session_data_in;
pub use device::Device;
pub(crate) use end::{Selection, end_within, ended_among, log_out, why_ended};
pub use end::{end, end_others, end_overdue, revoke, revoke_all, revoke_all_users};
pub use end_reason::EndReason;
pub use lists::{
    EndedSession, EndedSessionOfUser, Session, SessionOfUser, all_ended_of_user, ended_of_user, of_user,
    search, search_ended,
};
pub(crate) use origin::{ENDED_LIFETIME, ended_hash, lock_provider_session};
pub use origin::{Origin, ProviderAnswer, id_token};
pub use purge::purge;
pub(crate) use roles::{require_new_session_id_in, set_active_role_in};

/// Page views must rarely write.
pub const TOUCH_INTERVAL: Duration = Duration::from_secs(60);

/// For this long after a password was typed, sensitive actions do not ask for it again.
const RECENT: Duration = Duration::from_secs(15 * 60);

/// A user who has just signed up needs no email about a new device.
const FIRST_HOUR: Duration = Duration::from_secs(3600);

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub idle: Duration,
    pub absolute: Duration,
    /// Replaces both, if the user asked to stay logged in.
    pub remember: Duration,
    pub one_per_user: bool,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Login {
    pub session_id: Id<Session>,
    /// In unix milliseconds; up to a minute behind.
    pub last_seen_at: i64,
    /// In unix milliseconds.
    pub expires_at: i64,
    /// When the user last proved who they are: typed the password here, or logged in at a provider. In unix milliseconds.
    pub authenticated_at: i64,
    pub remember: bool,
    /// The roles changed since the browser got its session id.
    pub(crate) must_renew: bool,
    active_role: Option<String>,
    admin_key_hash: Option<Vec<u8>>,
    admin_seen_at: Option<i64>,
    #[sqlx(flatten)]
    pub user: User,
}

impl Login {
    pub fn is_recent(&self, db: &Db) -> bool {
        is_within(db.now(), self.authenticated_at, RECENT)
    }

    /// When it ends without further activity, in unix milliseconds.
    pub fn ends_at(&self, limits: Limits) -> i64 {
        let idle = if self.remember { limits.remember } else { limits.idle };
        self.expires_at.min(self.last_seen_at + millis(idle))
    }
}

/// The table stores no session id in plain text.
pub(crate) fn key_hash(browser: &tower_sessions::session::Id) -> Vec<u8> {
    Sha256::digest(browser.0.to_le_bytes()).to_vec()
}

pub(crate) struct NewBrowser<'a> {
    pub key_hash: Vec<u8>,
    pub remember: bool,
    pub device: &'a Device,
    pub is_new_to_user: bool,
    /// `None` if it began without a provider.
    pub origin: Option<&'a Origin>,
}

const INSERT: &str = "insert into sessions
       (id, key_hash, user_id, created_at, last_seen_at, authenticated_at, expires_at, remember, ip, user_agent)
     select $1, $2, u.id, $4, $4, $11, $5, $6, $7, $8 from users u
     where u.id = $3 and u.password_changed_at = $9 and u.disabled_at is null
       and coalesce(u.second_factor_at, 0) = $10";

/// Returns id and expiry. `None` if the account was disabled, or its password or second factor changed meanwhile.
pub(crate) async fn begin(
    db: &Db,
    user: &User,
    limits: Limits,
    browser: NewBrowser<'_>,
) -> Result<Option<(Id<Session>, i64)>, Error> {
    let mut tx = db.begin().await?;
    let Some(begun) = begin_in(&mut tx, db.now(), user, limits, browser).await? else {
        return Ok(None);
    };
    tx.commit().await.map(|()| Some(begun))
}

pub(crate) async fn begin_in(
    tx: &mut Tx,
    now: i64,
    user: &User,
    limits: Limits,
    browser: NewBrowser<'_>,
) -> Result<Option<(Id<Session>, i64)>, Error> {
    let NewBrowser { key_hash, remember, device, is_new_to_user, origin } = browser;
    let expires_at = now + millis(if remember { limits.remember } else { limits.absolute });
    let id = Id::<Session>::new();
    if let Some(origin) = origin {
        origin::lock_in(tx, origin).await?;
    }
    // Waits for a running password change, which must first end the older sessions. Of two log-ins, the second sees
    // the row of the first.
    users::lock_for_update(tx, &user.id).await?;
    // Before rows of `sessions` are locked, as in `touch`: another order could end in a deadlock.
    active_days::record_in(tx, now, &user.id).await?;
    let which = match limits.one_per_user {
        true => Selection::all_of(&user.id),
        false => Selection::oldest_of(&user.id),
    };
    end_within(tx, now, EndReason::Replaced, which).await?;
    let inserted = tx
        .execute(sql!(
            INSERT,
            id,
            key_hash,
            user.id,
            now,
            expires_at,
            remember,
            device.ip,
            device.user_agent,
            user.password_changed_at,
            user.second_factor_at.unwrap_or(0),
            origin.map_or(now, |origin| origin.authenticated_at.min(now))
        ))
        .await?
        > 0;
    if !inserted {
        return Ok(None);
    }
    if let Some(origin) = origin
        && !origin::record_in(tx, &id, origin).await?
    {
        return Ok(None);
    }
    if is_new_to_user && !is_within(now, user.created_at, FIRST_HOUR) {
        let about = Notification::NewDevice { device: device.in_words(), ip: device.ip.clone() };
        emails::notify(tx, now, user, about).await?;
    }
    Ok(Some((id, expires_at)))
}

/// What a `Login` needs besides the columns of its user.
pub(crate) const SESSION_COLUMNS: &str =
    "s.id as session_id, s.last_seen_at, s.expires_at, s.authenticated_at, s.remember,
    s.must_renew, s.active_role, s.admin_key_hash, s.admin_seen_at";

/// Also returns whether a message or a form is pending for the next page.
pub(crate) async fn find(
    db: &Db,
    session_id: &tower_sessions::session::Id,
    limits: Limits,
) -> Result<Option<(Login, bool)>, Error> {
    let now = db.now();
    let find = format!(
        "select {SESSION_COLUMNS}, {COLUMNS},
           (select t.has_pending from tower_sessions t where t.id = $5) as has_pending
         from sessions s join users u on u.id = s.user_id
         where s.key_hash = $1 and s.expires_at > $2 and u.disabled_at is null
           and s.last_seen_at > case when s.remember then $3 else $4 end"
    );
    let found: Option<Found> = db
        .optional(sql!(
            &find,
            key_hash(session_id),
            now,
            now - millis(limits.remember),
            now - millis(limits.idle),
            session_id.to_string()
        ))
        .await?;
    Ok(found.map(|found| (found.login, found.has_pending.unwrap_or_default())))
}

#[derive(sqlx::FromRow)]
struct Found {
    #[sqlx(flatten)]
    login: Login,
    has_pending: Option<bool>,
}

/// An update, never an insert, like `touch`.
pub async fn reauthenticated(db: &Db, login: &Login) -> Result<(), Error> {
    let update = "update sessions set authenticated_at = $2 where id = $1";
    db.execute(sql!(update, login.session_id, db.now())).await.map(drop)
}

/// Returns false if the log-in no longer has the old key. An update, never an insert, like `touch`.
pub(crate) async fn renew(tx: &mut Tx, login: &Login, old: Vec<u8>, new: Vec<u8>) -> Result<bool, Error> {
    let update = "update sessions set key_hash = $3, must_renew = false where id = $1 and key_hash = $2";
    Ok(tx.execute(sql!(update, login.session_id, old, new)).await? > 0)
}

/// An update, never an insert: a deleted row must not come back. Of parallel requests, the first one writes.
const TOUCH: &str = "update sessions set last_seen_at = $2 where id = $1 and last_seen_at = $3";

/// Returns the time that it wrote, in unix milliseconds.
pub(crate) async fn touch(db: &Db, login: &Login) -> Result<i64, Error> {
    let (now, seen) = (db.now(), login.last_seen_at);
    if day(now) == day(seen) {
        // The write of `last_seen_at` has recorded the day.
        return db.execute(sql!(TOUCH, login.session_id, now, seen)).await.map(|_| now);
    }
    let mut tx = db.begin().await?;
    active_days::record_in(&mut tx, now, &login.user.id).await?;
    tx.execute(sql!(TOUCH, login.session_id, now, seen)).await?;
    tx.commit().await.map(|()| now)
}
