//! Creates a token, with a notification to its owner.

use super::ApiToken;
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::encryption::{hash_secret, random};
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::scope::Scope;
use crate::sql;
use crate::users::lock_for_update;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;

const MAX_NAME_LENGTH: usize = 60;
const MAX_TOKENS: i64 = 50;
/// In days.
pub const LIFETIMES: [u64; 4] = [7, 30, 90, 365];

/// As typed.
#[derive(Clone, Copy, Debug)]
pub struct NewToken<'a> {
    pub name: &'a str,
    /// `read` or `read write`.
    pub scopes: &'a str,
    pub days: &'a str,
}

/// Returns the secret, which cannot be read again. `actor` is the owner, as the guard found them.
pub async fn create(db: &Db, actor: Actor<'_>, scope: &Scope, new: NewToken<'_>) -> Result<String, Error> {
    let (name, lifetime) = check(new)?;
    let secret = URL_SAFE_NO_PAD.encode(random::<32>()?);
    let mut tx = db.begin().await?;
    let now = db.now();
    // A reset of the password may just have ended all tokens.
    let is_as_found = |password_changed_at| {
        actor.user.is_some_and(|found| found.password_changed_at == password_changed_at)
    };
    let user = lock_for_update(&mut tx, scope.user_id()).await?;
    let Some(user) = user.filter(|user| user.disabled_at.is_none() && is_as_found(user.password_changed_at))
    else {
        return Err(FieldErrors::one("name", "This token could not be created. Please try again.").into());
    };
    if count(&mut tx, scope).await? >= MAX_TOKENS {
        let full = format!("You already have {MAX_TOKENS} tokens, the maximum. Revoke one first.");
        return Err(FieldErrors::one("name", full).into());
    }
    let insert = "insert into api_tokens (id, user_id, name, scopes, hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)";
    let (id, expires_at) = (Id::<ApiToken>::new(), now + millis(lifetime));
    tx.execute(sql!(insert, id, user.id, name, new.scopes, hash_secret(&secret), now, expires_at)).await?;
    emails::notify(&mut tx, now, &user, Notification::TokenCreated { name }).await?;
    audit::record(&mut tx, now, actor, Action::CreatedToken, &user).await?;
    tx.commit().await.map(|()| secret)
}

fn check(new: NewToken<'_>) -> Result<(String, Duration), FieldErrors> {
    let mut mistakes = FieldErrors::default();
    let name = mistakes.check("name", single_line(new.name, MAX_NAME_LENGTH));
    if !["read", "read write"].contains(&new.scopes) {
        mistakes.add("scopes", "Please choose what the token may do.");
    }
    let days = new.days.parse().ok().filter(|days| LIFETIMES.contains(days));
    let days = mistakes.check("days", days.ok_or_else(|| "Please choose a time from the list.".to_owned()));
    match name.zip(days) {
        Some((name, days)) if mistakes.is_empty() => Ok((name, Duration::from_secs(days * 86_400))),
        _ => Err(mistakes),
    }
}

async fn count(tx: &mut Tx, scope: &Scope) -> Result<i64, Error> {
    let count = "select count(*) from api_tokens where user_id = $1";
    let (count,) = tx.row(sql!(count, scope.user_id())).await?;
    Ok(count)
}
