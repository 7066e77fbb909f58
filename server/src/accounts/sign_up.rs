//! Sign-up.

use crate::clock::is_within;
use crate::db::Db;
use crate::emails::{self, Email};
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::mail;
use crate::sql;
use crate::tokens;
use crate::users::{MAX_NAME_LENGTH, email_key, passwords, search_text};
use email_address::EmailAddress;
use std::time::Duration;

/// The limit in RFC 5321.
const MAX_EMAIL_LENGTH: usize = 254;

#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password: &'a str,
}

/// If a user has the address, only its owner learns it, by email: response and duration are the same. Returns the address
/// as it is stored.
pub async fn sign_up(db: &Db, typed: NewUser<'_>) -> Result<String, Error> {
    let new = checked(typed).await?;
    loop {
        let recent = recent_hash(db, &new.email).await?;
        // Takes as long if no account was made recently.
        let is_same_person = passwords::verify(typed.password, recent.clone()).await?.is_some();
        if insert(db, &new, recent, is_same_person).await? {
            return Ok(new.email);
        }
    }
}

struct Checked {
    email: String,
    name: String,
    password_hash: String,
}

async fn checked(typed: NewUser<'_>) -> Result<Checked, Error> {
    let mut mistakes = FieldErrors::default();
    let email = mistakes.check("email", parse_email(typed.email));
    let name = mistakes.check("name", single_line(typed.name, MAX_NAME_LENGTH));
    match passwords::check("password", typed.password, &[typed.email, typed.name]).await {
        Err(Error::Invalid(errors)) => mistakes.extend(errors),
        checked => drop(checked?),
    }
    let (Some(email), Some(name), true) = (email, name, mistakes.is_empty()) else {
        return Err(mistakes.into());
    };
    Ok(Checked { email, name, password_hash: passwords::hash(typed.password).await? })
}

/// The same address and password again, as by a second press of the button or in another browser, is the same person.
const SAME_PERSON: Duration = Duration::from_secs(10 * 60);

const FIND: &str = "select password_hash, created_at from users where email_key = $1";

async fn recent_hash(db: &Db, email: &str) -> Result<Option<String>, Error> {
    Ok(recent(db.now(), db.optional(sql!(FIND, email_key(email))).await?))
}

/// Empty: the owner has not chosen a password yet, or logs in with a provider only.
fn recent(now: i64, found: Option<(String, i64)>) -> Option<String> {
    let is_recent = |(hash, at): &(String, i64)| !hash.is_empty() && is_within(now, *at, SAME_PERSON);
    found.filter(is_recent).map(|(hash, _)| hash)
}

/// Returns false, without a change, if a parallel sign-up was first: its password must be checked.
async fn insert(
    db: &Db,
    new: &Checked,
    checked: Option<String>,
    is_same_person: bool,
) -> Result<bool, Error> {
    let Checked { email, name, password_hash } = new;
    let (mut tx, id, now) = (db.begin().await?, Id::new(), db.now());
    let key = email_key(email);
    // The unique index decides between parallel requests.
    let insert = "insert into users
           (id, email, email_key, name, search_text, password_hash, password_changed_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (email_key) do nothing";
    let text = search_text(email, name);
    let is_inserted = tx.execute(sql!(insert, id, email, key, name, text, password_hash, now)).await? > 0;
    // An attacker must not occupy an old address. The insert before this waits for a running change of address.
    let is_kept = tokens::recovery::is_kept_for_its_owner(&mut tx, now, &key).await?;
    if is_inserted && is_kept {
        tx.execute(sql!("delete from users where id = $1", id)).await?;
    }
    if !is_inserted && is_same_person {
        return Ok(true);
    }
    if !is_inserted && recent(now, tx.optional(sql!(FIND, key)).await?) != checked {
        return Ok(false);
    }
    let email = match is_inserted && !is_kept {
        true => Email::Verify { user_id: id },
        false => Email::HasAccount { email: email.clone() },
    };
    emails::enqueue_in(&mut tx, now, email).await?;
    tx.commit().await.map(|()| true)
}

pub fn parse_email(typed: &str) -> Result<String, String> {
    let email = single_line(typed, MAX_EMAIL_LENGTH)?;
    match email.parse::<EmailAddress>() {
        // An address that cannot get email is refused.
        Ok(_) if !email.contains(['<', '"', '[']) && mail::recipient(&email).is_ok() => Ok(email),
        _ => Err("Please type an address like name@example.com.".into()),
    }
}
