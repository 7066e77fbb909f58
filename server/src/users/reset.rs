//! A new password for whoever forgot the old one.

use super::emails::verified_in;
use super::{User, passwords};
use crate::audit::{self, Action, Actor};
use crate::db::Db;
use crate::error::Error;
use crate::letters::{self, Notice};
use crate::mistakes::Mistakes;
use crate::on;
use crate::passkeys;
use crate::second_factors;
use crate::sessions::{Ending, Which, end_in};
use crate::tokens::{self, Purpose};

/// Sets the password of whoever the secret of a mail belongs to, and ends all their sessions and whatever else was sent
/// to them. Tells what is wrong with the password, or with `token` if it is out of date. Nobody is logged in by it.
pub async fn reset_password(
    db: &Db,
    ip: &str,
    secret: &str,
    new: &str,
) -> Result<Result<User, Mistakes>, Error> {
    let out_of_date = || Ok(Err(Mistakes::one("token", "This link is out of date.")));
    let Some(found) = tokens::find(db, Purpose::Reset, secret).await? else {
        return out_of_date();
    };
    if let Err(message) = passwords::check(new, &[&found.user.email, &found.user.name]).await? {
        return Ok(Err(Mistakes::one("new_password", message)));
    }
    let hash = passwords::hash(new).await?;
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, Purpose::Reset, secret).await? else {
        return out_of_date();
    };
    let user = token.user;
    if token.sent_to != user.email || user.disabled_at.is_some() {
        return out_of_date();
    }
    on!(tx.on(), tx => sqlx::query("update users set password_hash = $2, password_changed_at = $3 where id = $1")
        .bind(&user.id).bind(hash).bind(now)
        .execute(tx).await.map(drop))?;
    verified_in(&mut tx, now, &user).await?;
    if user.email_verified_at.is_none() {
        // Whoever signed up with somebody else's address would keep a key, or keep its owner out.
        passkeys::remove_all_in(&mut tx, &user).await?;
        second_factors::remove_since_in(&mut tx, &user, 0).await?;
    }
    tokens::end_in(&mut tx, &user.id).await?;
    end_in(&mut tx, now, Ending::PasswordReset, Which::all_of(&user.id)).await?;
    letters::notify(&mut tx, now, &user, Notice::PasswordChanged).await?;
    audit::record(&mut tx, now, Actor { user: Some(&user), ip }, Action::ResetPassword, &user).await?;
    tx.commit().await.map(|()| Ok(user))
}
