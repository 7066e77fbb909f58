//! New people.

use super::{LONGEST_NAME, User, email_key, passwords, search_text};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::mistakes::{Mistakes, line};
use crate::on;
use email_address::EmailAddress;

/// RFC 5321's limit for an address.
const LONGEST_EMAIL: usize = 254;

/// What a person types to sign up.
#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    /// Their address.
    pub email: &'a str,
    /// What they want to be called.
    pub name: &'a str,
    /// The password they want.
    pub password: &'a str,
}

/// Makes an account, or tells what is wrong with each field.
pub async fn sign_up(db: &Db, typed: NewUser<'_>) -> Result<Result<User, Mistakes>, Error> {
    let mut mistakes = Mistakes::default();
    let email = mistakes.check("email", email(typed.email));
    let name = mistakes.check("name", line(typed.name, LONGEST_NAME));
    mistakes.check("password", passwords::check(typed.password, &[typed.email, typed.name]).await?);
    let (Some(email), Some(name), true) = (email, name, mistakes.is_empty()) else {
        return Ok(Err(mistakes));
    };

    let hash = passwords::hash(typed.password).await?;
    let now = db.now();
    let user = User {
        id: Id::new(),
        email,
        name,
        is_admin: false,
        password_changed_at: now,
        disabled_at: None,
        created_at: now,
    };
    if insert(db, &user, &hash).await? {
        Ok(Ok(user))
    } else {
        Ok(Err(Mistakes::one("email", "There is an account with this address already. Log in instead?")))
    }
}

fn email(typed: &str) -> Result<String, String> {
    let email = line(typed, LONGEST_EMAIL)?;
    match email.parse::<EmailAddress>() {
        Ok(_) if !email.contains(['<', '"', '[']) => Ok(email),
        _ => Err("Please type an address like name@example.com.".into()),
    }
}

/// Says whether the address was free. The table decides, so of two at the same moment one gets it.
async fn insert(db: &Db, user: &User, hash: &str) -> Result<bool, Error> {
    Ok(on!(db.write(), pool => sqlx::query(
        "insert into users
           (id, email, email_key, name, search_text, password_hash, password_changed_at, is_admin, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7) on conflict (email_key) do nothing",
    )
    .bind(&user.id).bind(&user.email).bind(email_key(&user.email)).bind(&user.name)
    .bind(search_text(&user.email, &user.name)).bind(hash).bind(user.created_at).bind(user.is_admin)
    .execute(pool).await.map(|done| done.rows_affected() > 0))?)
}
