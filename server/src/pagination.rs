//! Pagination: one page of a long list, with its totals.

use crate::db::{Bind, Db, Row, Statement};
use crate::error::Error;
use crate::sql;

pub const SIZE: i64 = 20;
/// Rows of one part of a list that is read whole, such as an export.
pub const PART: i64 = 500;

#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// From 1.
    pub number: i64,
    pub total: i64,
}

impl<T> Page<T> {
    pub fn count(&self) -> i64 {
        ((self.total + SIZE - 1) / SIZE).max(1)
    }
}

pub fn clamp_page(asked: i64, total: i64) -> i64 {
    asked.clamp(1, ((total + SIZE - 1) / SIZE).max(1))
}

pub fn offset(number: i64) -> i64 {
    (number - 1).saturating_mul(SIZE)
}

/// Longer than any real search. From 50,000 bytes on, SQLite rejects a pattern as too complex.
const MAX_SEARCH_LENGTH: usize = 200;

/// Lower case, for `like … escape '\'`. Databases reject NUL.
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

/// Without words the condition is true for every row, so that the planner can skip the scan.
pub fn search_condition(words: &str, condition: &'static str) -> &'static str {
    if words.trim().is_empty() { "$1 = $1" } else { condition }
}

/// Returns the page nearest to `number`. `list` has the values of `count`, then limit and offset.
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

/// In both statements `$1` is the pattern of `words`.
pub(crate) async fn search<T: Row>(
    db: &Db,
    words: &str,
    number: i64,
    count: &str,
    list: &str,
) -> Result<Page<T>, Error> {
    page(db, number, sql!(count, pattern(words)), list).await
}
