//! Users: authenticate, change, find. Passwords are hashed in `users/passwords.rs`.

mod hash_cost;
pub mod passwords;
mod roles;
mod search;

use crate::db::{Db, Tx};
use crate::direction::isolated;
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::sql;

#[cfg(feature = "testing")]
pub use hash_cost::use_real_hashes;
pub use roles::{Role, Roles};
pub use search::{Filter, Sort, UserWithSessions, all, search};

pub(crate) const MAX_NAME_LENGTH: usize = 100;
const MAX_TIME_ZONE_LENGTH: usize = 64;

/// The password hash stays in the table.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: Id<User>,
    /// As typed.
    pub email: String,
    pub name: String,
    pub roles: Roles,
    /// In unix milliseconds, like all times here.
    pub password_changed_at: i64,
    pub disabled_at: Option<i64>,
    pub email_verified_at: Option<i64>,
    /// The address that the mail server refused: this one, or a new one that the user asked for.
    pub undeliverable_email: Option<String>,
    pub reminded_at: Option<i64>,
    pub delete_at: Option<i64>,
    pub second_factor_at: Option<i64>,
    /// A name of the time zone database, like `Europe/Paris`, or empty.
    pub time_zone: String,
    pub created_at: i64,
}

impl User {
    pub fn is_admin(&self) -> bool {
        self.roles.holds(Role::Admin)
    }

    /// For a sentence: a name in another direction does not change the words around it.
    pub fn name_in_text(&self) -> String {
        isolated(&self.name)
    }

    /// False if the password changed in between, which ended all log-ins.
    pub(crate) fn has_password_of(&self, other: &Self) -> bool {
        self.password_changed_at == other.password_changed_at
    }
}

/// The table must have the alias `u`.
pub(crate) const COLUMNS: &str =
    "u.id, u.email, u.name, u.roles, u.password_changed_at, u.disabled_at, u.email_verified_at,
     u.undeliverable_email, u.reminded_at, u.delete_at, u.second_factor_at, u.time_zone, u.created_at";

#[derive(sqlx::FromRow)]
struct Credentials {
    #[sqlx(flatten)]
    user: User,
    password_hash: String,
}

/// The unique form of an address. Different spellings of a host would allow several accounts.
pub(crate) fn email_key(email: &str) -> String {
    let known = |(user, host): (&str, &str)| {
        Some(format!("{}@{}", user.to_lowercase(), url::Host::parse(host).ok()?))
    };
    let email = email.trim();
    email.rsplit_once('@').and_then(known).unwrap_or_else(|| email.to_lowercase())
}

pub(crate) fn search_text(email: &str, name: &str) -> String {
    format!("{name}\n{email}").to_lowercase() // a line break sorts before every letter, so that names sort as names
}

pub async fn find(db: &Db, id: &Id<User>) -> Result<Option<User>, Error> {
    let find = format!("select {COLUMNS} from users u where u.id = $1");
    db.optional(sql!(&find, id)).await
}

/// Other changes wait until the transaction ends.
pub(crate) async fn lock_for_update(tx: &mut Tx, id: &Id<User>) -> Result<Option<User>, Error> {
    lock(tx, id, "for no key update").await
}

/// Also new rows that refer to the user wait. A page view on a new day inserts one and then changes its session: lock
/// so before sessions are deleted and then the user.
pub(crate) async fn lock_for_deletion(tx: &mut Tx, id: &Id<User>) -> Result<Option<User>, Error> {
    lock(tx, id, "for update").await
}

async fn lock(tx: &mut Tx, id: &Id<User>, clause: &'static str) -> Result<Option<User>, Error> {
    let find = format!("select {COLUMNS} from users u where u.id = $1 {}", tx.locking(clause));
    tx.optional(sql!(&find, id)).await
}

pub async fn with_email(db: &Db, email: &str) -> Result<Option<User>, Error> {
    Ok(credentials(db, "email_key", &email_key(email)).await?.map(|found| found.user))
}

/// An unknown address takes the same work as a wrong password: the time must not reveal who has an account.
pub async fn authenticate(db: &Db, email: &str, password: &str) -> Result<Option<User>, Error> {
    let credentials = credentials(db, "email_key", &email_key(email)).await?;
    // Empty: the owner has not chosen a password yet, or logs in with a provider only.
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
    let value = value.replace('\0', ""); // PostgreSQL would reject the whole statement
    let find = format!("select {COLUMNS}, u.password_hash from users u where u.{column} = $1");
    db.optional(sql!(&find, value)).await
}

async fn renew_hash(db: &Db, credentials: &Credentials, password: &str) -> Result<(), Error> {
    let hash = passwords::hash(password).await?;
    // Replaces only the verified hash: the password may have changed since.
    let renew = "update users set password_hash = $3 where id = $1 and password_hash = $2";
    db.execute(sql!(renew, credentials.user.id, credentials.password_hash, hash)).await.map(drop)
}

/// `time_zone` is a name of the time zone database, which the caller checks. Empty: not chosen. `None`: unchanged.
pub async fn save_profile(db: &Db, user: &User, name: &str, time_zone: Option<&str>) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    let name = errors.check("name", single_line(name, MAX_NAME_LENGTH));
    let zone = errors.check("time_zone", time_zone.map(stored_zone).transpose());
    let (Some(name), Some(zone), true) = (name, zone, errors.is_empty()) else {
        return Err(errors.into());
    };
    let update =
        "update users set name = $2, search_text = $3, time_zone = coalesce($4, time_zone) where id = $1";
    db.execute(sql!(update, user.id, name, search_text(&user.email, &name), zone)).await.map(drop)
}

fn stored_zone(name: &str) -> Result<String, String> {
    if name.trim().is_empty() { Ok(String::new()) } else { single_line(name, MAX_TIME_ZONE_LENGTH) }
}

/// The caller has proof that the address is the user's. Returns false if another user has it.
pub(crate) async fn set_email_in(tx: &mut Tx, now: i64, user: &User, email: &str) -> Result<bool, Error> {
    // Otherwise two users who take each other's address would first change their rows, and then wait for each other at
    // the unique index.
    let update = "update users set email = $2, email_key = $3, search_text = $4, email_verified_at = $5,
           undeliverable_email = null
         where id = $1 and not exists (select 1 from users other where other.email_key = $3 and other.id <> $1)";
    let search_text = search_text(email, &user.name);
    match tx.execute(sql!(update, user.id, email, email_key(email), search_text, now)).await {
        // The unique index decides between parallel requests.
        Err(error) if error.is_unique_violation() => Ok(false),
        changed => changed.map(|changed| changed > 0),
    }
}

/// False for a user who only logs in with a provider, or who must choose a password by email.
pub async fn has_password(db: &Db, user: &User) -> Result<bool, Error> {
    let count = "select count(*) from users where id = $1 and password_hash <> ''";
    let (count,): (i64,) = db.row(sql!(count, user.id)).await?;
    Ok(count > 0)
}

pub async fn is_password(db: &Db, user: &User, typed: &str) -> Result<bool, Error> {
    let stored = credentials(db, "id", user.id.as_str()).await?.map(|found| found.password_hash);
    Ok(passwords::verify(typed, stored.filter(|hash| !hash.is_empty())).await?.is_some())
}
