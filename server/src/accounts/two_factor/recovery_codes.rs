//! Recovery codes, which replace the app when it is lost.

use super::is_on_in;
use crate::audit::{self, Action, Actor};
use crate::db::Db;
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::recovery_codes;
use crate::users::{self, User};

/// Revokes the old codes. Returns `None` if the second factor is off.
pub async fn renew_recovery_codes(
    db: &Db,
    actor: Actor<'_>,
    user: &User,
) -> Result<Option<Vec<String>>, Error> {
    let mut tx = db.begin().await?;
    let current = users::lock_for_update(&mut tx, &user.id).await?.filter(|now| now.has_password_of(user));
    if current.is_none_or(|user| user.second_factor_at.is_none()) {
        return Ok(None);
    }
    let now = db.now();
    let codes = recovery_codes::replace_in(&mut tx, now, user).await?;
    emails::notify(&mut tx, now, user, Notification::RecoveryCodesMade).await?;
    audit::record(&mut tx, now, actor, Action::MadeRecoveryCodes, user).await?;
    tx.commit().await.map(|()| Some(codes))
}

pub async fn use_recovery_code(db: &Db, actor: Actor<'_>, user: &User, typed: &str) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    if !is_on_in(&mut tx, user).await? {
        return Ok(false);
    }
    let Some(left) = recovery_codes::take_in(&mut tx, user, typed).await? else {
        return Ok(false);
    };
    let now = db.now();
    emails::notify(&mut tx, now, user, Notification::RecoveryCodeUsed { left }).await?;
    audit::record(&mut tx, now, actor, Action::UsedRecoveryCode, user).await?;
    tx.commit().await.map(|()| true)
}
