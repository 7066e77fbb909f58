//! Roles of a user: granted and removed by admins, switched by the user for one session.

use super::administration::must_be_changeable;
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::refusal::Refusal;
use crate::sessions::{self, Login};
use crate::sql;
use crate::users::{self, COLUMNS, Role, User};

/// All browsers of the user get a new session id with their next request.
pub async fn grant_role(db: &Db, actor: Actor<'_>, user: &User, role: Role) -> Result<(), Error> {
    let (mut tx, now) = (db.begin().await?, db.now());
    let Some(user) = users::lock_for_update(&mut tx, &user.id).await?.filter(|user| !user.roles.holds(role))
    else {
        return Ok(());
    };
    set(&mut tx, &user, &user.roles.with(role)).await?;
    if role == Role::Admin {
        notify_of_new_admin(&mut tx, now, &user).await?;
    }
    audit::record(&mut tx, now, actor, Action::Granted(role), &user).await?;
    tx.commit().await
}

/// Refuses to remove the last admin. `Member` cannot be removed.
pub async fn remove_role(db: &Db, actor: Actor<'_>, user: &User, role: Role) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    if role == Role::Admin {
        must_be_changeable(&mut tx, actor, user).await?;
    }
    let found = users::lock_for_update(&mut tx, &user.id).await?;
    let Some(user) = found.filter(|user| role != Role::Member && user.roles.holds(role)) else {
        return Ok(());
    };
    set(&mut tx, &user, &user.roles.without(role)).await?;
    audit::record(&mut tx, db.now(), actor, Action::Removed(role), &user).await?;
    tx.commit().await
}

async fn set(tx: &mut Tx, user: &User, roles: &str) -> Result<(), Error> {
    tx.execute(sql!("update users set roles = $2 where id = $1", user.id, roles)).await?;
    sessions::require_new_session_id_in(tx, &user.id).await
}

/// An unexpected admin is a sign of an attack.
async fn notify_of_new_admin(tx: &mut Tx, now: i64, user: &User) -> Result<(), Error> {
    emails::notify(tx, now, user, Notification::MadeAdmin).await?;
    let find = format!(
        "select {COLUMNS} from users u where {} and u.disabled_at is null and u.id <> $1 order by u.id",
        Role::Admin.is_held()
    );
    let admins: Vec<User> = tx.rows(sql!(&find, user.id)).await?;
    for admin in admins {
        let about = Notification::NewAdmin { user_id: user.id.clone(), email: user.email.clone() };
        emails::notify(tx, now, &admin, about).await?;
    }
    Ok(())
}

/// For a command on the server. Returns whether the user exists.
pub async fn grant_admin(db: &Db, email: &str) -> Result<bool, Error> {
    let Some(user) = users::with_email(db, email).await? else {
        return Ok(false);
    };
    grant_role(db, Actor { user: None, ip: "" }, &user, Role::Admin).await?;
    Ok(true)
}

/// In this session only. The caller has given the browser a new session id.
pub async fn switch_role(db: &Db, actor: Actor<'_>, login: &Login, role: Role) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let user = users::lock_for_update(&mut tx, &login.user.id).await?;
    let Some(user) = user.filter(|user| user.roles.holds(role)) else {
        return Err(Refusal::RoleNotHeld.into());
    };
    if sessions::set_active_role_in(&mut tx, login, role).await? {
        audit::record(&mut tx, db.now(), actor, Action::SwitchedTo(role), &user).await?;
        tx.commit().await?;
    }
    Ok(())
}
