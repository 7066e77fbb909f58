//! Lists of sessions: a user's own devices, and the sessions of all users for an admin.

use super::{IS_CLIENT, Limits, device};
use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;
use crate::users::User;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub id: Id<Session>,
    /// In unix milliseconds.
    pub created_at: i64,
    /// In unix milliseconds; up to a minute behind.
    pub last_seen_at: i64,
    pub remember: bool,
    pub ip: String,
    user_agent: String,
    /// Whether it has a token pair in place of a cookie. Of an ended session it is unknown, and so false.
    #[sqlx(default)]
    pub is_client: bool,
}

impl Session {
    /// Like `Firefox on Windows`.
    pub fn device(&self) -> String {
        device::in_words(&self.user_agent)
    }

    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionOfUser {
    #[sqlx(flatten)]
    pub session: Session,
    pub user_id: Id<User>,
    pub name: String,
    pub email: String,
}

/// Last seen first, without expired ones.
pub async fn of_user(db: &Db, user_id: &Id<User>, limits: Limits) -> Result<Vec<Session>, Error> {
    let now = db.now();
    let list = format!(
        "select id, created_at, last_seen_at, remember, ip, user_agent, {IS_CLIENT} as is_client from sessions s
         where user_id = $1 and expires_at > $2
           and (last_seen_at > case when remember then $3 else $4 end or {IS_CLIENT})
         order by last_seen_at desc, id desc"
    );
    db.rows(sql!(&list, user_id, now, now - millis(limits.remember), now - millis(limits.idle))).await
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndedSession {
    #[sqlx(flatten)]
    pub session: Session,
    /// In unix milliseconds.
    pub ended_at: i64,
    pub end_reason: String,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndedSessionOfUser {
    #[sqlx(flatten)]
    pub ended: EndedSession,
    pub user_id: Id<User>,
    pub name: String,
    pub email: String,
}

/// Last one first; at most one page.
pub async fn ended_of_user(db: &Db, user_id: &Id<User>) -> Result<Vec<EndedSession>, Error> {
    let list =
        "select id, created_at, last_seen_at, remember, ip, user_agent, ended_at, end_reason from ended_sessions
         where user_id = $1 order by ended_at desc limit $2";
    db.rows(sql!(list, user_id, pagination::SIZE)).await
}

pub async fn all_ended_of_user(db: &Db, user_id: &Id<User>) -> Result<Vec<EndedSession>, Error> {
    let list =
        "select id, created_at, last_seen_at, remember, ip, user_agent, ended_at, end_reason from ended_sessions
         where user_id = $1 order by ended_at desc, id desc";
    db.rows(sql!(list, user_id)).await
}

/// A join would check each user again for each session; names are joined to the rows of a page only.
const HOLDS_WORDS: &str = "(s.user_id in (select id from users where search_text like $1 escape '\\')
                            or s.ip like $1 escape '\\')";

/// Unexpired sessions whose user's name, email or IP address contains `words`, newest first.
pub async fn search(db: &Db, words: &str, number: i64, limits: Limits) -> Result<Page<SessionOfUser>, Error> {
    let in_time = format!(
        "s.expires_at > $2 and (s.last_seen_at > case when s.remember then $3 else $4 end or {IS_CLIENT})"
    );
    let now = db.now();
    let (remembered, seen) = (now - millis(limits.remember), now - millis(limits.idle));
    let pattern = pagination::pattern(words);
    let holds = pagination::search_condition(words, HOLDS_WORDS);
    let count = format!("select count(*) from sessions s where {holds} and {in_time}");
    let list = format!(
        "select s.id, s.created_at, s.last_seen_at, s.remember, s.ip, s.user_agent, {IS_CLIENT} as is_client,
                s.user_id, u.name, u.email
         from (
           select * from sessions s where {holds} and {in_time}
           order by s.created_at desc, s.id desc limit $5 offset $6
         ) s join users u on u.id = s.user_id order by s.created_at desc, s.id desc"
    );
    pagination::page(db, number, sql!(&count, pattern, now, remembered, seen), &list).await
}

pub async fn search_ended(db: &Db, words: &str, number: i64) -> Result<Page<EndedSessionOfUser>, Error> {
    let holds = pagination::search_condition(words, HOLDS_WORDS);
    let count = format!("select count(*) from ended_sessions s where {holds}");
    let list = format!(
        "select p.id, p.created_at, p.last_seen_at, p.remember, p.ip, p.user_agent, p.ended_at, p.end_reason, p.user_id,
                u.name, u.email
         from (
           select * from ended_sessions s where {holds} order by s.ended_at desc, s.id desc limit $2 offset $3
         ) p join users u on u.id = p.user_id order by p.ended_at desc, p.id desc"
    );
    pagination::search(db, words, number, &count, &list).await
}
