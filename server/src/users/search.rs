//! Users as an admin sees them.

use super::{COLUMNS, User};
use crate::db::Db;
use crate::error::Error;
use crate::pagination::{self, Page};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserWithSessions {
    #[sqlx(flatten)]
    pub user: User,
    /// Includes expired sessions that are not purged yet.
    pub sessions: i64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    Name,
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

pub async fn search(db: &Db, words: &str, sort: Sort, number: i64) -> Result<Page<UserWithSessions>, Error> {
    let holds = pagination::search_condition(words, "u.search_text like $1 escape '\\'");
    let count = format!("select count(*) from users u where {holds}");
    let list = format!(
        "select {COLUMNS},
                (select count(*) from sessions s where s.user_id = u.id) as sessions
         from users u where {holds} order by {} limit $2 offset $3",
        sort.order_by()
    );
    pagination::search(db, words, number, &count, &list).await
}
