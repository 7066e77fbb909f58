//! The second factor: codes of an authenticator app, or recovery codes in place of them.

pub mod codes;
mod recovery_codes;

use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::encryption::{self, AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::id::Id;
use crate::keys::Keys;
use crate::rate_limits::{self, KnownBrowser};
use crate::refusal::Refusal;
use crate::sessions::{EndReason, Login, Selection, end_within};
use crate::sql;
use crate::users::{self, User};

pub use recovery_codes::{renew_recovery_codes, use_recovery_code};

const SECRET: &str = "secret of an app";
/// One message for a wrong code and a used one: it must not reveal that another person used the code.
pub const WRONG_CODE: &str =
    "This code is incorrect or was already used. Wait for the next one and try again.";
const WRONG: &str = "This code is incorrect. Enter the code that your app shows now.";

pub struct Enrolment {
    pub otpauth_url: String,
    pub secret_base32: String,
}

/// The new secret has no effect until `turn_on`. Does nothing if the second factor is on.
pub async fn enrol(db: &Db, keys: &Keys, user: &User) -> Result<(), Error> {
    let secret = encryption::random::<{ codes::SECRET_BYTES }>()?;
    let encrypted = encrypt(keys, AssociatedData(SECRET, user.id.as_str()), &secret)?;
    let mut tx = db.begin().await?;
    let current = users::lock_for_update(&mut tx, &user.id).await?.filter(|now| now.has_password_of(user));
    if current.is_none_or(|user| user.second_factor_at.is_some()) {
        return Ok(());
    }
    let insert = "insert into second_factors (user_id, secret) values ($1, $2)
         on conflict (user_id) do update set secret = excluded.secret, last_step = 0";
    tx.execute(sql!(insert, user.id, encrypted)).await?;
    tx.commit().await
}

/// `issuer` is the product's name. Returns `None` unless `enrol` was called and `turn_on` was not.
pub async fn enrolment(db: &Db, keys: &Keys, user: &User, issuer: &str) -> Result<Option<Enrolment>, Error> {
    if user.second_factor_at.is_some() {
        return Ok(None);
    }
    let Some((_, secret)) = secret_of(db, keys, user).await? else {
        return Ok(None);
    };
    let otpauth_url = codes::otpauth_url(&secret, issuer, &user.email)?;
    Ok(Some(Enrolment { otpauth_url, secret_base32: codes::base32_in_groups(&secret) }))
}

/// Ends the other sessions, which began without a code. Returns the recovery codes, which cannot be read again.
pub async fn turn_on(
    db: &Db,
    keys: &Keys,
    actor: Actor<'_>,
    login: &Login,
    typed: &str,
) -> Result<Vec<String>, Error> {
    let (user, now) = (&login.user, db.now());
    let wrong = || Err(FieldErrors::one("code", WRONG).into());
    let Some((encrypted, secret)) = secret_of(db, keys, user).await? else {
        return wrong();
    };
    let Some(step) = codes::step_of(&secret, typed, now) else {
        return wrong();
    };
    let mut tx = db.begin().await?;
    let current = users::lock_for_update(&mut tx, &user.id).await?.filter(|now| now.has_password_of(user));
    let is_off = current.is_some_and(|user| user.second_factor_at.is_none());
    if !is_off || !use_up(&mut tx, user, &encrypted, step).await? {
        return wrong();
    }
    set_in(&mut tx, user, Some(now)).await?;
    let recovery_codes = crate::recovery_codes::replace_in(&mut tx, now, user).await?;
    let others = Selection::others_of(&user.id, &login.session_id);
    end_within(&mut tx, now, EndReason::SecondFactorOn, others).await?;
    emails::notify(&mut tx, now, user, Notification::SecondFactorOn).await?;
    audit::record(&mut tx, now, actor, Action::TurnedOnSecondFactor, user).await?;
    tx.commit().await.map(|()| recovery_codes)
}

/// No code is valid twice, nor after a newer one. If the clock was ahead and is corrected, the first code is rejected,
/// because it is unknown which ones were used; later codes are valid.
pub async fn is_code(db: &Db, keys: &Keys, user: &User, typed: &str) -> Result<bool, Error> {
    if user.second_factor_at.is_none() {
        return Ok(false);
    }
    let Some((encrypted, secret)) = secret_of(db, keys, user).await? else {
        return Ok(false);
    };
    let now = db.now();
    let Some(step) = codes::step_of(&secret, typed, now) else {
        return Ok(false);
    };
    let mut tx = db.begin().await?;
    let is_on = is_on_in(&mut tx, user).await?;
    forget_future(&mut tx, user, codes::last_step(now)).await?;
    let is_first = is_on && use_up(&mut tx, user, &encrypted, step).await?;
    tx.commit().await.map(|()| is_first)
}

/// As `is_code`. A wrong code counts towards the rate limit.
pub async fn check_code(
    db: &Db,
    keys: &Keys,
    user: &User,
    typed: &str,
    browser: Option<&KnownBrowser>,
) -> Result<bool, Error> {
    let attempt = rate_limits::code(db, &user.id, browser).await?;
    let is_right = is_code(db, keys, user, typed).await?;
    if is_right {
        rate_limits::refund(db, attempt).await?;
    }
    Ok(is_right)
}

/// Does nothing if the password was changed since `login` was read: the log-in has ended.
pub async fn turn_off(db: &Db, actor: Actor<'_>, login: &Login) -> Result<(), Error> {
    let others = Selection::others_of(&login.user.id, &login.session_id);
    let why = (Action::TurnedOffSecondFactor, EndReason::SecondFactorOff);
    let (mut tx, user) = (db.begin().await?, &login.user);
    let current = users::lock_for_update(&mut tx, &user.id).await?;
    match current.is_some_and(|now| now.has_password_of(user) && now.second_factor_at.is_some()) {
        true => remove_and_end(tx, db.now(), actor, user, why, others).await,
        false => Ok(()),
    }
}

/// For admins, on other accounts: their own page asks for a code. Also ends all sessions.
pub async fn remove(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    if actor.user.is_some_and(|actor| actor.id == user.id) {
        return Err(Refusal::OwnAccount.into());
    }
    let why = (Action::RemovedSecondFactor, EndReason::SecondFactorRemoved);
    let mut tx = db.begin().await?;
    match is_on_in(&mut tx, user).await? {
        true => remove_and_end(tx, db.now(), actor, user, why, Selection::all_of(&user.id)).await,
        false => Ok(()),
    }
}

async fn remove_and_end(
    mut tx: Tx,
    now: i64,
    actor: Actor<'_>,
    user: &User,
    (action, reason): (Action, EndReason),
    ends: Selection<'_>,
) -> Result<(), Error> {
    forget_in(&mut tx, user).await?;
    end_within(&mut tx, now, reason, ends).await?;
    emails::notify(&mut tx, now, user, Notification::SecondFactorOff).await?;
    audit::record(&mut tx, now, actor, action, user).await?;
    tx.commit().await
}

async fn forget_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    set_in(tx, user, None).await?;
    for statement in
        ["delete from second_factors where user_id = $1", "delete from recovery_codes where user_id = $1"]
    {
        tx.execute(sql!(statement, user.id)).await?;
    }
    Ok(())
}

