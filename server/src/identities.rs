//! Identities: accounts at providers with which users log in. One belongs to one user.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::scope::Scope;
use crate::sql;
use crate::users::User;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Identity {
    pub id: Id<Identity>,
    pub user_id: Id<User>,
    pub issuer: String,
    /// The provider's id of the user.
    pub subject: String,
    /// At the provider, when it was linked. Empty if it named none.
    pub email: String,
    /// In unix milliseconds.
    pub created_at: i64,
    /// In unix milliseconds.
    pub last_used_at: i64,
}

const COLUMNS: &str = "id, user_id, issuer, subject, email, created_at, last_used_at";

pub async fn list(db: &Db, scope: &Scope) -> Result<Vec<Identity>, Error> {
    of_user(db, scope.user_id()).await
}

/// For admins.
pub async fn of_user(db: &Db, user_id: &Id<User>) -> Result<Vec<Identity>, Error> {
    let list = format!("select {COLUMNS} from identities where user_id = $1 order by created_at, id");
    db.rows(sql!(&list, user_id)).await
}

pub async fn find(db: &Db, issuer: &str, subject: &str) -> Result<Option<Identity>, Error> {
    let find = format!("select {COLUMNS} from identities where issuer = $1 and subject = $2");
    db.optional(sql!(&find, issuer, subject)).await
}

pub(crate) async fn find_in(tx: &mut Tx, issuer: &str, subject: &str) -> Result<Option<Identity>, Error> {
    let find = format!("select {COLUMNS} from identities where issuer = $1 and subject = $2");
    tx.optional(sql!(&find, issuer, subject)).await
}

/// Returns `None` if a user has it already.
pub(crate) async fn insert_in(
    tx: &mut Tx,
    now: i64,
    user: &User,
    (issuer, subject): (&str, &str),
    email: &str,
) -> Result<Option<Id<Identity>>, Error> {
    let id = Id::new();
    let insert = "insert into identities (id, user_id, issuer, subject, email, created_at, last_used_at)
         values ($1, $2, $3, $4, $5, $6, $6) on conflict (issuer, subject) do nothing";
    let inserted = tx.execute(sql!(insert, id, user.id, issuer, subject, email, now)).await?;
    Ok((inserted > 0).then_some(id))
}

pub(crate) async fn record_use_in(tx: &mut Tx, now: i64, id: &Id<Identity>) -> Result<(), Error> {
    tx.execute(sql!("update identities set last_used_at = $2 where id = $1", id, now)).await.map(drop)
}

/// Removes identities that were linked at `since` (unix milliseconds) or later.
pub(crate) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
    tx.execute(sql!("delete from identities where user_id = $1 and created_at >= $2", user.id, since))
        .await
        .map(drop)
}
