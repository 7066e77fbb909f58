//! Recovery: the owner of an address gets their account, and a thief who was in it keeps nothing. Every way there is uses
//! `recover_in`, which has the one rule; `docs/decisions/0019-recovery.md` has its reasons.

use super::LinkRefusal;
use super::administration::{Refusal, is_oneself};
use super::{passkeys, two_factor};
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::emails::{self, Email, Notification};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::sessions::{self, EndReason, Selection, end_within};
use crate::tokens::{self, Purpose, Token, recovery};
use crate::users::{self, MAX_NAME_LENGTH, User, email_key, lock_for_update, search_text};
use std::time::Duration;

/// How long before the moment that a recovery is about a thief may have begun.
pub const REACH: Duration = Duration::from_secs(72 * 3600);

/// One recovery.
pub(super) struct Recovery<'a> {
    /// Why the sessions end.
    pub ending: EndReason,
    /// From when on what was added goes, in unix milliseconds.
    pub since: i64,
    /// The hash of the new password. Empty: there is none until the owner chooses one by mail.
    pub password_hash: &'a str,
}

impl Recovery<'static> {
    /// One that is about this moment and leaves no password.
    fn about(ending: EndReason, at: i64) -> Self {
        Self { ending, since: at - millis(REACH), password_hash: "" }
    }
}

/// Ends all sessions, the password, what was added to log in with, a planned deletion and what was sent, as far as a thief
/// could have caused it. What is older than that is the owner's, and stays.
pub(super) async fn recover_in(
    tx: &mut Tx,
    now: i64,
    user: &User,
    recovery: Recovery<'_>,
) -> Result<(), Error> {
    let Recovery { ending, since, password_hash } = recovery;
    end_within(tx, now, ending, Selection::all_of(&user.id)).await?;
    on!(tx.on(), tx => sqlx::query(
        "update users set password_hash = $2, password_changed_at = $3,
           delete_at = case when coalesce(deletion_planned_at, $4) >= $4 then null else delete_at end
         where id = $1",
    )
    .bind(&user.id).bind(password_hash).bind(now).bind(since)
    .execute(tx).await.map(drop))?;
    passkeys::remove_since_in(tx, user, since).await?;
    two_factor::remove_since_in(tx, user, since).await?;
    tokens::end_within(tx, &user.id).await
}

/// As `recover_in`, for a person who proves by mail that the user's address is theirs. If nobody had proved that before,
/// another person may have signed up with it, and nothing of theirs stays. Returns the user as they are now.
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

/// Puts a new row in the place of the user's. The old one takes all rows with it that refer to it, those of tables that
/// nobody has thought of yet too, and no id that the earlier person knows means anything afterwards.
pub(super) async fn start_empty_in(
    tx: &mut Tx,
    now: i64,
    ip: &str,
    user: &User,
    recovery: Recovery<'_>,
) -> Result<User, Error> {
    emails::forget_in(tx, user).await?;
    sessions::forget_browsers_in(tx, &user.id).await?;
    // They keep the old id: the browsers that had them are told why, and the owner's lists do not show them.
    end_within(tx, now, recovery.ending, Selection::all_of(&user.id)).await?;
    // The earlier person chose the name. Pages greet by it, so it cannot be empty.
    let name: String =
        user.email.split('@').next().unwrap_or_default().chars().take(MAX_NAME_LENGTH).collect();
    let new = User {
        id: Id::new(),
        name,
        password_changed_at: now,
        email_verified_at: Some(now),
        delete_at: None,
        second_factor_at: None,
        created_at: now,
        ..user.clone()
    };
    on!(tx.on(), tx => {
        sqlx::query("delete from users where id = $1").bind(&user.id).execute(&mut *tx).await?;
        sqlx::query(
            "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at,
               is_admin, disabled_at, email_verified_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $7, $7)",
        )
        .bind(&new.id).bind(&new.email).bind(email_key(&new.email)).bind(&new.name)
        .bind(search_text(&new.email, &new.name)).bind(recovery.password_hash).bind(now).bind(new.is_admin)
        .bind(new.disabled_at) // a closed account stays closed
        .execute(tx).await.map(drop)
    })?;
    audit::record(tx, now, Actor { user: Some(&new), ip }, Action::EmptiedAccount, user).await?;
    Ok(new)
}

/// Undoes what the mail with this secret is about, and all that a thief may have done since: the address that it was sent
/// to gets its account back, nobody knows a password, and a mail lets the owner choose one. `purpose` is that of an old
/// address or of a security email. Returns the user as they are now.
pub async fn recover(
    db: &Db,
    ip: &str,
    purpose: Purpose,
    secret: &str,
) -> Result<Result<User, LinkRefusal>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, purpose, secret).await? else {
        return Ok(Err(LinkRefusal::OutOfDate));
    };
    let Token { user, sent_to, .. } = &token;
    let at = token.at.min(now); // later, if the clock was ahead
    let actor = Actor { user: Some(user), ip };
    let recovered = if email_key(sent_to) != email_key(&user.email) {
        if !users::set_email_in(&mut tx, now, user, sent_to).await? {
            return Ok(Err(LinkRefusal::Taken));
        }
        recover_in(&mut tx, now, user, Recovery::about(EndReason::EmailTakenBack, at)).await?;
        // A thief who got as far as another address may have been there for long, and a passkey needs nothing else.
        passkeys::remove_since_in(&mut tx, user, 0).await?;
        emails::notify(&mut tx, now, user, Notification::EmailTakenBack).await?;
        audit::record(&mut tx, now, actor, Action::TookEmailBack, user).await?;
        User { email: sent_to.clone(), ..user.clone() }
    } else if purpose == Purpose::Recover {
        let recovery = Recovery::about(EndReason::Recovered, at);
        let recovered = recover_proved_in(&mut tx, now, ip, user, recovery).await?;
        let actor = Actor { user: Some(&recovered), ip };
        audit::record(&mut tx, now, actor, Action::RecoveredAccount, &recovered).await?;
        recovered
    } else {
        return Ok(Err(LinkRefusal::OutOfDate));
    };
    recovery::end_since(&mut tx, &token).await?;
    emails::send(&mut tx, now, Email::Reset { email: recovered.email.clone() }).await?;
    tx.commit().await.map(|()| Ok(recovered))
}

/// Gives an account back to the owner of its address: nothing that logs in stays, and a mail lets them choose a password.
/// For admins.
pub async fn give_back(db: &Db, actor: Actor<'_>, user: &User) -> Result<Result<(), Refusal>, Error> {
    if is_oneself(actor, user) {
        return Ok(Err(Refusal::Oneself));
    }
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(user) = lock_for_update(&mut tx, &user.id).await?.filter(|user| user.disabled_at.is_none())
    else {
        return Ok(Err(Refusal::Closed));
    };
    let recovery = Recovery { ending: EndReason::GivenBack, since: 0, password_hash: "" };
    recover_in(&mut tx, now, &user, recovery).await?;
    emails::notify(&mut tx, now, &user, Notification::GivenBack).await?;
    emails::send(&mut tx, now, Email::Reset { email: user.email.clone() }).await?;
    audit::record(&mut tx, now, actor, Action::GaveAccountBack, &user).await?;
    tx.commit().await.map(Ok)
}