/// Removes what was set up at `since` (unix milliseconds) or later. An older second factor stays.
pub(crate) async fn remove_since_in(tx: &mut Tx, user: &User, since: i64) -> Result<(), Error> {
    match user.second_factor_at.filter(|at| *at < since) {
        Some(_) => crate::recovery_codes::remove_since_in(tx, user, since).await,
        None => forget_in(tx, user).await,
    }
}

/// Encrypts old secrets under the first key, so that the other keys can be removed. Returns how many.
pub async fn reencrypt(db: &Db, keys: &Keys) -> Result<u64, Error> {
    if keys.encryption_keys().count() < 2 {
        return Ok(0);
    }
    let all = "select user_id, secret from second_factors";
    let rows: Vec<(Id<User>, Vec<u8>)> = db.rows(sql!(all)).await?;
    let mut reencrypted = 0;
    for (user_id, encrypted) in rows {
        let about = AssociatedData(SECRET, user_id.as_str());
        let Some(decrypted) = decrypt(keys, about, &encrypted).filter(|decrypted| decrypted.is_old) else {
            continue;
        };
        let renew = "update second_factors set secret = $3 where user_id = $1 and secret = $2";
        reencrypted +=
            db.execute(sql!(renew, user_id, encrypted, encrypt(keys, about, &decrypted.secret)?)).await?;
    }
    Ok(reencrypted)
}

/// Returns the secret as encrypted in the table, and decrypted.
async fn secret_of(db: &Db, keys: &Keys, user: &User) -> Result<Option<(Vec<u8>, Vec<u8>)>, Error> {
    let find = "select secret from second_factors where user_id = $1";
    let Some((encrypted,)) = db.optional::<(Vec<u8>,)>(sql!(find, user.id)).await? else {
        return Ok(None);
    };
    let decrypted = decrypt(keys, AssociatedData(SECRET, user.id.as_str()), &encrypted);
    if decrypted.is_none() {
        tracing::error!(user = %user.id, "no key of SESSION_SECRET decrypts this second factor: was a secret removed from the list?");
    }
    Ok(decrypted.map(|decrypted| (encrypted, decrypted.secret)))
}

/// Undoes uses while the clock was ahead. Call it only after a right code: the clock then agrees with the app.
async fn forget_future(tx: &mut Tx, user: &User, last: i64) -> Result<(), Error> {
    let update = "update second_factors set last_step = $2 where user_id = $1 and last_step > $2";
    tx.execute(sql!(update, user.id, last)).await.map(drop)
}

/// Returns false if this or a later code was used, or the secret has changed.
async fn use_up(tx: &mut Tx, user: &User, encrypted: &[u8], step: i64) -> Result<bool, Error> {
    let update =
        "update second_factors set last_step = $3 where user_id = $1 and secret = $2 and last_step < $3";
    Ok(tx.execute(sql!(update, user.id, encrypted, step)).await? > 0)
}

async fn is_on_in(tx: &mut Tx, user: &User) -> Result<bool, Error> {
    Ok(users::lock_for_update(tx, &user.id).await?.is_some_and(|user| user.second_factor_at.is_some()))
}

async fn set_in(tx: &mut Tx, user: &User, since: Option<i64>) -> Result<(), Error> {
    tx.execute(sql!("update users set second_factor_at = $2 where id = $1", user.id, since)).await.map(drop)
}
