//! Access tokens for the API. The table has only the hash of a token's secret: a user sees the secret once, after it was
//! made.

mod clock_correction;
mod create;
mod scopes;

use crate::audit::{self, Action, Actor};
use crate::clock::{is_within, millis};
use crate::db::{Db, Tx};
use crate::encryption::hash_secret;
use crate::error::Error;
use crate::id::Id;
use crate::scope::Scope;
use crate::sql;
use crate::users::{COLUMNS, User, lock_for_update};
use std::time::Duration;

pub use clock_correction::correct_future_timestamps;
pub use create::{LIFETIMES, NewToken, create};
pub use scopes::TokenScope;

/// Length of a secret: 32 bytes in base64.
pub const LENGTH: usize = 43;
/// Requests must rarely write.
const TOUCH_INTERVAL: Duration = Duration::from_secs(60);
/// The owner sees that a token expired.
const KEPT_AFTER_END: Duration = Duration::from_secs(7 * 86_400);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ApiToken {
    pub id: Id<ApiToken>,
    pub name: String,
    /// Names with a space between them.
    pub scopes: String,
    /// In unix milliseconds, like all times here.
    pub created_at: i64,
    pub expires_at: i64,
    /// Up to a minute behind.
    pub last_used_at: Option<i64>,
}

/// The token of a request, and its user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Bearer {
    pub token_id: Id<ApiToken>,
    scopes: String,
    last_used_at: Option<i64>,
    #[sqlx(flatten)]
    pub user: User,
}

impl Bearer {
    pub fn may(&self, scope: TokenScope) -> bool {
        self.scopes.split(' ').any(|name| name == scope.name())
    }
}

/// Returns `None` if the token is unknown, revoked or expired, or its user is disabled.
pub async fn find(db: &Db, secret: &str) -> Result<Option<Bearer>, Error> {
    let find = format!(
        "select t.id as token_id, t.scopes, t.last_used_at, {COLUMNS}
         from api_tokens t join users u on u.id = t.user_id
         where t.hash = $1 and t.expires_at > $2 and u.disabled_at is null"
    );
    db.optional(sql!(&find, hash_secret(secret), db.now())).await
}

/// An update, never an insert: a revoked token must not come back. Of parallel requests, the first one writes.
pub async fn touch(db: &Db, bearer: &Bearer) -> Result<(), Error> {
    let now = db.now();
    if bearer.last_used_at.is_some_and(|at| is_within(now, at, TOUCH_INTERVAL)) {
        return Ok(());
    }
    let update = "update api_tokens set last_used_at = $2 where id = $1 and coalesce(last_used_at, 0) = $3";
    db.execute(sql!(update, bearer.token_id, now, bearer.last_used_at.unwrap_or(0))).await.map(drop)
}

/// Newest first.
pub async fn list(db: &Db, scope: &Scope) -> Result<Vec<ApiToken>, Error> {
    let list = "select id, name, scopes, created_at, expires_at, last_used_at from api_tokens
         where user_id = $1 order by created_at desc, id desc";
    db.rows(sql!(list, scope.user_id())).await
}

/// For admins.
pub async fn owner(db: &Db, id: &Id<ApiToken>) -> Result<Option<User>, Error> {
    let find = format!("select {COLUMNS} from users u join api_tokens t on t.user_id = u.id where t.id = $1");
    db.optional(sql!(&find, id)).await
}

/// Returns whether it existed. `scope` is its owner's, also if an admin revokes it.
pub async fn revoke(db: &Db, actor: Actor<'_>, scope: &Scope, id: &Id<ApiToken>) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let Some(user) = lock_for_update(&mut tx, scope.user_id()).await? else {
        return Ok(false);
    };
    let delete = "delete from api_tokens where id = $1 and user_id = $2";
    if tx.execute(sql!(delete, id, scope.user_id())).await? == 0 {
        return Ok(false);
    }
    audit::record(&mut tx, db.now(), actor, Action::RevokedToken, &user).await?;
    tx.commit().await.map(|()| true)
}

/// Lock the user first.
pub(crate) async fn end_within(tx: &mut Tx, user_id: &Id<User>) -> Result<(), Error> {
    tx.execute(sql!("delete from api_tokens where user_id = $1", user_id)).await.map(drop)
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    let expired = db.unlocked("api_tokens", "id", "expires_at <= $1");
    let delete = format!("delete from api_tokens where {expired}");
    db.execute(sql!(&delete, db.now() - millis(KEPT_AFTER_END))).await.map(drop)
}
