//! Passkeys: keys in people's devices that log them in without a password. Here is what their owner does with them once
//! they are there; making one is in `passkeys/enrolment.rs`, using one in `passkeys/log_in.rs`.

mod enrolment;
mod log_in;
mod relying_party;

use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::on;
use crate::users::{self, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

pub use enrolment::{add, begin_adding};
pub use log_in::{begin_log_in, log_in};
pub use relying_party::RelyingParty;

const MAX_NAME_LENGTH: usize = 60;

/// What its owner sees of a passkey. The public key stays in the table.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Passkey {
    /// Its key in the table.
    pub id: Id,
    /// What its owner calls it.
    pub name: String,
    /// When it was added, in unix milliseconds.
    pub created_at: i64,
    /// When it was last used to log in, in unix milliseconds; none: never.
    pub last_used_at: Option<i64>,
}

/// The owner's passkeys, the oldest first.
pub async fn of_user(db: &Db, owner: &Id) -> Result<Vec<Passkey>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, name, created_at, last_used_at from passkeys where user_id = $1 order by created_at, id",
    )
    .bind(owner)
    .fetch_all(pool).await)?)
}

/// Changes what the owner calls one of their passkeys, if it is there.
pub async fn rename(db: &Db, owner: &Id, id: &Id, name: &str) -> Result<Result<(), FieldErrors>, Error> {
    let name = match single_line(name, MAX_NAME_LENGTH) {
        Ok(name) => name,
        Err(message) => return Ok(Err(FieldErrors::one("name", message))),
    };
    on!(db.write(), pool => sqlx::query("update passkeys set name = $3 where id = $2 and user_id = $1")
        .bind(owner).bind(id).bind(name)
        .execute(pool).await.map(drop))?;
    Ok(Ok(()))
}

/// Removes one of the user's own passkeys; says whether it was there. Whoever logged in with it stays logged in.
pub async fn remove(db: &Db, actor: Actor<'_>, user: &User, id: &Id) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    // The user first, as everywhere: otherwise two that change a user's log-in could wait for each other.
    users::lock_for_update(&mut tx, &user.id).await?;
    let name: Option<String> = on!(tx.on(), tx => sqlx::query_scalar(
        "delete from passkeys where id = $2 and user_id = $1 returning name",
    )
    .bind(&user.id).bind(id)
    .fetch_optional(tx).await)?;
    let Some(name) = name else {
        return Ok(false);
    };
    let now = db.now();
    emails::notify(&mut tx, now, user, Notification::PasskeyRemoved { name }).await?;
    audit::record(&mut tx, now, actor, Action::RemovedPasskey, user).await?;
    tx.commit().await.map(|()| true)
}

/// Removes the passkeys of a user that were added at `since` (unix milliseconds) or later, inside a change after which no
/// key of another person may be left.
pub(crate) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
    Ok(on!(tx.on(), tx => sqlx::query("delete from passkeys where user_id = $1 and created_at >= $2")
        .bind(&user.id).bind(since)
        .execute(tx).await.map(drop))?)
}

/// A challenge as a browser's answer names it.
fn challenge_of(challenge: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(challenge)
}

/// The challenge that a browser's answer names. It says only which exchange is meant; the library compares it.
fn challenge_in(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    let data =
        URL_SAFE_NO_PAD.decode(answer["response"]["clientDataJSON"].as_str()?.trim_end_matches('=')).ok()?;
    let data: Value = serde_json::from_slice(&data).ok()?;
    data["challenge"].as_str().map(|challenge| challenge.trim_end_matches('=').to_owned())
}
