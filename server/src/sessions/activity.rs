//! Who has been here lately, as an admin sees it.

use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::pagination::{self, Page};
use std::time::Duration;

/// Somebody who was seen within a stretch of time.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ActiveUser {
    /// Who.
    pub user_id: Id,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// When they were seen last, in unix milliseconds; up to a minute behind.
    pub last_seen_at: i64,
    /// In how many log-ins they were seen.
    pub sessions: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    user: ActiveUser,
    total: i64,
}

/// Those who were seen within the last `window`, at most a week, the one seen last first: also those whose log-in has
/// ended since.
pub async fn active_users(db: &Db, window: Duration, number: i64) -> Result<Page<ActiveUser>, Error> {
    let since = db.now() - millis(window);
    // All are gone through once, for a page and for their number; a page behind the last one knows of none.
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
    Ok(on!(db.read(), pool => sqlx::query_as(LIST)
        .bind(since).bind(pagination::SIZE).bind(pagination::offset(number))
        .fetch_all(pool).await)?)
}
