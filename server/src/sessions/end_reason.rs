//! How log-ins end: each row that goes leaves its reason in `ended_sessions`, in the same transaction.

use super::Limits;
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::users::{COLUMNS, User};

/// Why a log-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The person logged out.
    LoggedOut,
    /// The person ended it on another device.
    EndedElsewhere,
    /// The person logged in again, and one log-in is all that anybody may have.
    Replaced,
    /// The person changed their password on another device.
    PasswordChanged,
    /// The person changed their address on another device.
    EmailChanged,
    /// Whoever reads the mail of an old address took it back.
    EmailTakenBack,
    /// The owner of the address recovered the account by the link in a security email.
    Recovered,
    /// An admin gave the account back to the owner of its address.
    GivenBack,
    /// The owner of the address proved it first and made the account theirs.
    Claimed,
    /// The person wants to delete their account, and may come back for a while.
    Leaving,
    /// The person chose a new password by a link in a mail.
    PasswordReset,
    /// The person set up a second factor on another device.
    SecondFactorOn,
    /// The person removed their second factor on another device.
    SecondFactorOff,
    /// An admin removed the person's second factor.
    SecondFactorRemoved,
    /// An admin set the person's password.
    PasswordSet,
    /// An admin closed the account.
    Closed,
    /// An admin ended it.
    Revoked,
    /// An admin, or a command, ended everybody's.
    EverybodyRevoked,
    /// The database was restored from a backup.
    Restored,
    /// Nothing was done for too long.
    Idle,
    /// It had lasted as long as a log-in may.
    Absolute,
    /// Nobody wrote down why: its row was deleted by hand, or along with its user, or long ago.
    Unknown,
}

/// Each ending with its name in the table and on lists, and what the person is told.
const ENDINGS: [(EndReason, &str, &str); 22] = [
    (EndReason::LoggedOut, "logged out", "You logged out."),
    (EndReason::EndedElsewhere, "ended from another device", "You ended it from another device."),
    (EndReason::Replaced, "logged in elsewhere", "You logged in on another device."),
    (EndReason::PasswordChanged, "password changed", "Your password was changed."),
    (EndReason::EmailChanged, "address changed", "Your address was changed."),
    (EndReason::EmailTakenBack, "old address taken back", "Your old address was taken back."),
    (EndReason::Recovered, "account recovered by mail", "Your account was recovered by a link in a mail."),
    (
        EndReason::GivenBack,
        "account given back by an admin",
        "An administrator gave this account back to its owner.",
    ),
    (EndReason::Claimed, "account made its owner's", "The owner of the address made this account theirs."),
    (EndReason::Leaving, "account to be deleted", "Your account will be deleted."),
    (EndReason::PasswordReset, "password reset", "You chose a new password."),
    (EndReason::SecondFactorOn, "two-factor log-in turned on", "Two-factor log-in was turned on."),
    (EndReason::SecondFactorOff, "two-factor log-in turned off", "Two-factor log-in was turned off."),
    (
        EndReason::SecondFactorRemoved,
        "two-factor log-in removed by an admin",
        "An administrator removed your two-factor log-in.",
    ),
    (EndReason::PasswordSet, "password set by an admin", "An administrator set a new password for you."),
    (EndReason::Closed, "account closed", "Your account was closed."),
    (EndReason::Revoked, "revoked by an admin", "An administrator ended this log-in."),
    (EndReason::EverybodyRevoked, "everybody signed out", "Everybody was signed out."),
    (EndReason::Restored, "backup restored", "The server was restored from a backup."),
    (EndReason::Idle, "idle for too long", "You were away for too long."),
    (EndReason::Absolute, "time limit", "A log-in lasts only so long."),
    (EndReason::Unknown, "", "Please log in again."),
];

impl EndReason {
    /// The ending in a few words, as the table and lists have it.
    pub fn name(self) -> &'static str {
        ENDINGS.iter().find(|(ending, ..)| *ending == self).map_or("", |(_, name, _)| name)
    }

    /// What the person whose log-in it was is told.
    pub fn told(self) -> &'static str {
        ENDINGS.iter().find(|(ending, ..)| *ending == self).map_or("", |(.., told)| told)
    }

    fn from_name(name: &str) -> Self {
        ENDINGS.iter().find(|(_, known, _)| *known == name).map_or(Self::Unknown, |(ending, ..)| *ending)
    }
}

/// Some of the sessions there are: a condition, and its `$1` and `$2`.
pub(crate) struct Selection<'a>(&'static str, &'a str, &'a str);

impl<'a> Selection<'a> {
    /// All of everybody's.
    pub const ALL: Selection<'static> = Selection("id <> $1 and id <> $2", "", "");

    /// One, whoever it belongs to.
    pub fn one(id: &'a Id) -> Self {
        Self("id = $1 and id <> $2", id.as_str(), "")
    }

    /// One, if it is this user's.
    pub fn own(user_id: &'a Id, id: &'a Id) -> Self {
        Self("id = $1 and user_id = $2", id.as_str(), user_id.as_str())
    }

    /// All of this user's.
    pub fn all_of(user_id: &'a Id) -> Self {
        Self("user_id = $1 and id <> $2", user_id.as_str(), "")
    }

    /// Of this user's, so many that with a new one there are a hundred: lists and tables grow no further.
    pub fn oldest_of(user_id: &'a Id) -> Self {
        const OLDEST: &str = "user_id = $1 and id <> $2 and id not in (
             select id from sessions where user_id = $1 order by created_at desc, id desc limit 99)";
        Self(OLDEST, user_id.as_str(), "")
    }

    /// All of this user's but the one to `keep`.
    pub fn others_of(user_id: &'a Id, keep: &'a Id) -> Self {
        Self("user_id = $1 and id <> $2", user_id.as_str(), keep.as_str())
    }
}

