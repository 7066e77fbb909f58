//! The audit log: who did what to whom, when and from where. Rows are only added, in the transaction of the change.

use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;
use crate::users::{Role, User};
use std::time::Duration;

const WEEK: Duration = Duration::from_secs(7 * 86_400);

#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// `None` for the program: a command or a background task.
    pub user: Option<&'a User>,
    pub ip: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Granted(Role),
    Removed(Role),
    SwitchedTo(Role),
    Disabled,
    Enabled,
    ChangedPassword,
    ResetPassword,
    SetPassword,
    Deleted,
    RevokedSession,
    RevokedSessions,
    RevokedAllUsers,
    ChangedEmail,
    AddedPasskey,
    RemovedPasskey,
    CreatedToken,
    RevokedToken,
    LinkedProvider,
    UnlinkedProvider,
    SetFirstPassword,
    RestoredEmail,
    RecoveredAccount,
    /// The owner of the address verified it first; another person's data was deleted.
    EmptiedAccount,
    GaveAccountBack,
    PlannedDeletion,
    CancelledDeletion,
    DeletedOwn,
    TurnedOnSecondFactor,
    TurnedOffSecondFactor,
    RemovedSecondFactor,
    MadeRecoveryCodes,
    UsedRecoveryCode,
    RestoredBackup,
    RestartedWorker,
    RestartedMaintenance,
    RestartedLiveTabs,
    /// Its address was not confirmed in time.
    DeletedUnconfirmed,
    RetriedJob,
    DeletedJob,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted(Role::Member) => "made a member",
            Self::Granted(Role::Admin) => "made an admin",
            Self::Removed(Role::Member) => "removed the member role",
            Self::Removed(Role::Admin) => "removed the admin role",
            Self::SwitchedTo(Role::Member) => "switched to the member role",
            Self::SwitchedTo(Role::Admin) => "switched to the admin role",
            Self::Disabled => "disabled the account",
            Self::Enabled => "enabled the account",
            Self::ChangedPassword => "changed their password",
            Self::ResetPassword => "reset their password",
            Self::SetPassword => "set the password",
            Self::Deleted => "deleted the account",
            Self::RevokedSession => "revoked a session",
            Self::RevokedSessions => "revoked all sessions",
            Self::RevokedAllUsers => "logged out all users",
            Self::ChangedEmail => "changed their email address",
            Self::AddedPasskey => "added a passkey",
            Self::RemovedPasskey => "removed a passkey",
            Self::CreatedToken => "created an access token",
            Self::RevokedToken => "revoked an access token",
            Self::LinkedProvider => "linked a log-in method",
            Self::UnlinkedProvider => "unlinked a log-in method",
            Self::SetFirstPassword => "set a password where there was none",
            Self::RestoredEmail => "restored their old email address",
            Self::RecoveredAccount => "recovered their account",
            Self::EmptiedAccount => "emptied the unconfirmed account",
            Self::GaveAccountBack => "gave the account back to its owner",
            Self::PlannedDeletion => "planned to delete their account",
            Self::CancelledDeletion => "cancelled the deletion of their account",
            Self::DeletedOwn => "deleted their account",
            Self::TurnedOnSecondFactor => "turned on two-factor log-in",
            Self::TurnedOffSecondFactor => "turned off two-factor log-in",
            Self::RemovedSecondFactor => "removed two-factor log-in",
            Self::MadeRecoveryCodes => "made new recovery codes",
            Self::UsedRecoveryCode => "used a recovery code",
            Self::RestoredBackup => "restored a backup",
            Self::RestartedWorker => "restarted a worker after a panic",
            Self::RestartedMaintenance => "restarted maintenance after a panic",
            Self::RestartedLiveTabs => "restarted live tabs after a panic",
            Self::DeletedUnconfirmed => "deleted the unconfirmed account",
            Self::RetriedJob => "retried a failed job",
            Self::DeletedJob => "deleted a failed job",
        }
    }
}

