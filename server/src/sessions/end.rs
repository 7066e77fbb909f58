//! The end of log-ins: each deleted row leaves its end reason in `ended_sessions`, in the same transaction.

use super::{EndReason, IS_CLIENT, Limits, Session};
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::scope::Scope;
use crate::sql;
use crate::users::{COLUMNS, User};
use std::collections::HashMap;

/// A condition in SQL, and the values of its `$1` and `$2`.
pub(crate) struct Selection<'a>(&'static str, &'a str, &'a str);

impl<'a> Selection<'a> {
    pub const ALL: Selection<'static> = Selection("id <> $1 and id <> $2", "", "");

    pub fn one(id: &'a Id<Session>) -> Self {
        Self("id = $1 and id <> $2", id.as_str(), "")
    }

    pub fn own(user_id: &'a Id<User>, id: &'a Id<Session>) -> Self {
        Self("id = $1 and user_id = $2", id.as_str(), user_id.as_str())
    }

    pub fn all_of(user_id: &'a Id<User>) -> Self {
        Self("user_id = $1 and id <> $2", user_id.as_str(), "")
    }

    /// All but the newest 99: with the new one, a user has a hundred at most.
    pub fn oldest_of(user_id: &'a Id<User>) -> Self {
        const OLDEST: &str = "user_id = $1 and id <> $2 and id not in (
             select id from sessions where user_id = $1 order by created_at desc, id desc limit 99)";
        Self(OLDEST, user_id.as_str(), "")
    }

    /// All that began with the identity, except for `keep`.
    pub fn began_with(identity_id: &'a str, keep: &'a str) -> Self {
        const OF: &str =
            "id in (select session_id from provider_sessions where identity_id = $1) and id <> $2";
        Self(OF, identity_id, keep)
    }

    pub fn of_provider_session(identity_id: &'a str, sid: &'a str) -> Self {
        const OF: &str =
            "id in (select session_id from provider_sessions where identity_id = $1 and sid = $2)";
        Self(OF, identity_id, sid)
    }

    pub fn of_provider_sid(issuer: &'a str, sid: &'a str) -> Self {
        const OF: &str =
            "id in (select p.session_id from provider_sessions p join identities i on i.id = p.identity_id
             where i.issuer = $1 and p.sid = $2)";
        Self(OF, issuer, sid)
    }

    pub fn others_of(user_id: &'a Id<User>, keep: &'a Id<Session>) -> Self {
        Self("user_id = $1 and id <> $2", user_id.as_str(), keep.as_str())
    }
}

const KEPT: &str = "id, key_hash, user_id, created_at, last_seen_at, remember, ip, user_agent";

pub(crate) async fn end_within(
    tx: &mut Tx,
    now: i64,
    reason: EndReason,
    which: Selection<'_>,
) -> Result<u64, Error> {
    let Selection(condition, first, second) = which;
    // The first reason of two parallel ends is kept. Both lock in one order: otherwise they could deadlock.
    let wait = tx.locking("for update");
    let keep = format!(
        "insert into ended_sessions ({KEPT}, ended_at, end_reason)
         select {KEPT}, $3, $4 from sessions where {condition} order by id {wait}
         on conflict (id) do nothing"
    );
    let delete = format!("delete from sessions where {condition}");
    tx.execute(sql!(&keep, first, second, now, reason.name())).await?;
    tx.execute(sql!(&delete, first, second)).await
}

async fn end_now(db: &Db, reason: EndReason, which: Selection<'_>) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let ended = end_within(&mut tx, db.now(), reason, which).await?;
    tx.commit().await.map(|()| ended)
}

/// For the session's own browser, in the transaction that changes its id.
pub(crate) async fn log_out(tx: &mut Tx, now: i64, id: &Id<Session>) -> Result<(), Error> {
    end_within(tx, now, EndReason::LoggedOut, Selection::one(id)).await.map(drop)
}

/// Returns whether it existed.
pub async fn end(db: &Db, scope: &Scope, id: &Id<Session>) -> Result<bool, Error> {
    Ok(end_now(db, EndReason::EndedElsewhere, Selection::own(scope.user_id(), id)).await? > 0)
}

pub async fn end_others(db: &Db, scope: &Scope, keep: &Id<Session>) -> Result<u64, Error> {
    end_now(db, EndReason::EndedElsewhere, Selection::others_of(scope.user_id(), keep)).await
}

