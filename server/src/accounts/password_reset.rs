//! Password reset by email.

use super::recovery::{REACH, Recovery, recover_proved_in, take};
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::Db;
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::sessions::EndReason;
use crate::tokens::{self, Purpose};
use crate::users::{User, passwords};

/// Counts as a recovery from now. It does not log the user in.
pub async fn reset_password(db: &Db, ip: &str, secret: &str, new: &str) -> Result<User, Error> {
    let out_of_date = || Err(FieldErrors::one("token", "This link is out of date.").into());
    let Some(found) = tokens::find(db, Purpose::Reset, secret).await? else {
        return out_of_date();
    };
    passwords::check("new_password", new, &[&found.user.email, &found.user.name]).await?;
    let hash = passwords::hash(new).await?;
    let Some((mut tx, now, token)) = take(db, Purpose::Reset, secret).await? else {
        return out_of_date();
    };
    let user = token.user;
    if token.sent_to != user.email || user.disabled_at.is_some() {
        return out_of_date();
    }
    let recovery =
        Recovery { reason: EndReason::PasswordReset, since: now - millis(REACH), password_hash: &hash };
    let user = recover_proved_in(&mut tx, now, ip, &user, recovery).await?;
    emails::notify(&mut tx, now, &user, Notification::PasswordChanged).await?;
    audit::record(&mut tx, now, Actor { user: Some(&user), ip }, Action::ResetPassword, &user).await?;
    tx.commit().await.map(|()| user)
}
