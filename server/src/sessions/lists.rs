//! Sessions as people see them: their own devices, and everybody's for an admin.

use super::{Limits, device};
use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::pages::{self, Page};

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

/// Everybody's sessions that are in time and whose name, email or address holds `words`, newest first.
pub async fn search(db: &Db, words: &str, number: i64, limits: Limits) -> Result<Page<SessionOfUser>, Error> {
    const WHERE: &str = "from sessions s join users u on u.id = s.user_id
         where s.expires_at > $1 and s.last_seen_at > case when s.remember then $2 else $3 end
           and ($4 = '%%' or u.search_text like $4 escape '\\' or s.ip like $4 escape '\\')";
    let now = db.now();
    let (remembered, seen) = (now - millis(limits.remember), now - millis(limits.idle));
    let pattern = pages::pattern(words);
    let count = format!("select count(*) {WHERE}");
    let list = format!(
        "select s.id, s.created_at, s.last_seen_at, s.remember, s.ip, s.user_agent, s.user_id, u.name, u.email
         {WHERE} order by s.created_at desc, s.id desc limit $5 offset $6"
    );
    let (total, number, rows) = on!(db.read(), pool => {
        let total = sqlx::query_scalar(&count).bind(now).bind(remembered).bind(seen).bind(&pattern)
            .fetch_one(pool).await?;
        let number = pages::nearest(number, total);
        let rows = sqlx::query_as(&list).bind(now).bind(remembered).bind(seen).bind(&pattern)
            .bind(pages::SIZE).bind(pages::offset(number))
            .fetch_all(pool).await?;
        (total, number, rows)
    });
    Ok(Page { rows, number, total })
}
