//! Passkeys: keys in users' devices for log-in without a password.

mod enrolment;
mod log_in;
mod relying_party;

use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::scope::Scope;
use crate::sql;
use crate::users::{self, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

pub use enrolment::{add, begin_adding};
pub use log_in::{begin_log_in, log_in};
pub use relying_party::RelyingParty;

const MAX_NAME_LENGTH: usize = 60;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Passkey {
    pub id: Id<Passkey>,
    pub name: String,
    /// In unix milliseconds.
    pub created_at: i64,
    /// In unix milliseconds.
    pub last_used_at: Option<i64>,
}

pub async fn list(db: &Db, scope: &Scope) -> Result<Vec<Passkey>, Error> {
    let list =
        "select id, name, created_at, last_used_at from passkeys where user_id = $1 order by created_at, id";
    db.rows(sql!(list, scope.user_id())).await
}

pub async fn rename(db: &Db, scope: &Scope, id: &Id<Passkey>, name: &str) -> Result<(), Error> {
    let name = single_line(name, MAX_NAME_LENGTH).map_err(|message| FieldErrors::one("name", message))?;
    db.execute(sql!(
        "update passkeys set name = $3 where id = $2 and user_id = $1",
        scope.user_id(),
        id,
        name
    ))
    .await?;
    Ok(())
}

/// Returns whether it existed. Sessions that logged in with it continue.
pub async fn remove(db: &Db, actor: Actor<'_>, scope: &Scope, id: &Id<Passkey>) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    // The user is locked first everywhere, which avoids deadlocks.
    let Some(user) = users::lock_for_update(&mut tx, scope.user_id()).await? else {
        return Ok(false);
    };
    let removed = tx
        .optional(sql!("delete from passkeys where id = $2 and user_id = $1 returning name", user.id, id))
        .await?;
    let Some((name,)) = removed else {
        return Ok(false);
    };
    let now = db.now();
    emails::notify(&mut tx, now, &user, Notification::PasskeyRemoved { name }).await?;
    audit::record(&mut tx, now, actor, Action::RemovedPasskey, &user).await?;
    tx.commit().await.map(|()| true)
}

/// Removes passkeys added at `since` (unix milliseconds) or later.
pub(crate) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
    tx.execute(sql!("delete from passkeys where user_id = $1 and created_at >= $2", user.id, since))
        .await
        .map(drop)
}

fn challenge_of(challenge: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(challenge)
}

/// Only selects the exchange; the library compares the challenge.
fn challenge_in(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    let data =
        URL_SAFE_NO_PAD.decode(answer["response"]["clientDataJSON"].as_str()?.trim_end_matches('=')).ok()?;
    let data: Value = serde_json::from_slice(&data).ok()?;
    data["challenge"].as_str().map(|challenge| challenge.trim_end_matches('=').to_owned())
}
