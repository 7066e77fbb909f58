//! Token pairs of first-party clients. A pair is a log-in: it is valid exactly while its row in `sessions` is. Access tokens
//! are rows; a refresh token is checked by its signature and its number.

mod clock_correction;
mod issuer;
mod refresh;
mod refresh_token;
mod signed;

use crate::clock::{SKEW, is_within, millis};
use crate::db::{Db, Tx};
use crate::encryption::{hash_secret, random};
use crate::error::Error;
use crate::id::Id;
use crate::sessions::{
    self, CLIENT_LIFETIME, Device, IS_CLIENT, Limits, Login, NewBrowser, SESSION_COLUMNS, Session,
    TOUCH_INTERVAL,
};
use crate::sql;
use crate::users::{COLUMNS, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;

pub use clock_correction::correct_future_timestamps;
pub use issuer::Issuer;
pub use refresh::{log_out, refresh};
pub use refresh_token::RefreshToken;
pub use signed::public_keys;

/// Length of an access token: 32 bytes in base64.
pub const ACCESS_LENGTH: usize = 43;
pub const ACCESS_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Cannot be read again.
#[derive(Clone)]
pub struct TokenPair {
    pub access: String,
    pub refresh: String,
}

/// Logs a client in. The caller has checked the password and the second factor. Returns `None` as `sessions::begin` does.
pub async fn log_in(
    db: &Db,
    issuer: &Issuer<'_>,
    user: &User,
    limits: Limits,
    device: &Device,
) -> Result<Option<TokenPair>, Error> {
    let token = RefreshToken::first()?;
    let limits = Limits { remember: CLIENT_LIFETIME, ..limits };
    // A client has no cookie by which it is known, so its user always gets the email about a new device.
    let browser =
        NewBrowser { key_hash: token.key_hash(), remember: true, device, is_new_to_user: true, origin: None };
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some((session, _)) = sessions::begin_in(&mut tx, now, user, limits, browser).await? else {
        return Ok(None);
    };
    let access = insert_access(&mut tx, now, issuer, &user.id, &session, &token).await?;
    tx.commit().await?;
    Ok(Some(TokenPair { access, refresh: token.write(issuer.keys)? }))
}

async fn insert_access(
    tx: &mut Tx,
    now: i64,
    issuer: &Issuer<'_>,
    user_id: &Id<User>,
    session: &Id<Session>,
    token: &RefreshToken,
) -> Result<String, Error> {
    let access = match issuer.signs {
        true => signed::sign(issuer, now, user_id, session)?,
        false => URL_SAFE_NO_PAD.encode(random::<32>()?),
    };
    let insert =
        "insert into token_pairs (access_hash, session_id, number, created_at) values ($1, $2, $3, $4)";
    tx.execute(sql!(insert, hash_secret(&access), session, token.number, now)).await?;
    Ok(access)
}

/// Returns the log-in of a valid access token.
pub async fn find(db: &Db, access: &str) -> Result<Option<Login>, Error> {
    let find = format!(
        "select {SESSION_COLUMNS}, {COLUMNS}
         from token_pairs p join sessions s on s.id = p.session_id join users u on u.id = s.user_id
         where p.access_hash = $1 and p.created_at > $2 and p.created_at < $3 and s.expires_at > $4
           and u.disabled_at is null"
    );
    let now = db.now();
    db.optional(sql!(&find, hash_secret(access), now - millis(ACCESS_LIFETIME), now + millis(SKEW), now))
        .await
}

/// As `find`, for a signed access token.
pub async fn find_signed(db: &Db, issuer: &Issuer<'_>, access: &str) -> Result<Option<Login>, Error> {
    let now = db.now();
    let Some(session) = signed::verify(issuer, now, access) else { return Ok(None) };
    let find = format!(
        "select {SESSION_COLUMNS}, {COLUMNS}
         from sessions s join users u on u.id = s.user_id
         where s.id = $1 and s.expires_at > $2 and u.disabled_at is null and {IS_CLIENT}"
    );
    db.optional(sql!(&find, session, now)).await
}

/// The use of an access token is activity of its session.
pub async fn touch(db: &Db, login: &Login) -> Result<(), Error> {
    match is_within(db.now(), login.last_seen_at, TOUCH_INTERVAL) {
        true => Ok(()),
        false => sessions::touch(db, login).await.map(drop),
    }
}