const KEPT: &str = "id, key_hash, user_id, created_at, last_seen_at, remember, ip, user_agent";

/// Ends sessions inside a change that must not happen without it; says how many.
pub(crate) async fn end_within(
    tx: &mut Tx,
    now: i64,
    ending: EndReason,
    which: Selection<'_>,
) -> Result<u64, Error> {
    let Selection(condition, first, second) = which;
    // Two that end the same session at once both leave a reason: the first one counts.
    let keep = format!(
        "insert into ended_sessions ({KEPT}, ended_at, ending)
         select {KEPT}, $3, $4 from sessions where {condition} on conflict (id) do nothing"
    );
    let delete = format!("delete from sessions where {condition}");
    Ok(on!(tx.on(), tx => {
        sqlx::query(&keep).bind(first).bind(second).bind(now).bind(ending.name()).execute(&mut *tx).await?;
        sqlx::query(&delete).bind(first).bind(second).execute(tx).await?.rows_affected()
    }))
}

async fn end_now(db: &Db, ending: EndReason, which: Selection<'_>) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let ended = end_within(&mut tx, db.now(), ending, which).await?;
    tx.commit().await.map(|()| ended)
}

/// Ends the session that its own browser logs out of, or logs in over, inside the change of the browser's id.
pub(crate) async fn log_out(tx: &mut Tx, now: i64, id: &Id) -> Result<(), Error> {
    end_within(tx, now, EndReason::LoggedOut, Selection::one(id)).await.map(drop)
}

/// Ends one session of this user; says whether there was one.
pub async fn end(db: &Db, user_id: &Id, id: &Id) -> Result<bool, Error> {
    Ok(end_now(db, EndReason::EndedElsewhere, Selection::own(user_id, id)).await? > 0)
}

/// Ends every session of this user but the one to `keep`; says how many.
pub async fn end_others(db: &Db, user_id: &Id, keep: &Id) -> Result<u64, Error> {
    end_now(db, EndReason::EndedElsewhere, Selection::others_of(user_id, keep)).await
}

/// Ends any session, whoever it belongs to: for admins. Says whether there was one.
pub async fn revoke(db: &Db, actor: Actor<'_>, id: &Id) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let find = format!(
        "select {COLUMNS} from users u where u.id = (select s.user_id from sessions s where s.id = $1)"
    );
    let owner: Option<User> = on!(tx.on(), tx => sqlx::query_as(&find).bind(id).fetch_optional(tx).await)?;
    let Some(owner) = owner else {
        return Ok(false);
    };
    let now = db.now();
    end_within(&mut tx, now, EndReason::Revoked, Selection::one(id)).await?;
    audit::record(&mut tx, now, actor, Action::RevokedSession, &owner).await?;
    tx.commit().await.map(|()| true)
}

/// Ends every session of this user: for admins.
pub async fn revoke_all(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    end_within(&mut tx, now, EndReason::Revoked, Selection::all_of(&user.id)).await?;
    audit::record(&mut tx, now, actor, Action::RevokedSessions, user).await?;
    tx.commit().await
}

/// Ends every session there is, the actor's own too; says how many.
pub async fn revoke_everybodys(db: &Db, actor: Actor<'_>) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let ended = end_within(&mut tx, now, EndReason::EverybodyRevoked, Selection::ALL).await?;
    audit::record(&mut tx, now, actor, Action::RevokedEverybody, None).await?;
    tx.commit().await.map(|()| ended)
}

/// Ends the sessions that are out of time, which open no door even before; says how many.
pub async fn end_overdue(db: &Db, limits: Limits) -> Result<u64, Error> {
    const OVERDUE: &str = "from sessions
         where expires_at <= $1 or last_seen_at <= case when remember then $2 else $3 end";
    let keep = format!(
        "insert into ended_sessions ({KEPT}, ended_at, ending)
         select {KEPT}, $1, case when expires_at <= $1 then $4 else $5 end {OVERDUE} on conflict (id) do nothing"
    );
    let delete = format!("delete {OVERDUE}");
    let now = db.now();
    let (remembered, seen) = (now - millis(limits.remember), now - millis(limits.idle));
    let mut tx = db.begin().await?;
    let ended = on!(tx.on(), tx => {
        sqlx::query(&keep).bind(now).bind(remembered).bind(seen)
            .bind(EndReason::Absolute.name()).bind(EndReason::Idle.name()).execute(&mut *tx).await?;
        sqlx::query(&delete).bind(now).bind(remembered).bind(seen).execute(tx).await?.rows_affected()
    });
    tx.commit().await.map(|()| ended)
}

/// Why the log-in of the browser with this key is over.
pub(crate) async fn why_ended(db: &Db, key_hash: Vec<u8>) -> Result<EndReason, Error> {
    let find = "select ending from ended_sessions where key_hash = $1
         union all
         select case when expires_at <= $2 then $3 else $4 end from sessions where key_hash = $1";
    let ending: Option<String> = on!(db.read(), pool => sqlx::query_scalar(find)
        .bind(key_hash).bind(db.now()).bind(EndReason::Absolute.name()).bind(EndReason::Idle.name())
        .fetch_optional(pool).await)?;
    Ok(EndReason::from_name(ending.as_deref().unwrap_or_default()))
}
