//! Another address for one's account: it changes when somebody who reads its mail says so, and whoever reads the mail of
//! the old one may take it back. Each change is one transaction with its line in the audit.

use super::{User, email_key, search_text, sign_up};
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::letters::{self, Letter, Notice};
use crate::mistakes::Mistakes;
use crate::on;
use crate::passkeys;
use crate::second_factors;
use crate::sessions::{Ending, Login, Which, end_in};
use crate::tokens::{self, Purpose};

/// Why a link does not change an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRefusal {
    /// It was used, is too old, or something happened since.
    OutOfDate,
    /// Somebody else has the address.
    Taken,
}

/// Asks by mail whether this address is the user's, or tells what is wrong with it. Whether somebody has it is told by
/// mail only, to its owner: the answer and its time are the same.
pub async fn ask_for_email(db: &Db, user: &User, typed: &str) -> Result<Result<(), Mistakes>, Error> {
    let email = match sign_up::email(typed) {
        Ok(email) => email,
        Err(message) => return Ok(Err(Mistakes::one("email", message))),
    };
    if email == user.email {
        return Ok(Err(Mistakes::one("email", "This is your address already.")));
    }
    let letter = Letter::NewEmail { user_id: user.id.clone(), email };
    letters::ask_for(db, letter).await.map(|_| Ok(()))
}

/// Gives the account that a mail was sent for its new address, and ends all its sessions but `here`, if that is one of
/// them. The old address is told. Returns the user as they are now.
pub async fn confirm_email(
    db: &Db,
    ip: &str,
    secret: &str,
    here: Option<&Login>,
) -> Result<Result<User, LinkRefusal>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, Purpose::NewEmail, secret).await? else {
        return Ok(Err(LinkRefusal::OutOfDate));
    };
    let (old, email) = (token.user, token.sent_to);
    if old.disabled_at.is_some() {
        return Ok(Err(LinkRefusal::OutOfDate));
    }
    if !is_changed(&mut tx, now, &old, &email).await? {
        return Ok(Err(LinkRefusal::Taken));
    }
    let which = match here.filter(|here| here.user.id == old.id) {
        Some(here) => Which::others_of(&old.id, &here.session_id),
        None => Which::all_of(&old.id),
    };
    end_in(&mut tx, now, Ending::EmailChanged, which).await?;
    tokens::end_in(&mut tx, &old.id).await?;
    let letter = Letter::OldEmail { user_id: old.id.clone(), email: old.email.clone() };
    let job = letters::send(&mut tx, now, letter).await?;
    tokens::promise_old_email(&mut tx, now, &job, &old.id, &old.email).await?;
    audit::record(&mut tx, now, Actor { user: Some(&old), ip }, Action::ChangedEmail, &old).await?;
    tx.commit().await.map(|()| Ok(User { email, email_verified_at: Some(now), ..old }))
}

/// Gives an account its old address back, for whoever reads the mail there: somebody else may have changed it. Everybody
/// is out, nobody knows a password, and a mail to the old address lets its owner choose one.
pub async fn undo_email(db: &Db, ip: &str, secret: &str) -> Result<Result<User, LinkRefusal>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, Purpose::OldEmail, secret).await? else {
        return Ok(Err(LinkRefusal::OutOfDate));
    };
    let (user, email) = (token.user, token.sent_to);
    if email_key(&email) == email_key(&user.email) {
        return Ok(Err(LinkRefusal::OutOfDate));
    }
    if !is_changed(&mut tx, now, &user, &email).await? {
        return Ok(Err(LinkRefusal::Taken));
    }
    on!(tx.on(), tx => sqlx::query(
        "update users set password_hash = '', password_changed_at = $2, delete_at = null where id = $1",
    )
    .bind(&user.id).bind(now)
    .execute(tx).await.map(drop))?;
    end_in(&mut tx, now, Ending::EmailTakenBack, Which::all_of(&user.id)).await?;
    // A passkey opens the door by itself, whoever added it and when.
    passkeys::remove_all_in(&mut tx, &user).await?;
    let made_at = token.made_at.min(now); // later, if the clock was ahead
    second_factors::remove_since_in(&mut tx, &user, made_at).await?;
    tokens::end_since(&mut tx, &user.id, made_at).await?;
    letters::notify(&mut tx, now, &user, Notice::EmailTakenBack).await?;
    letters::send(&mut tx, now, Letter::Reset { email: email.clone() }).await?;
    audit::record(&mut tx, now, Actor { user: Some(&user), ip }, Action::TookEmailBack, &user).await?;
    tx.commit().await.map(|()| Ok(User { email, ..user }))
}

/// Writes down an address that its owner has shown to be theirs. False: somebody else has it.
async fn is_changed(tx: &mut Tx, now: i64, user: &User, email: &str) -> Result<bool, Error> {
    let changed = on!(tx.on(), tx => sqlx::query(
        "update users set email = $2, email_key = $3, search_text = $4, email_verified_at = $5 where id = $1",
    )
    .bind(&user.id).bind(email).bind(email_key(email)).bind(search_text(email, &user.name)).bind(now)
    .execute(tx).await.map(drop));
    match changed {
        // The table decides, so of two who want an address at the same moment one gets it.
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
        changed => Ok(changed.map(|()| true)?),
    }
}
