//! Sign-up.

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

/// The limit in RFC 5321.
const MAX_EMAIL_LENGTH: usize = 254;

#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub password: &'a str,
}

/// If a user has the address, only its owner learns it, by email: response and duration are the same.
pub async fn sign_up(db: &Db, typed: NewUser<'_>) -> Result<(), Error> {
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
    let hash = passwords::hash(typed.password).await?;
    let mut tx = db.begin().await?;
    let (id, now) = (Id::new(), db.now());
    // The unique index decides between parallel requests.
    let insert = "insert into users
           (id, email, email_key, name, search_text, password_hash, password_changed_at, is_admin, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7) on conflict (email_key) do nothing";
    let inserted = tx
        .execute(sql!(
            insert,
            id,
            email,
            email_key(&email),
            name,
            search_text(&email, &name),
            hash,
            now,
            false
        ))
        .await?;
    // An attacker must not occupy an old address. The insert before this waits for a running change of address.
    let is_kept = tokens::recovery::is_kept_for_its_owner(&mut tx, now, &email_key(&email)).await?;
    if is_kept {
        tx.execute(sql!("delete from users where id = $1", id)).await?;
    }
    let email =
        if inserted > 0 && !is_kept { Email::Verify { user_id: id } } else { Email::HasAccount { email } };
    emails::enqueue_in(&mut tx, now, email).await?;
    tx.commit().await
}

pub fn parse_email(typed: &str) -> Result<String, String> {
    let email = single_line(typed, MAX_EMAIL_LENGTH)?;
    match email.parse::<EmailAddress>() {
        // An address that cannot get email is refused.
        Ok(_) if !email.contains(['<', '"', '[']) && mail::recipient(&email).is_ok() => Ok(email),
        _ => Err("Please type an address like name@example.com.".into()),
    }
}
