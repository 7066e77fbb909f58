//! Pagination: one page of a long list, with its totals.

use crate::db::{Bind, Db, Row, Statement};
use crate::error::Error;
use crate::sql;

/// Rows per page.
pub const SIZE: i64 = 20;

/// The rows of page `number` (from 1) out of `total` rows.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Page number, from 1.
    pub number: i64,
    /// Number of rows on all pages together.
    pub total: i64,
}

impl<T> Page<T> {
    /// Returns the number of pages, at least 1.
    pub fn count(&self) -> i64 {
        ((self.total + SIZE - 1) / SIZE).max(1)
    }
}

/// Returns the existing page that is nearest to `asked`, if there are `total` rows.
pub fn clamp_page(asked: i64, total: i64) -> i64 {
    asked.clamp(1, ((total + SIZE - 1) / SIZE).max(1))
}

/// Returns the number of rows before page `number`.
pub fn offset(number: i64) -> i64 {
    (number - 1).saturating_mul(SIZE)
}

/// Longer than any real search. From 50,000 bytes on, SQLite rejects a pattern as too complex.
const MAX_SEARCH_LENGTH: usize = 200;

/// Returns a lower-case pattern for `like … escape '\'` that finds `words` anywhere. Databases reject NUL.
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

/// Returns the condition for rows that contain `words`; their pattern is `$1`. Without words the condition is true for
/// every row, so the planner can skip the scan.
pub fn search_condition(words: &str, condition: &'static str) -> &'static str {
    if words.trim().is_empty() { "$1 = $1" } else { condition }
}

/// Returns the page nearest to `number` of the rows of `list`. `count` returns their total. `list` has the values of
/// `count`, then limit and offset.
pub(crate) async fn page<T: Row>(
    db: &Db,
    number: i64,
    count: Statement<'_>,
    list: &str,
) -> Result<Page<T>, Error> {
    let (total,) = db.row(count).await?;
    let number = clamp_page(number, total);
    let offset = offset(number);
    let values = [count.values, &[SIZE.value(), offset.value()]].concat();
    let rows = db.rows(Statement { values: &values, ..sql!(list) }).await?;
    Ok(Page { rows, number, total })
}

/// Returns the page nearest to `number` of the rows that contain `words`. In both statements `$1` is the pattern.
pub(crate) async fn search<T: Row>(
    db: &Db,
    words: &str,
    number: i64,
    count: &str,
    list: &str,
) -> Result<Page<T>, Error> {
    page(db, number, sql!(count, pattern(words)), list).await
}
