//! The active role of a session, and what a change of roles means for it.

use super::Login;
use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use crate::users::{Role, User};

impl Login {
    /// The role that the rules of the routes ask for.
    pub fn role(&self) -> Role {
        self.user.roles.active(self.active_role.as_deref().and_then(Role::parse))
    }
}

/// A copy of a session id must not get rights that its session did not have.
pub(crate) async fn require_new_session_id_in(tx: &mut Tx, user_id: &Id<User>) -> Result<(), Error> {
    // In the order of `end_within`.
    let own = format!("select id from sessions where user_id = $1 order by id {}", tx.locking("for update"));
    let update = format!("update sessions set must_renew = true where id in ({own})");
    tx.execute(sql!(&update, user_id)).await.map(drop)
}

/// Also closes the admin area. Returns false if the session ended.
pub(crate) async fn set_active_role_in(tx: &mut Tx, login: &Login, role: Role) -> Result<bool, Error> {
    let update = "update sessions set active_role = $2, admin_key_hash = null where id = $1";
    Ok(tx.execute(sql!(update, login.session_id, role.name())).await? > 0)
}
