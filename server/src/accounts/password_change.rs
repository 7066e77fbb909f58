//! Change of the user's own password.

use crate::audit::{self, Action, Actor};
use crate::db::Db;
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::sessions::{EndReason, Login, Selection, end_within};
use crate::sql;
use crate::tokens;
use crate::users::{is_password, passwords};

/// Ends all other sessions: another person may have known the old password.
pub async fn change_password(
    db: &Db,
    actor: Actor<'_>,
    current: &str,
    new: &str,
    login: &Login,
) -> Result<(), Error> {
    let user = &login.user;
    let wrong = || Err(FieldErrors::one("current_password", "This is not your current password.").into());
    if !is_password(db, user, current).await? {
        return wrong();
    }
    passwords::check("new_password", new, &[&user.email, &user.name]).await?;
    let hash = passwords::hash(new).await?;
    let mut tx = db.begin().await?;
    let now = db.now();
    // Replaces only the verified password: a parallel change may have been first.
    let update = "update users set password_hash = $3, password_changed_at = $4
         where id = $1 and password_changed_at = $2";
    let changed = tx.execute(sql!(update, user.id, user.password_changed_at, hash, now)).await?;
    if changed == 0 {
        return wrong();
    }
    end_within(&mut tx, now, EndReason::PasswordChanged, Selection::others_of(&user.id, &login.session_id))
        .await?;
    tokens::end_within(&mut tx, &user.id).await?;
    emails::notify(&mut tx, now, user, Notification::PasswordChanged).await?;
    audit::record(&mut tx, now, actor, Action::ChangedPassword, user).await?;
    tx.commit().await
}
