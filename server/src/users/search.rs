//! Users as an admin sees them.

use super::{COLUMNS, Role, User};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;

/// Ids that were made within the same minute share eight characters.
const MIN_ID_LENGTH: usize = 8;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct UserWithSessions {
    #[sqlx(flatten)]
    pub user: User,
    /// Includes expired sessions that are not purged yet.
    pub sessions: i64,
    /// In unix milliseconds. After a week without activity, the beginning of the day; `None` after 90 days.
    pub last_seen_at: Option<i64>,
    pub passkeys: i64,
}

/// What is known of each user `u`, in milliseconds where it is a time.
const DETAILS: &str = "(select count(*) from sessions s where s.user_id = u.id) as sessions,
     (select max(seen.at) from (
        select s.last_seen_at as at from sessions s where s.user_id = u.id
        union all select e.last_seen_at from ended_sessions e where e.user_id = u.id
        union all select d.day * 86400000 from active_days d where d.user_id = u.id
      ) seen) as last_seen_at,
     (select count(*) from passkeys k where k.user_id = u.id) as passkeys";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    Oldest,
    Name,
    NameDescending,
    Email,
    EmailDescending,
}

impl Sort {
    fn order_by(self) -> &'static str {
        match self {
            Self::Newest => "u.created_at desc, u.id desc",
            Self::Oldest => "u.created_at, u.id",
            Self::Name => "u.search_text, u.id",
            Self::NameDescending => "u.search_text desc, u.id desc",
            Self::Email => "u.email_key, u.id",
            Self::EmailDescending => "u.email_key desc, u.id desc",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    /// Users who have not confirmed the address.
    Unconfirmed,
    /// Users to whom an email could not be delivered.
    Undeliverable,
    Admins,
    Disabled,
    /// Users with two-factor log-in.
    TwoFactor,
    /// Users with at least one passkey.
    Passkeys,
}

impl Filter {
    fn condition(self) -> String {
        let condition = match self {
            Self::Admins => return Role::Admin.is_held(),
            Self::All => "true",
            Self::Unconfirmed => "u.email_verified_at is null",
            Self::Undeliverable => "u.undeliverable_email is not null",
            Self::Disabled => "u.disabled_at is not null",
            Self::TwoFactor => "u.second_factor_at is not null",
            Self::Passkeys => "u.id in (select k.user_id from passkeys k)",
        };
        condition.to_owned()
    }
}

/// Finds users whose name or email address contains `words`, or whose id begins with them.
pub async fn search(
    db: &Db,
    words: &str,
    filter: Filter,
    sort: Sort,
    number: i64,
) -> Result<Page<UserWithSessions>, Error> {
    let holds = match words.trim().is_empty() {
        true => "$1 = $1 and $2 = $2",
        false => "(u.search_text like $1 escape '\\' or u.id like $2 escape '\\')",
    };
    let (holds, order) = (format!("{} and {holds}", filter.condition()), sort.order_by());
    let count = format!("select count(*) from users u where {holds}");
    // The details are read for the rows of the page only.
    let list = format!(
        "select {COLUMNS}, {DETAILS}
         from (select u.* from users u where {holds} order by {order} limit $3 offset $4) u order by {order}"
    );
    pagination::page(db, number, sql!(&count, pagination::pattern(words), id_pattern(words)), &list).await
}

/// Empty, which no id matches, if the words are too short.
fn id_pattern(words: &str) -> String {
    match words.trim().chars().count() < MIN_ID_LENGTH {
        true => String::new(),
        false => pagination::pattern(words).split_off(1), // without the first `%`
    }
}

/// All users in the order of their ids, in parts. `after` is the last user of the part before; the end is empty.
pub async fn all(db: &Db, after: Option<&Id<User>>) -> Result<Vec<UserWithSessions>, Error> {
    let list = format!("select {COLUMNS}, {DETAILS} from users u where u.id > $1 order by u.id limit $2");
    db.rows(sql!(&list, after.map_or("", Id::as_str), pagination::PART)).await
}
