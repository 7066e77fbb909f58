//! Accounts whose address is never confirmed: their users get one reminder, then they are deleted.

use super::administration::delete_in;
use super::deletion::counted;
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::Db;
use crate::emails::{self, Email};
use crate::error::Error;
use crate::sql;
use crate::users::{self, COLUMNS, User};
use std::time::Duration;

/// Accounts that are read at once.
const PAGE: i64 = 200;
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// Never a user with a role, such as an admin. A disabled account stays: its address must not be free for a new one.
const DELETABLE: &str = "email_verified_at is null and roles = '' and disabled_at is null";

/// As `DELETABLE`.
fn is_deletable(user: &User) -> bool {
    user.email_verified_at.is_none() && user.roles.as_text().is_empty() && user.disabled_at.is_none()
}

/// Time between the reminder and the deletion.
fn notice(lifetime: Duration) -> Duration {
    WEEK.min(lifetime / 2)
}

/// When the account will be deleted, in unix milliseconds. `None` until its user was reminded.
pub fn deletion_of_unconfirmed(user: &User, lifetime: Duration) -> Option<i64> {
    let reminded_at = user.reminded_at.filter(|_| is_deletable(user))?;
    Some((reminded_at + millis(notice(lifetime))).max(user.created_at + millis(lifetime)))
}

/// Returns how many users were reminded.
pub async fn remind_unconfirmed(db: &Db, lifetime: Duration) -> Result<u64, Error> {
    let before = db.now() - millis(lifetime - notice(lifetime));
    let find = format!(
        "select {COLUMNS} from users u where {DELETABLE} and u.reminded_at is null and u.created_at <= $1
         order by u.created_at limit $2"
    );
    let users: Vec<User> = db.rows(sql!(&find, before, PAGE)).await?;
    let mut reminded = 0;
    for user in users {
        reminded += u64::from(remind(db, user, lifetime).await?);
    }
    Ok(reminded)
}

async fn remind(db: &Db, user: User, lifetime: Duration) -> Result<bool, Error> {
    let (mut tx, now) = (db.begin().await?, db.now());
    // The user may have confirmed the address, or another node was faster.
    let update =
        format!("update users set reminded_at = $2 where id = $1 and reminded_at is null and {DELETABLE}");
    let is_due = tx.execute(sql!(&update, user.id, now)).await? > 0;
    let user = User { reminded_at: Some(now), ..user };
    if is_due && let Some(on) = deletion_of_unconfirmed(&user, lifetime) {
        emails::enqueue_in(&mut tx, now, Email::Reminder { user_id: user.id, on }).await?;
        tx.commit().await?;
    }
    Ok(is_due)
}

/// Returns how many accounts were deleted.
pub async fn delete_unconfirmed(db: &Db, lifetime: Duration) -> Result<u64, Error> {
    let (now, notice) = (db.now(), notice(lifetime));
    // Not ordered by `created_at`: SQLite would read all older users, by the index with that order.
    let find = format!(
        "select {COLUMNS} from users u where {DELETABLE} and u.created_at <= $1 and u.reminded_at <= $2
           and (u.reminded_at, u.id) > ($3, $4)
         order by u.reminded_at, u.id limit $5"
    );
    let (created, reminded) = (now - millis(lifetime), now - millis(notice));
    let (mut deleted, mut after) = (0, (i64::MIN, String::new()));
    loop {
        let users: Vec<User> = db.rows(sql!(&find, created, reminded, after.0, after.1, PAGE)).await?;
        let Some(last) = users.last() else { return Ok(deleted) };
        // As in `delete_due`.
        after = (last.reminded_at.unwrap_or_default(), last.id.to_string());
        for user in &users {
            deleted += counted(&user.id, delete(db, user).await)?;
        }
    }
}

/// Without an email: the reminder was the last.
async fn delete(db: &Db, user: &User) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    emails::delete_queued_in(&mut tx, user).await?;
    // The user may have confirmed the address meanwhile.
    let is_due = users::lock_for_deletion(&mut tx, &user.id).await?.is_some_and(|user| is_deletable(&user));
    if is_due {
        delete_in(&mut tx, user).await?;
        let program = Actor { user: None, ip: "" };
        audit::record(&mut tx, db.now(), program, Action::DeletedUnconfirmed, user).await?;
        tx.commit().await?;
    }
    Ok(is_due)
}
