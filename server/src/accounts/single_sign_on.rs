//! Accounts of users who log in with a provider: made, joined, linked, unlinked, and their first password.

use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Email, Notification};
use crate::error::Error;
use crate::field_errors::single_line;
use crate::id::Id;
use crate::identities::{self, Identity};
use crate::scope::Scope;
use crate::sessions::{EndReason, Login, Selection, end_within};
use crate::sign_on_failure::SignOnFailure;
use crate::single_sign_on::{Claims, Provider, SingleSignOn};
use crate::sql;
use crate::tokens;
use crate::users::{self, COLUMNS, MAX_NAME_LENGTH, User, email_key, passwords, search_text};

use super::sign_up::parse_email;

/// A try fails if a parallel log-in of the same person made the account meanwhile.
const TRIES: usize = 3;

/// Returns the user of the identity. A new identity gets an account, or joins the one with its address: only if both the
/// provider and this product have verified the address. `welcome`: whether a new user gets an email with first steps.
pub async fn sign_on(
    db: &Db,
    ip: &str,
    (settings, provider): (&SingleSignOn, &Provider),
    claims: &Claims,
    welcome: bool,
) -> Result<(User, Id<Identity>), Error> {
    for _ in 0..TRIES {
        let mut tx = db.begin().await?;
        let found = match identities::find_in(&mut tx, &provider.issuer, &claims.subject).await? {
            Some(identity) => user_of_identity(&mut tx, db.now(), identity).await?,
            None => {
                user_of_new_identity(&mut tx, db.now(), ip, (settings, provider), claims, welcome).await?
            }
        };
        if let Some(found) = found {
            tx.commit().await?;
            return Ok(found);
        }
    }
    Err(Error::Busy)
}

async fn user_of_identity(
    tx: &mut Tx,
    now: i64,
    identity: Identity,
) -> Result<Option<(User, Id<Identity>)>, Error> {
    let Some(user) = users::lock_for_update(tx, &identity.user_id).await? else {
        return Ok(None);
    };
    if user.disabled_at.is_some() {
        return Err(SignOnFailure::Disabled.into());
    }
    identities::record_use_in(tx, now, &identity.id).await?;
    Ok(Some((user, identity.id)))
}

/// Returns `None`, without a change, if a parallel request was first.
async fn user_of_new_identity(
    tx: &mut Tx,
    now: i64,
    ip: &str,
    (settings, provider): (&SingleSignOn, &Provider),
    claims: &Claims,
    welcome: bool,
) -> Result<Option<(User, Id<Identity>)>, Error> {
    // The answer to an unverified address must not reveal whether it has an account.
    let email = match parse_email(&claims.email) {
        Ok(email) if claims.is_email_verified => email,
        _ => return Err(SignOnFailure::UnverifiedAddress.into()),
    };
    let find =
        format!("select {COLUMNS} from users u where u.email_key = $1 {}", tx.locking("for no key update"));
    let user = match tx.optional::<User>(sql!(&find, email_key(&email))).await? {
        Some(user) if user.disabled_at.is_some() => return Err(SignOnFailure::Disabled.into()),
        // Another person may have signed up with the address.
        Some(user) if user.email_verified_at.is_none() => {
            return Err(SignOnFailure::UnconfirmedAccount.into());
        }
        Some(user) => {
            let about = Notification::ProviderLinked { name: provider.name.clone() };
            emails::notify(tx, now, &user, about).await?;
            user
        }
        None if !settings.allows(&email) => return Err(SignOnFailure::OtherDomain.into()),
        None => match insert_user(tx, now, &email, &claims.name, welcome).await? {
            Some(user) => user,
            None => return Ok(None),
        },
    };
    let about = (provider.issuer.as_str(), claims.subject.as_str());
    let Some(id) = identities::insert_in(tx, now, &user, about, &email).await? else {
        return Ok(None);
    };
    audit::record(tx, now, Actor { user: Some(&user), ip }, Action::LinkedProvider, &user).await?;
    Ok(Some((user, id)))
}

async fn insert_user(
    tx: &mut Tx,
    now: i64,
    email: &str,
    name: &str,
    welcome: bool,
) -> Result<Option<User>, Error> {
    let (id, key) = (Id::<User>::new(), email_key(email));
    let local: String = email.split('@').next().unwrap_or_default().chars().take(MAX_NAME_LENGTH).collect();
    let name = single_line(name, MAX_NAME_LENGTH).unwrap_or(local);
    let insert =
        "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at,
           email_verified_at, created_at)
         values ($1, $2, $3, $4, $5, '', $6, $6, $6) on conflict (email_key) do nothing";
    let inserted = tx.execute(sql!(insert, id, email, key, name, search_text(email, &name), now)).await?;
    if inserted == 0 {
        return Ok(None);
    }
    // An old address of another account, which its owner may still take back.
    if tokens::recovery::is_kept_for_its_owner(tx, now, &key).await? {
        return Err(SignOnFailure::UnconfirmedAccount.into());
    }
    if welcome {
        emails::enqueue_in(tx, now, Email::Welcome { user_id: id.clone() }).await?;
    }
    users::lock_for_update(tx, &id).await
}

