//! Recovery: the owner of an email address gets the account back, and an attacker keeps no access. See
//! `docs/decisions/0019-recovery.md`.

use super::administration::is_oneself;
use super::{passkeys, two_factor};
use crate::api_tokens;
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::emails::{self, Email, Notification};
use crate::error::Error;
use crate::id::Id;
use crate::identities;
use crate::refusal::Refusal;
use crate::sessions::{self, EndReason, Selection, end_within};
use crate::sql;
use crate::tokens::{self, Purpose, Token, recovery};
use crate::users::{self, MAX_NAME_LENGTH, User, email_key, lock_for_update, search_text};
use std::time::Duration;

/// How long before the event an attacker may already have had access.
pub const REACH: Duration = Duration::from_secs(72 * 3600);

pub(super) struct Recovery<'a> {
    pub reason: EndReason,
    /// In unix milliseconds; what was added since is removed.
    pub since: i64,
    /// Empty: no password until the owner chooses one by email.
    pub password_hash: &'a str,
}

impl Recovery<'static> {
    fn about(reason: EndReason, at: i64) -> Self {
        Self { reason, since: at - millis(REACH), password_hash: "" }
    }
}

/// Removes what an attacker could have added or known, also a planned deletion. What is older stays.
pub(super) async fn recover_in(
    tx: &mut Tx,
    now: i64,
    user: &User,
    recovery: Recovery<'_>,
) -> Result<(), Error> {
    let Recovery { reason, since, password_hash } = recovery;
    end_within(tx, now, reason, Selection::all_of(&user.id)).await?;
    let update = "update users set password_hash = $2, password_changed_at = $3,
           delete_at = case when coalesce(deletion_planned_at, $4) >= $4 then null else delete_at end
         where id = $1";
    tx.execute(sql!(update, user.id, password_hash, now, since)).await?;
    passkeys::remove_since_in(tx, user, since).await?;
    identities::remove_since_in(tx, user, since).await?;
    two_factor::remove_since_in(tx, user, since).await?;
    api_tokens::end_within(tx, &user.id).await?;
    tokens::end_within(tx, &user.id).await
}

/// As `tokens::take`, for a link that empties an unverified account. Of such an account, the queued emails are deleted
/// first, then the user is locked: a worker locks in this order. The transaction comes with the token.
pub(super) async fn take(db: &Db, purpose: Purpose, secret: &str) -> Result<Option<(Tx, i64, Token)>, Error> {
    loop {
        let (mut tx, now) = (db.begin().await?, db.now());
        let found = tokens::find_in(&mut tx, now, purpose, secret).await?;
        let unverified = found.filter(|token| token.user.email_verified_at.is_none());
        if let Some(Token { user, .. }) = &unverified {
            emails::delete_queued_in(&mut tx, user).await?;
            users::lock_for_deletion(&mut tx, &user.id).await?;
        }
        let Some(token) = tokens::take(&mut tx, now, purpose, secret).await? else {
            return Ok(None);
        };
        if token.user.email_verified_at.is_none() == unverified.is_some() {
            return Ok(Some((tx, now, token)));
        }
        // The address was verified meanwhile: the emails of that account stay.
    }
}

/// Like `recover_in`, for a user who proved to read the emails to the address. Empties an unverified account: another
/// person may have made it.
pub(super) async fn recover_proved_in(
    tx: &mut Tx,
    now: i64,
    ip: &str,
    user: &User,
    recovery: Recovery<'_>,
) -> Result<User, Error> {
    if user.email_verified_at.is_none() {
        return start_empty_in(tx, now, ip, user, recovery).await;
    }
    recover_in(tx, now, user, recovery).await?;
    Ok(User { password_changed_at: now, ..user.clone() })
}