/// For admins. Returns whether it existed.
pub async fn revoke(db: &Db, actor: Actor<'_>, id: &Id<Session>) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let find = format!(
        "select {COLUMNS} from users u where u.id = (select s.user_id from sessions s where s.id = $1)"
    );
    let owner: Option<User> = tx.optional(sql!(&find, id)).await?;
    let Some(owner) = owner else {
        return Ok(false);
    };
    let now = db.now();
    end_within(&mut tx, now, EndReason::Revoked, Selection::one(id)).await?;
    audit::record(&mut tx, now, actor, Action::RevokedSession, &owner).await?;
    tx.commit().await.map(|()| true)
}

/// For admins.
pub async fn revoke_all(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    end_within(&mut tx, now, EndReason::Revoked, Selection::all_of(&user.id)).await?;
    audit::record(&mut tx, now, actor, Action::RevokedSessions, user).await?;
    tx.commit().await
}

/// Includes the actor's own sessions. Returns how many.
pub async fn revoke_all_users(db: &Db, actor: Actor<'_>) -> Result<u64, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let ended = end_within(&mut tx, now, EndReason::AllUsersRevoked, Selection::ALL).await?;
    audit::record(&mut tx, now, actor, Action::RevokedAllUsers, audit::Subject::AllUsers).await?;
    tx.commit().await.map(|()| ended)
}

/// Expired sessions are already invalid. Returns how many.
pub async fn end_overdue(db: &Db, limits: Limits) -> Result<u64, Error> {
    let overdue = format!(
        "from sessions as s where expires_at <= $1
           or (last_seen_at <= case when remember then $2 else $3 end and not {IS_CLIENT})"
    );
    let wait = db.locking("for update");
    let keep = format!(
        "insert into ended_sessions ({KEPT}, ended_at, end_reason)
         select {KEPT}, $1, case when expires_at <= $1 then $4 else $5 end {overdue} order by id {wait}
         on conflict (id) do nothing"
    );
    let delete = format!("delete {overdue}");
    let now = db.now();
    let (remembered, seen) = (now - millis(limits.remember), now - millis(limits.idle));
    let mut tx = db.begin().await?;
    tx.execute(sql!(&keep, now, remembered, seen, EndReason::Absolute.name(), EndReason::Idle.name()))
        .await?;
    let ended = tx.execute(sql!(&delete, now, remembered, seen)).await?;
    tx.commit().await.map(|()| ended)
}

pub(crate) async fn why_ended(db: &Db, key_hash: Vec<u8>) -> Result<EndReason, Error> {
    let find = "select end_reason from ended_sessions where key_hash = $1
         union all
         select case when expires_at <= $2 then $3 else $4 end from sessions where key_hash = $1";
    let reason: Option<(String,)> = db
        .optional(sql!(find, key_hash, db.now(), EndReason::Absolute.name(), EndReason::Idle.name()))
        .await?;
    Ok(EndReason::from_name(&reason.unwrap_or_default().0))
}

/// Returns those of the sessions that are no longer valid, with their end reasons: one statement for all.
pub(crate) async fn ended_among(
    db: &Db,
    limits: Limits,
    sessions: &[Id<Session>],
) -> Result<HashMap<Id<Session>, EndReason>, Error> {
    const REASON: &str = "select a.id, coalesce(
           (select end_reason from ended_sessions e where e.id = a.id),
           (select case when s.expires_at <= $2 then $5 else $6 end from sessions s where s.id = a.id), '')
         from asked a where not exists (
           select 1 from sessions s join users u on u.id = s.user_id
           where s.id = a.id and s.expires_at > $2 and u.disabled_at is null
             and s.last_seen_at > case when s.remember then $3 else $4 end)";
    if sessions.is_empty() {
        return Ok(HashMap::new());
    }
    let (asked, now) = (serde_json::to_string(sessions)?, db.now());
    let (remembered, seen) = (now - millis(limits.remember), now - millis(limits.idle));
    let (absolute, idle) = (EndReason::Absolute.name(), EndReason::Idle.name());
    let found: Vec<(Id<Session>, String)> = db
        .rows(sql!(
            sqlite: &format!("with asked as (select value as id from json_each($1)) {REASON}"),
            postgres: &format!("with asked as (select value as id from json_array_elements_text($1::json)) {REASON}"),
            asked, now, remembered, seen, absolute, idle
        ))
        .await?;
    Ok(found.into_iter().map(|(id, reason)| (id, EndReason::from_name(&reason))).collect())
}
