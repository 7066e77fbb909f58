//! Sessions as people see them: their own devices, and everybody's for an admin.

use super::{Limits, device};
use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::pagination::{self, Page};

/// One log-in on one browser.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// Its public id.
    pub id: Id,
    /// When the person logged in, in unix milliseconds.
    pub created_at: i64,
    /// When the browser was last seen, in unix milliseconds; up to a minute behind.
    pub last_seen_at: i64,
    /// Whether the log-in outlives the browser's window.
    pub remember: bool,
    /// The address it came from.
    pub ip: String,
    user_agent: String,
}

impl Session {
    /// The browser and system in words, like `Firefox on Windows`.
    pub fn device(&self) -> String {
        device::in_words(&self.user_agent)
    }

    /// The same as the browser says it.
    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }
}

/// A session and whose it is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionOfUser {
    /// The session.
    #[sqlx(flatten)]
    pub session: Session,
    /// Whose it is.
    pub user_id: Id,
    /// That person's name.
    pub name: String,
    /// That person's address.
    pub email: String,
}

/// The user's sessions that are in time, the one seen last first.
pub async fn of_user(db: &Db, user_id: &Id, limits: Limits) -> Result<Vec<Session>, Error> {
    let now = db.now();
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, created_at, last_seen_at, remember, ip, user_agent from sessions
         where user_id = $1 and expires_at > $2 and last_seen_at > case when remember then $3 else $4 end
         order by last_seen_at desc, id desc",
    )
    .bind(user_id).bind(now).bind(now - millis(limits.remember)).bind(now - millis(limits.idle))
    .fetch_all(pool).await)?)
}

/// How many sessions of the user are in time.
pub async fn count_of_user(db: &Db, user_id: &Id, limits: Limits) -> Result<i64, Error> {
    let now = db.now();
    Ok(on!(db.read(), pool => sqlx::query_scalar(
        "select count(*) from sessions
         where user_id = $1 and expires_at > $2 and last_seen_at > case when remember then $3 else $4 end",
    )
    .bind(user_id).bind(now).bind(now - millis(limits.remember)).bind(now - millis(limits.idle))
    .fetch_one(pool).await)?)
}

/// A session that is over.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndedSession {
    /// The session.
    #[sqlx(flatten)]
    pub session: Session,
    /// When it ended, in unix milliseconds.
    pub ended_at: i64,
    /// Why, in a few words.
    pub ending: String,
}

/// A session that is over and whose it was.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndedSessionOfUser {
    /// The session.
    #[sqlx(flatten)]
    pub ended: EndedSession,
    /// Whose it was.
    pub user_id: Id,
    /// That person's name.
    pub name: String,
    /// That person's address.
    pub email: String,
}

/// The user's sessions that ended lately, the last one first; at most as many as a page holds.
pub async fn ended_of_user(db: &Db, user_id: &Id) -> Result<Vec<EndedSession>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, created_at, last_seen_at, remember, ip, user_agent, ended_at, ending from ended_sessions
         where user_id = $1 order by ended_at desc limit $2",
    )
    .bind(user_id).bind(pagination::SIZE)
    .fetch_all(pool).await)?)
}

/// All of the user's sessions that ended lately, the last one first.
pub async fn all_ended_of_user(db: &Db, user_id: &Id) -> Result<Vec<EndedSession>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, created_at, last_seen_at, remember, ip, user_agent, ended_at, ending from ended_sessions
         where user_id = $1 order by ended_at desc, id desc",
    )
    .bind(user_id)
    .fetch_all(pool).await)?)
}

/// Those who fit are found once: joined, each would be looked at again for each of their sessions. For the same
/// reason names are joined to the rows of a page, not to all.
const HOLDS_WORDS: &str = "(s.user_id in (select id from users where search_text like $1 escape '\\')
                            or s.ip like $1 escape '\\')";

/// Everybody's sessions that are in time and whose name, email or address holds `words`, newest first.
pub async fn search(db: &Db, words: &str, number: i64, limits: Limits) -> Result<Page<SessionOfUser>, Error> {
    const IN_TIME: &str = "s.expires_at > $2 and s.last_seen_at > case when s.remember then $3 else $4 end";
    let now = db.now();
    let (remembered, seen) = (now - millis(limits.remember), now - millis(limits.idle));
    let pattern = pagination::pattern(words);
    let holds = pagination::search_condition(words, HOLDS_WORDS);
    let count = format!("select count(*) from sessions s where {holds} and {IN_TIME}");
    let list = format!(
        "select p.id, p.created_at, p.last_seen_at, p.remember, p.ip, p.user_agent, p.user_id, u.name, u.email
         from (
           select * from sessions s where {holds} and {IN_TIME}
           order by s.created_at desc, s.id desc limit $5 offset $6
         ) p join users u on u.id = p.user_id order by p.created_at desc, p.id desc"
    );
    let (total, number, rows) = on!(db.read(), pool => {
        let total = sqlx::query_scalar(&count).bind(&pattern).bind(now).bind(remembered).bind(seen)
            .fetch_one(pool).await?;
        let number = pagination::clamp_page(number, total);
        let rows = sqlx::query_as(&list).bind(&pattern).bind(now).bind(remembered).bind(seen)
            .bind(pagination::SIZE).bind(pagination::offset(number))
            .fetch_all(pool).await?;
        (total, number, rows)
    });
    Ok(Page { rows, number, total })
}

/// Everybody's sessions that ended lately and whose name, email or address holds `words`, the last one first.
pub async fn search_ended(db: &Db, words: &str, number: i64) -> Result<Page<EndedSessionOfUser>, Error> {
    let holds = pagination::search_condition(words, HOLDS_WORDS);
    let count = format!("select count(*) from ended_sessions s where {holds}");
    let list = format!(
        "select p.id, p.created_at, p.last_seen_at, p.remember, p.ip, p.user_agent, p.ended_at, p.ending, p.user_id,
                u.name, u.email
         from (
           select * from ended_sessions s where {holds} order by s.ended_at desc, s.id desc limit $2 offset $3
         ) p join users u on u.id = p.user_id order by p.ended_at desc, p.id desc"
    );
    pagination::search(db, words, number, &count, &list).await
}
