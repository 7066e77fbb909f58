//! Recently active users, for admins.

use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;
use crate::users::User;
use std::time::Duration;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ActiveUser {
    pub user_id: Id<User>,
    pub name: String,
    pub email: String,
    /// In unix milliseconds; up to a minute behind.
    pub last_seen_at: i64,
    pub sessions: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    user: ActiveUser,
    total: i64,
}

/// Last seen first; `window` is at most a week. Includes users whose log-in has ended since.
pub async fn active_users(db: &Db, window: Duration, number: i64) -> Result<Page<ActiveUser>, Error> {
    let since = db.now() - millis(window);
    // A page behind the last one has no row, and so no total.
    let (mut number, mut rows) = (number, rows_of(db, since, number).await?);
    if rows.is_empty() {
        let total = rows_of(db, since, 1).await?.first().map_or(0, |row| row.total);
        number = pagination::clamp_page(number, total);
        rows = rows_of(db, since, number).await?;
    }
    let total = rows.first().map_or(0, |row| row.total);
    Ok(Page { rows: rows.into_iter().map(|row| row.user).collect(), number, total })
}

async fn rows_of(db: &Db, since: i64, number: i64) -> Result<Vec<Row>, Error> {
    const LIST: &str = "with seen as (
           select user_id, max(last_seen_at) as last_seen_at, count(*) as sessions
           from (
             select user_id, last_seen_at from sessions where last_seen_at > $1
             union all
             select user_id, last_seen_at from ended_sessions where last_seen_at > $1
           ) s group by user_id
         )
         select a.user_id, u.name, u.email, a.last_seen_at, a.sessions, a.total
         from (
           select s.*, count(*) over () as total from seen s order by last_seen_at desc, user_id limit $2 offset $3
         ) a join users u on u.id = a.user_id order by a.last_seen_at desc, a.user_id";
    db.rows(sql!(LIST, since, pagination::SIZE, pagination::offset(number))).await
}
