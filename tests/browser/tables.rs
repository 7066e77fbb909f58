//! The content of the tables, for tests that nothing changed.

pub use server::testing::{dump, lines as lines_of, row_with};
use server::{Db, sql};

/// A refused request may change them too: sessions, session data, rate limits, form posts, statistics.
const CHANGED_BY_ANY_REQUEST: [&str; 8] = [
    "sessions",
    "ended_sessions",
    "tower_sessions",
    "rate_limits",
    "form_posts",
    "active_days",
    "daily_counts",
    "_sqlx_migrations",
];

/// Every row of every other table, as text. A new table is included by itself.
pub async fn snapshot(db: &Db) -> Vec<String> {
    let mut rows = dump(db).await;
    rows.retain(|row| !CHANGED_BY_ANY_REQUEST.iter().any(|table| row.starts_with(&format!("{table} "))));
    rows
}

pub async fn sessions(db: &Db) -> Vec<String> {
    lines(db, "select id || user_id from sessions order by 1").await
}

/// The first column of a query's result.
pub async fn lines(db: &Db, query: &str) -> Vec<String> {
    lines_of(db, sql!(query)).await
}

/// Changes a table directly.
pub async fn write(db: &Db, statement: &str) {
    db.execute(sql!(statement)).await.unwrap();
}