/// The caller has checked that the user of the log-in asked for it in this browser.
pub async fn link(
    db: &Db,
    ip: &str,
    provider: &Provider,
    login: &Login,
    claims: &Claims,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let current = users::lock_for_update(&mut tx, &login.user.id).await?;
    let Some(user) = current.filter(|user| user.has_password_of(&login.user) && user.disabled_at.is_none())
    else {
        return Err(SignOnFailure::Changed.into());
    };
    let about = (provider.issuer.as_str(), claims.subject.as_str());
    if identities::insert_in(&mut tx, now, &user, about, &claims.email).await?.is_none() {
        return match identities::find_in(&mut tx, about.0, about.1).await? {
            Some(identity) if identity.user_id == user.id => Ok(()),
            _ => Err(SignOnFailure::LinkedElsewhere.into()),
        };
    }
    emails::notify(&mut tx, now, &user, Notification::ProviderLinked { name: provider.name.clone() }).await?;
    audit::record(&mut tx, now, Actor { user: Some(&user), ip }, Action::LinkedProvider, &user).await?;
    tx.commit().await
}

/// Refuses to unlink the last log-in method. Ends the sessions that began with it, except for this one. Returns whether
/// it existed.
pub async fn unlink(
    db: &Db,
    actor: Actor<'_>,
    settings: &SingleSignOn,
    login: &Login,
    id: &Id<Identity>,
) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let Some(user) = users::lock_for_update(&mut tx, &login.user.id).await? else {
        return Ok(false);
    };
    let now = db.now();
    let began = Selection::began_with(id.as_str(), login.session_id.as_str());
    let find = "select issuer from identities where id = $1 and user_id = $2";
    let Some((issuer,)) = tx.optional::<(String,)>(sql!(find, id, user.id)).await? else {
        return Ok(false);
    };
    end_within(&mut tx, now, EndReason::ProviderUnlinked, began).await?;
    tx.execute(sql!("delete from identities where id = $1 and user_id = $2", id, user.id)).await?;
    if !has_log_in_method(&mut tx, settings, &user).await? {
        return Err(SignOnFailure::LastLogInMethod.into());
    }
    let name = settings.of_issuer(&issuer).map_or(issuer.clone(), |provider| provider.name.clone());
    emails::notify(&mut tx, now, &user, Notification::ProviderUnlinked { name }).await?;
    audit::record(&mut tx, now, actor, Action::UnlinkedProvider, &user).await?;
    tx.commit().await.map(|()| true)
}

/// A password, or an identity at a provider of the settings.
async fn has_log_in_method(tx: &mut Tx, settings: &SingleSignOn, user: &User) -> Result<bool, Error> {
    let (count,): (i64,) =
        tx.row(sql!("select count(*) from users where id = $1 and password_hash <> ''", user.id)).await?;
    if count > 0 && !settings.only {
        return Ok(true);
    }
    let rest = "select issuer from identities where user_id = $1";
    let rest: Vec<(String,)> = tx.rows(sql!(rest, user.id)).await?;
    Ok(rest.iter().any(|(issuer,)| settings.of_issuer(issuer).is_some()))
}

/// The user of the identity that came back must be the user of the log-in.
pub async fn is_identity_of(
    db: &Db,
    scope: &Scope,
    provider: &Provider,
    claims: &Claims,
) -> Result<bool, Error> {
    let found = identities::find(db, &provider.issuer, &claims.subject).await?;
    Ok(found.is_some_and(|identity| identity.user_id == *scope.user_id()))
}

/// Ends all other sessions, as a change of password does.
pub async fn set_first_password(db: &Db, actor: Actor<'_>, login: &Login, new: &str) -> Result<(), Error> {
    let user = &login.user;
    passwords::check("new_password", new, &[&user.email, &user.name]).await?;
    let hash = passwords::hash(new).await?;
    let (mut tx, now) = (db.begin().await?, db.now());
    let update = "update users set password_hash = $2, password_changed_at = $3
         where id = $1 and password_hash = '' and password_changed_at = $4";
    if tx.execute(sql!(update, user.id, hash, now, user.password_changed_at)).await? == 0 {
        let mistake = "You have a password by now. Reload this page to change it.";
        return Err(crate::FieldErrors::one("new_password", mistake).into());
    }
    let others = Selection::others_of(&user.id, &login.session_id);
    end_within(&mut tx, now, EndReason::PasswordChanged, others).await?;
    tokens::end_within(&mut tx, &user.id).await?;
    emails::notify(&mut tx, now, user, Notification::PasswordChanged).await?;
    audit::record(&mut tx, now, actor, Action::SetFirstPassword, user).await?;
    tx.commit().await
}
