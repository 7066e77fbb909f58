//! One page of a long list, with its totals.

use crate::db::Db;
use crate::error::Error;
use crate::on;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

/// How many rows a page holds.
pub const SIZE: i64 = 20;

/// Part of a list: the rows of page `number` (from 1) out of `total` rows.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Selection page this is, from 1.
    pub number: i64,
    /// How many rows all pages have together.
    pub total: i64,
}

impl<T> Page<T> {
    /// How many pages there are, at least 1.
    pub fn count(&self) -> i64 {
        ((self.total + SIZE - 1) / SIZE).max(1)
    }
}

/// The page nearest to the one that was asked for, of those that `total` rows have.
pub fn clamp_page(asked: i64, total: i64) -> i64 {
    asked.clamp(1, ((total + SIZE - 1) / SIZE).max(1))
}

/// How many rows stand before page `number`.
pub fn offset(number: i64) -> i64 {
    (number - 1).saturating_mul(SIZE)
}

/// More characters than anybody searches for; from 50,000 bytes on SQLite calls a pattern too complex.
const MAX_SEARCH_LENGTH: usize = 200;

/// A pattern for `like … escape '\'` that finds `words` anywhere, in lower case; NUL is no letter to any database.
pub fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.trim().to_lowercase().chars().filter(|c| *c != '\0').take(MAX_SEARCH_LENGTH) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "%"
}

/// The condition by which rows hold `words`, which finds their pattern in `$1`. Without words every row does, and the
/// planner need look at none.
pub fn search_condition(words: &str, condition: &'static str) -> &'static str {
    if words.trim().is_empty() { "$1 = $1" } else { condition }
}

/// The page nearest to `number` of the rows that `list` finds, of which there are as many as `count` says. Both find
/// the pattern of `words` in `$1`, and `list` its limit and offset in `$2` and `$3`.
pub(crate) async fn search<Row>(
    db: &Db,
    words: &str,
    number: i64,
    count: &str,
    list: &str,
) -> Result<Page<Row>, Error>
where
    Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let pattern = pattern(words);
    let (total, number, rows) = on!(db.read(), pool => {
        let total = sqlx::query_scalar(count).bind(&pattern).fetch_one(pool).await?;
        let number = clamp_page(number, total);
        let rows = sqlx::query_as(list).bind(&pattern).bind(SIZE).bind(offset(number)).fetch_all(pool).await?;
        (total, number, rows)
    });
    Ok(Page { rows, number, total })
}
