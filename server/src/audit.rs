//! Who did what to whom, when and from where. Rows are only ever added, in the transaction of the change itself.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::pages::{self, Page};
use crate::users::User;

/// Who does something, and where they sit.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Nobody: whoever typed a command on the server.
    pub user: Option<&'a User>,
    /// Their address, or empty.
    pub ip: &'a str,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The admin area was opened to somebody.
    MadeAdmin,
    /// The admin area was closed to somebody.
    UnmadeAdmin,
    /// An account was closed.
    Closed,
    /// An account was opened again.
    Opened,
    /// Somebody chose a new password for themselves.
    ChangedPassword,
    /// An admin chose somebody's password.
    SetPassword,
    /// An account was deleted.
    Deleted,
    /// One session was ended by an admin.
    RevokedSession,
    /// All sessions of somebody were ended by an admin.
    RevokedSessions,
}

impl Action {
    /// The action as the table and people have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MadeAdmin => "made an admin",
            Self::UnmadeAdmin => "unmade an admin",
            Self::Closed => "closed the account",
            Self::Opened => "opened the account",
            Self::ChangedPassword => "changed the own password",
            Self::SetPassword => "set the password",
            Self::Deleted => "deleted the account",
            Self::RevokedSession => "revoked a session",
            Self::RevokedSessions => "revoked all sessions",
        }
    }
}

/// One line of the audit.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    /// When, in unix milliseconds.
    pub at: i64,
    /// Who did it: their address then, or empty for a command on the server.
    pub actor_email: String,
    /// What they did.
    pub action: String,
    /// To whom: their address then.
    pub subject_email: String,
    /// From where.
    pub ip: String,
}

/// Writes down what `actor` does to `subject`, if the rest of the transaction happens too.
pub(crate) async fn record(
    tx: &mut Tx,
    now: i64,
    actor: Actor<'_>,
    action: Action,
    subject: &User,
) -> Result<(), Error> {
    let email = actor.user.map_or("", |user| &user.email);
    let search_text = format!("{email}\n{}\n{}", subject.email, action.name()).to_lowercase();
    Ok(on!(tx.on(), tx => sqlx::query(
        "insert into audit (id, at, actor_id, actor_email, action, subject_id, subject_email, ip, search_text)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(Id::new()).bind(now).bind(actor.user.map(|user| &user.id)).bind(email).bind(action.name())
    .bind(&subject.id).bind(&subject.email).bind(actor.ip).bind(search_text)
    .execute(tx).await.map(drop))?)
}

/// The lines that hold `words` in an address or in what was done, newest first.
pub async fn search(db: &Db, words: &str, number: i64) -> Result<Page<Entry>, Error> {
    const WHERE: &str = "from audit where ($1 = '%%' or search_text like $1 escape '\\')";
    let pattern = pages::pattern(words);
    let count = format!("select count(*) {WHERE}");
    let list = format!(
        "select at, actor_email, action, subject_email, ip {WHERE} order by at desc, id desc limit $2 offset $3"
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
