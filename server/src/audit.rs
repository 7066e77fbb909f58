//! The audit: who did what to whom, when and from where. Rows are only added, in the transaction of the change itself.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;
use crate::users::User;

/// Who does something, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// `None` for a command on the server.
    pub user: Option<&'a User>,
    /// IP address, or empty.
    pub ip: &'a str,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A user became an admin.
    MadeAdmin,
    /// An admin lost the admin rights.
    UnmadeAdmin,
    /// An account was closed.
    Closed,
    /// An account was opened again.
    Opened,
    /// A user changed their own password.
    ChangedPassword,
    /// A user chose a new password by a link in an email.
    ResetPassword,
    /// An admin set a user's password.
    SetPassword,
    /// An account was deleted.
    Deleted,
    /// An admin ended one session.
    RevokedSession,
    /// An admin ended all sessions of a user.
    RevokedSessions,
    /// All sessions of all users were ended.
    RevokedAllUsers,
    /// A user changed their own email address.
    ChangedEmail,
    /// A user added a passkey to their account.
    AddedPasskey,
    /// A user removed a passkey from their account.
    RemovedPasskey,
    /// A user took back an old email address, by a link in an email.
    TookEmailBack,
    /// A user recovered their account by the link in a security email.
    RecoveredAccount,
    /// A user was the first to prove an email address. What another person had left in its account was deleted.
    EmptiedAccount,
    /// An admin gave an account back to the owner of its email address.
    GaveAccountBack,
    /// A user planned the deletion of their own account, after some days.
    PlannedDeletion,
    /// A user cancelled the planned deletion of their account.
    KeptAccount,
    /// A user deleted their own account.
    DeletedOwn,
    /// A user set up a second factor.
    TurnedOnSecondFactor,
    /// A user removed their own second factor.
    TurnedOffSecondFactor,
    /// An admin removed a user's second factor.
    RemovedSecondFactor,
    /// A user made new recovery codes.
    MadeRecoveryCodes,
    /// A recovery code was used in place of the second factor.
    UsedRecoveryCode,
    /// The database was restored from a backup, by a command on the server.
    RestoredBackup,
}

impl Action {
    /// The name in the table and on pages.
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
            Self::RevokedAllUsers => "logged out all users",
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
    /// In unix milliseconds.
    pub at: i64,
    /// Email address of the actor at that time, or empty for a command on the server.
    pub actor_email: String,
    /// Name of the action.
    pub action: String,
    /// Email address of the subject at that time, or empty for all users.
    pub subject_email: String,
    /// IP address.
    pub ip: String,
}

/// Adds a line: `actor` does this to `subject` (`None`: all users). It exists only if the transaction commits.
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
    let insert = "insert into audit
           (id, at, actor_id, actor_email, action, subject_id, subject_email, ip, search_text)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.execute(sql!(
        insert,
        Id::new(),
        now,
        actor.user.map(|user| &user.id),
        email,
        action.name(),
        subject_id,
        subject_email,
        actor.ip,
        search_text
    ))
    .await
    .map(drop)
}

/// Returns the lines that contain `words` in an email address or in the action, newest first.
pub async fn search(db: &Db, words: &str, number: i64) -> Result<Page<Entry>, Error> {
    let holds = pagination::search_condition(words, "search_text like $1 escape '\\'");
    let count = format!("select count(*) from audit where {holds}");
    let list = format!(
        "select at, actor_email, action, subject_email, ip from audit where {holds} order by at desc, id desc limit $2 offset $3"
    );
    pagination::search(db, words, number, &count, &list).await
}

/// A line of the audit for the user who did it, or to whom it was done. It names no other person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnEntry {
    /// In unix milliseconds.
    pub at: i64,
    /// Name of the action.
    pub action: String,
    /// IP address if the user did it, else empty.
    pub ip: String,
    /// Whether the user did it.
    pub is_by_them: bool,
    /// Whether it was done to the user.
    pub is_about_them: bool,
}

/// Returns the lines about the user and by the user, oldest first.
pub async fn of_user(db: &Db, user_id: &Id) -> Result<Vec<OwnEntry>, Error> {
    let list = "select at, action, case when actor_id = $1 then ip else '' end as ip,
                coalesce(actor_id = $1, false) as is_by_them, subject_id = $1 as is_about_them
         from audit where actor_id = $1 or subject_id = $1 order by at, id";
    db.rows(sql!(list, user_id)).await
}
