//! Who did what to whom, when and from where. Rows are only ever added, in the transaction of the change itself.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::pagination::{self, Page};
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
    /// Somebody chose a new password by a link in a mail.
    ResetPassword,
    /// An admin chose somebody's password.
    SetPassword,
    /// An account was deleted.
    Deleted,
    /// One session was ended by an admin.
    RevokedSession,
    /// All sessions of somebody were ended by an admin.
    RevokedSessions,
    /// All sessions of everybody were ended.
    RevokedEverybody,
    /// Somebody changed their own address.
    ChangedEmail,
    /// Somebody added a passkey to their account.
    AddedPasskey,
    /// Somebody removed a passkey from their account.
    RemovedPasskey,
    /// Somebody took an old address of theirs back, by a link in a mail.
    TookEmailBack,
    /// Somebody recovered their account by the link in a security email.
    RecoveredAccount,
    /// Somebody proved an address first, and what another person had left in its account was deleted.
    EmptiedAccount,
    /// An admin gave an account back to the owner of its address.
    GaveAccountBack,
    /// Somebody wants their own account deleted, after some days.
    PlannedDeletion,
    /// Somebody came back and keeps their account.
    KeptAccount,
    /// Somebody deleted their own account.
    DeletedOwn,
    /// Somebody set up a second factor.
    TurnedOnSecondFactor,
    /// Somebody removed their own second factor.
    TurnedOffSecondFactor,
    /// An admin removed somebody's second factor.
    RemovedSecondFactor,
    /// Somebody had new recovery codes made.
    MadeRecoveryCodes,
    /// A recovery code stood in for the second factor.
    UsedRecoveryCode,
    /// The database was restored from a backup, by a command on the server.
    RestoredBackup,
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
            Self::ResetPassword => "reset the own password",
            Self::SetPassword => "set the password",
            Self::Deleted => "deleted the account",
            Self::RevokedSession => "revoked a session",
            Self::RevokedSessions => "revoked all sessions",
            Self::RevokedEverybody => "signed everybody out",
            Self::ChangedEmail => "changed the own address",
            Self::AddedPasskey => "added a passkey",
            Self::RemovedPasskey => "removed a passkey",
            Self::TookEmailBack => "took the old address back",
            Self::RecoveredAccount => "recovered the own account",
            Self::EmptiedAccount => "emptied the unconfirmed account",
            Self::GaveAccountBack => "gave the account back to its owner",
            Self::PlannedDeletion => "planned to delete the own account",
            Self::KeptAccount => "kept the own account",
            Self::DeletedOwn => "deleted the own account",
            Self::TurnedOnSecondFactor => "turned on two-factor log-in",
            Self::TurnedOffSecondFactor => "turned off two-factor log-in",
            Self::RemovedSecondFactor => "removed two-factor log-in",
            Self::MadeRecoveryCodes => "made new recovery codes",
            Self::UsedRecoveryCode => "used a recovery code",
            Self::RestoredBackup => "restored a backup",
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
    /// To whom: their address then, or empty for everybody.
    pub subject_email: String,
    /// From where.
    pub ip: String,
}

/// Writes down what `actor` does to `subject` (none: everybody), if the rest of the transaction happens too.
pub(crate) async fn record<'a>(
    tx: &mut Tx,
    now: i64,
    actor: Actor<'_>,
    action: Action,
    subject: impl Into<Option<&'a User>>,
) -> Result<(), Error> {
    let email = actor.user.map_or("", |user| &user.email);
    let (subject_id, subject_email) = subject.into().map_or(("", ""), |user| (user.id.as_str(), &user.email));
    let search_text = format!("{email}\n{subject_email}\n{}", action.name()).to_lowercase();
    Ok(on!(tx.on(), tx => sqlx::query(
        "insert into audit (id, at, actor_id, actor_email, action, subject_id, subject_email, ip, search_text)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(Id::new()).bind(now).bind(actor.user.map(|user| &user.id)).bind(email).bind(action.name())
    .bind(subject_id).bind(subject_email).bind(actor.ip).bind(search_text)
    .execute(tx).await.map(drop))?)
}

/// The lines that hold `words` in an address or in what was done, newest first.
pub async fn search(db: &Db, words: &str, number: i64) -> Result<Page<Entry>, Error> {
    let holds = pagination::search_condition(words, "search_text like $1 escape '\\'");
    let count = format!("select count(*) from audit where {holds}");
    let list = format!(
        "select at, actor_email, action, subject_email, ip from audit where {holds} order by at desc, id desc limit $2 offset $3"
    );
    pagination::search(db, words, number, &count, &list).await
}

/// A line of the audit as the person sees it who did it, or to whom it was done: it names nobody else.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnEntry {
    /// When, in unix milliseconds.
    pub at: i64,
    /// What was done.
    pub action: String,
    /// From where, if they did it themselves; else empty.
    pub ip: String,
    /// Whether they did it.
    pub is_by_them: bool,
    /// Whether it was done to them.
    pub is_about_them: bool,
}

/// The lines about the user and by them, the oldest first.
pub async fn of_user(db: &Db, user_id: &Id) -> Result<Vec<OwnEntry>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select at, action, case when actor_id = $1 then ip else '' end as ip,
                coalesce(actor_id = $1, false) as is_by_them, subject_id = $1 as is_about_them
         from audit where actor_id = $1 or subject_id = $1 order by at, id",
    )
    .bind(user_id)
    .fetch_all(pool).await)?)
}