/// Gives the user a new row and id: all rows that refer to the old one are deleted, also in tables added later. Call
/// `take` first.
pub(super) async fn start_empty_in(
    tx: &mut Tx,
    now: i64,
    ip: &str,
    user: &User,
    recovery: Recovery<'_>,
) -> Result<User, Error> {
    sessions::delete_session_data_in(tx, &user.id).await?;
    // Ended sessions keep the old id, so that browsers get the end reason and the owner's lists do not show them.
    end_within(tx, now, recovery.reason, Selection::all_of(&user.id)).await?;
    // Another person chose the old name. Emails greet the user by name.
    let name: String =
        user.email.split('@').next().unwrap_or_default().chars().take(MAX_NAME_LENGTH).collect();
    let new = User {
        id: Id::new(),
        name,
        password_changed_at: now,
        email_verified_at: Some(now),
        undeliverable_email: None,
        reminded_at: None,
        delete_at: None,
        second_factor_at: None,
        time_zone: String::new(),
        created_at: now,
        ..user.clone()
    };
    tx.execute(sql!("delete from users where id = $1", user.id)).await?;
    let insert =
        "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at,
           roles, disabled_at, email_verified_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $7)";
    tx.execute(sql!(
        insert,
        new.id,
        new.email,
        email_key(&new.email),
        new.name,
        search_text(&new.email, &new.name),
        recovery.password_hash,
        now,
        new.roles.as_text(),
        new.disabled_at // a disabled account stays disabled
    ))
    .await?;
    audit::record(tx, now, Actor { user: Some(&new), ip }, Action::EmptiedAccount, user).await?;
    Ok(new)
}

/// Whether the account gets another address back, and so loses all passkeys and linked providers.
pub fn restores_address(token: &Token) -> bool {
    email_key(&token.sent_to) != email_key(&token.user.email)
}

/// The account gets back the address of the email, and has no password until the owner chooses one by email.
pub async fn recover(db: &Db, ip: &str, purpose: Purpose, secret: &str) -> Result<User, Error> {
    let Some((mut tx, now, token)) = take(db, purpose, secret).await? else {
        return Err(Refusal::LinkOutOfDate.into());
    };
    let Token { user, sent_to, .. } = &token;
    let at = token.at.min(now); // later, if the clock was ahead
    let actor = Actor { user: Some(user), ip };
    let recovered = if restores_address(&token) {
        if !users::set_email_in(&mut tx, now, user, sent_to).await? {
            return Err(Refusal::AddressTaken.into());
        }
        recover_in(&mut tx, now, user, Recovery::about(EndReason::EmailRestored, at)).await?;
        // The attacker may have had access for long, and a passkey alone logs in.
        passkeys::remove_since_in(&mut tx, user, 0).await?;
        identities::remove_since_in(&mut tx, user, 0).await?;
        emails::notify(&mut tx, now, user, Notification::EmailRestored).await?;
        audit::record(&mut tx, now, actor, Action::RestoredEmail, user).await?;
        User { email: sent_to.clone(), ..user.clone() }
    } else if purpose == Purpose::Recover {
        let recovery = Recovery::about(EndReason::Recovered, at);
        let recovered = recover_proved_in(&mut tx, now, ip, user, recovery).await?;
        let actor = Actor { user: Some(&recovered), ip };
        audit::record(&mut tx, now, actor, Action::RecoveredAccount, &recovered).await?;
        recovered
    } else {
        return Err(Refusal::LinkOutOfDate.into());
    };
    recovery::end_since(&mut tx, &token).await?;
    emails::enqueue_in(&mut tx, now, Email::Reset { email: recovered.email.clone() }).await?;
    tx.commit().await.map(|()| recovered)
}

/// For admins. The owner chooses a new password by email.
pub async fn give_back(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    if is_oneself(actor, user) {
        return Err(Refusal::OwnAccount.into());
    }
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(user) = lock_for_update(&mut tx, &user.id).await?.filter(|user| user.disabled_at.is_none())
    else {
        return Err(Refusal::AccountClosed.into());
    };
    let recovery = Recovery { reason: EndReason::GivenBack, since: 0, password_hash: "" };
    recover_in(&mut tx, now, &user, recovery).await?;
    emails::notify(&mut tx, now, &user, Notification::GivenBack).await?;
    emails::enqueue_in(&mut tx, now, Email::Reset { email: user.email.clone() }).await?;
    audit::record(&mut tx, now, actor, Action::GaveAccountBack, &user).await?;
    tx.commit().await
}
