//! People as an admin sees them.

use super::{COLUMNS, User};
use crate::db::Db;
use crate::error::Error;
use crate::on;
use crate::pages::{self, Page};

/// A user and how many sessions they have.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserWithSessions {
    /// The user.
    #[sqlx(flatten)]
    pub user: User,
    /// How many rows of `sessions` are theirs, those out of time and not yet purged included.
    pub sessions: i64,
}

/// What a list of users is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The newest account first.
    #[default]
    Newest,
    /// By name.
    Name,
    /// By address.
    Email,
}

impl Sort {
    fn order_by(self) -> &'static str {
        match self {
            Self::Newest => "u.created_at desc, u.id desc",
            Self::Name => "u.search_text, u.id",
            Self::Email => "u.email_key, u.id",
        }
    }
}

/// Everybody whose name or address holds `words`.
pub async fn search(db: &Db, words: &str, sort: Sort, number: i64) -> Result<Page<UserWithSessions>, Error> {
    const WHERE: &str = "from users u where ($1 = '%%' or u.search_text like $1 escape '\\')";
    let pattern = pages::pattern(words);
    let count = format!("select count(*) {WHERE}");
    let list = format!(
        "select {COLUMNS},
                (select count(*) from sessions s where s.user_id = u.id) as sessions
         {WHERE} order by {} limit $2 offset $3",
        sort.order_by()
    );
    let (total, number, rows) = on!(db.read(), pool => {
        let total = sqlx::query_scalar(&count).bind(&pattern).fetch_one(pool).await?;
        let number = pages::nearest(number, total);
        let rows = sqlx::query_as(&list).bind(&pattern).bind(pages::SIZE).bind(pages::offset(number))
            .fetch_all(pool).await?;
        (total, number, rows)
    });
    Ok(Page { rows, number, total })
}