/// In place of the id of a user or a job.
pub const PROGRAM: &str = "program";

#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    User(&'a User),
    AllUsers,
    Program,
    /// By its id.
    Job(&'a str),
}

impl<'a> From<&'a User> for Subject<'a> {
    fn from(user: &'a User) -> Self {
        Self::User(user)
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    pub id: Id<Entry>,
    /// In unix milliseconds.
    pub at: i64,
    /// At that time; empty for the program.
    pub actor_email: String,
    pub action: String,
    /// Id of a user or a job, or `PROGRAM`; empty for all users.
    pub subject_id: String,
    /// At that time; empty unless the subject is a user.
    pub subject_email: String,
    pub ip: String,
}

pub(crate) async fn record<'a>(
    tx: &mut Tx,
    now: i64,
    actor: Actor<'_>,
    action: Action,
    subject: impl Into<Subject<'a>>,
) -> Result<(), Error> {
    let email = actor.user.map_or("", |user| &user.email);
    let (subject_id, subject_email) = match subject.into() {
        Subject::User(user) => (user.id.as_str(), user.email.as_str()),
        Subject::AllUsers => ("", ""),
        Subject::Program => (PROGRAM, ""),
        Subject::Job(id) => (id, ""),
    };
    let search_text = format!("{email}\n{subject_email}\n{}", action.name()).to_lowercase();
    let insert = "insert into audit
           (id, at, actor_id, actor_email, action, subject_id, subject_email, ip, search_text)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.execute(sql!(
        insert,
        Id::<Entry>::new(),
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

/// `action` is one of the restarts.
pub async fn record_restart(db: &Db, action: Action) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    record(&mut tx, db.now(), Actor { user: None, ip: "" }, action, Subject::Program).await?;
    tx.commit().await
}

/// The words that find restarts in the audit log.
pub const RESTARTS: &str = "after a panic";

/// Returns the number of restarts of background tasks in the last week.
pub async fn recent_restarts(db: &Db) -> Result<i64, Error> {
    let count = "select count(*) from audit where at >= $1 and action in ($2, $3, $4)";
    let [worker, maintenance, tabs] =
        [Action::RestartedWorker, Action::RestartedMaintenance, Action::RestartedLiveTabs].map(Action::name);
    let (restarts,) = db.row(sql!(count, db.now() - millis(WEEK), worker, maintenance, tabs)).await?;
    Ok(restarts)
}

const COLUMNS: &str = "id, at, actor_email, action, subject_id, subject_email, ip";

pub async fn search(db: &Db, words: &str, number: i64) -> Result<Page<Entry>, Error> {
    let holds = pagination::search_condition(words, "search_text like $1 escape '\\'");
    let count = format!("select count(*) from audit where {holds}");
    let list =
        format!("select {COLUMNS} from audit where {holds} order by at desc, id desc limit $2 offset $3");
    pagination::search(db, words, number, &count, &list).await
}

/// All entries in the order of their ids, in parts. `after` is the last entry of the part before; the end is empty.
pub async fn all(db: &Db, after: Option<&Id<Entry>>) -> Result<Vec<Entry>, Error> {
    let list = format!("select {COLUMNS} from audit where id > $1 order by id limit $2");
    db.rows(sql!(&list, after.map_or("", Id::as_str), pagination::PART)).await
}

/// A line for the user who did it, or to whom it was done. It names no other person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OwnEntry {
    /// In unix milliseconds.
    pub at: i64,
    pub action: String,
    /// Empty unless the user did it.
    pub ip: String,
    pub is_by_them: bool,
    pub is_about_them: bool,
}

pub async fn of_user(db: &Db, user_id: &Id<User>) -> Result<Vec<OwnEntry>, Error> {
    let list = "select at, action, case when actor_id = $1 then ip else '' end as ip,
                coalesce(actor_id = $1, false) as is_by_them, subject_id = $1 as is_about_them
         from audit where actor_id = $1 or subject_id = $1 order by at, id";
    db.rows(sql!(list, user_id)).await
}
