//! The people: sign up, authenticate, change, find. Passwords are hashed in `users/passwords.rs`.

pub mod passwords;
mod search;

use crate::db::{Db, On, Tx};
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::on;

pub use search::{Sort, UserWithSessions, search};

pub(crate) const MAX_NAME_LENGTH: usize = 100;

/// A person with an account. The password hash stays in the table.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    /// Their key.
    pub id: Id,
    /// Their address as they typed it.
    pub email: String,
    /// What they want to be called.
    pub name: String,
    /// Whether the admin area is open to them.
    pub is_admin: bool,
    /// When they chose the password they have now, in unix milliseconds.
    pub password_changed_at: i64,
    /// Since when they may not log in, in unix milliseconds; none: they may.
    pub disabled_at: Option<i64>,
    /// When they proved that the address is theirs, in unix milliseconds; none: not yet.
    pub email_verified_at: Option<i64>,
    /// When the account will be deleted, in unix milliseconds, because they asked for it; none: it stays.
    pub delete_at: Option<i64>,
    /// Since when they are asked for a code besides the password, in unix milliseconds; none: they are not.
    pub second_factor_at: Option<i64>,
    /// When they signed up, in unix milliseconds.
    pub created_at: i64,
}

impl User {
    /// Whether both have the same password: nothing that ends all log-ins happened in between.
    pub(crate) fn has_password_of(&self, other: &Self) -> bool {
        self.password_changed_at == other.password_changed_at
    }
}

/// The columns of a `User`, of a table that the query calls `u`.
pub(crate) const COLUMNS: &str =
    "u.id, u.email, u.name, u.is_admin, u.password_changed_at, u.disabled_at, u.email_verified_at,
     u.delete_at, u.second_factor_at, u.created_at";

#[derive(sqlx::FromRow)]
struct Credentials {
    #[sqlx(flatten)]
    user: User,
    password_hash: String,
}

/// What makes an address unique and what log-in looks up. The host is as mail servers know it: it can be typed in many
/// ways, and would else be good for as many accounts.
pub(crate) fn email_key(email: &str) -> String {
    let known = |(user, host): (&str, &str)| {
        Some(format!("{}@{}", user.to_lowercase(), url::Host::parse(host).ok()?))
    };
    let email = email.trim();
    email.rsplit_once('@').and_then(known).unwrap_or_else(|| email.to_lowercase())
}

pub(crate) fn search_text(email: &str, name: &str) -> String {
    format!("{name}\n{email}").to_lowercase() // a line break stands before every letter, so that names sort as names
}

/// The user with this key.
pub async fn find(db: &Db, id: &Id) -> Result<Option<User>, Error> {
    let find = format!("select {COLUMNS} from users u where u.id = $1");
    Ok(on!(db.read(), pool => sqlx::query_as(&find).bind(id).fetch_optional(pool).await)?)
}

/// The user as they are now; whoever else is about to change them waits until the transaction ends.
pub(crate) async fn lock_for_update(tx: &mut Tx, id: &Id) -> Result<Option<User>, Error> {
    let wait = match tx.on() {
        On::Sqlite(_) => "", // has one writer at a time
        On::Postgres(_) => "for no key update",
    };
    let find = format!("select {COLUMNS} from users u where u.id = $1 {wait}");
    Ok(on!(tx.on(), tx => sqlx::query_as(&find).bind(id).fetch_optional(tx).await)?)
}

/// The user with this address.
pub async fn with_email(db: &Db, email: &str) -> Result<Option<User>, Error> {
    Ok(credentials(db, "email_key", &email_key(email)).await?.map(|found| found.user))
}

/// The user with this address and password. An unknown address takes the same work as a wrong password, so
/// that neither the answer nor its time tells who has an account.
pub async fn authenticate(db: &Db, email: &str, password: &str) -> Result<Option<User>, Error> {
    let credentials = credentials(db, "email_key", &email_key(email)).await?;
    // Empty: there is none, until its owner chooses one by mail.
    let hash = credentials.as_ref().map(|found| found.password_hash.clone()).filter(|hash| !hash.is_empty());
    let (Some(verified), Some(credentials)) = (passwords::verify(password, hash).await?, credentials) else {
        return Ok(None);
    };
    if verified.is_outdated {
        renew_hash(db, &credentials, password).await?;
    }
    Ok(Some(credentials.user))
}

async fn credentials(db: &Db, column: &str, value: &str) -> Result<Option<Credentials>, Error> {
    let value = value.replace('\0', ""); // PostgreSQL refuses the whole statement for it
    let find = format!("select {COLUMNS}, u.password_hash from users u where u.{column} = $1");
    Ok(on!(db.read(), pool => sqlx::query_as(&find).bind(value).fetch_optional(pool).await)?)
}

async fn renew_hash(db: &Db, credentials: &Credentials, password: &str) -> Result<(), Error> {
    let hash = passwords::hash(password).await?;
    // Only the hash that was verified is replaced: the password may have been changed in the meantime.
    let renew = "update users set password_hash = $3 where id = $1 and password_hash = $2";
    Ok(on!(db.write(), pool => sqlx::query(renew)
        .bind(&credentials.user.id).bind(&credentials.password_hash).bind(hash)
        .execute(pool).await.map(drop))?)
}

/// Changes what the user is called.
pub async fn rename(db: &Db, user: &User, name: &str) -> Result<Result<(), FieldErrors>, Error> {
    let name = match single_line(name, MAX_NAME_LENGTH) {
        Ok(name) => name,
        Err(message) => return Ok(Err(FieldErrors::one("name", message))),
    };
    on!(db.write(), pool => sqlx::query("update users set name = $2, search_text = $3 where id = $1")
        .bind(&user.id).bind(&name).bind(search_text(&user.email, &name))
        .execute(pool).await.map(drop))?;
    Ok(Ok(()))
}

/// Changes the address of a user who has proved that it is theirs. Returns false if another user has it.
pub(crate) async fn set_email_in(tx: &mut Tx, now: i64, user: &User, email: &str) -> Result<bool, Error> {
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

/// Whether this is the user's password.
pub async fn is_password(db: &Db, user: &User, typed: &str) -> Result<bool, Error> {
    let stored = credentials(db, "id", user.id.as_str()).await?.map(|found| found.password_hash);
    Ok(passwords::verify(typed, stored.filter(|hash| !hash.is_empty())).await?.is_some())
}
