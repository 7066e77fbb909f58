//! What the product writes to people by mail: to whom, why, and what the link in it proves. How it reads is written in
//! `app/src/mails/`.

mod forget;
mod notification;

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::jobs::{self, Arguments, Job};
use crate::keys::Keys;
use crate::rate_limits;
use crate::tokens::{self, Purpose, recovery};
use crate::users::{self, User};
use serde::{Deserialize, Serialize};
use std::fmt;

pub(crate) use forget::forget_in;
pub use notification::Notification;

/// A mail that waits to be sent. It holds no secret: the link is made when it is sent, so that nobody who reads the
/// table can follow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Email {
    /// Asks a person whether their address is theirs.
    Verify {
        /// Whose.
        user_id: Id,
    },
    /// Tells the owner of an address that somebody signed up with it, who may be themselves.
    HasAccount {
        /// The address as it was typed.
        email: String,
    },
    /// Lets the owner of an address choose a new password.
    Reset {
        /// The address as it was typed; nobody may have it.
        email: String,
    },
    /// Lets the owner of an address in without a password.
    LogIn {
        /// The address as it was typed; nobody may have it.
        email: String,
    },
    /// Asks at a new address whether it is the person's.
    NewEmail {
        /// Whose.
        user_id: Id,
        /// The new address.
        email: String,
    },
    /// Tells the old address that there is a new one, and how to undo it.
    OldEmail {
        /// Whose.
        user_id: Id,
        /// The old address.
        email: String,
    },
    /// Tells a person what happened to their account.
    Notification {
        /// Whose; none: the account is gone, or an older version of the product wrote this.
        #[serde(default)]
        user_id: Option<Id>,
        /// What they are called.
        name: String,
        /// Where it goes.
        email: String,
        /// What happened.
        about: Notification,
        /// When, in unix milliseconds.
        at: i64,
    },
}

impl Arguments for Email {
    const NAME: &'static str = "mail";
}

/// Who gets an email, and the secret of the link in it, if it has one.
#[derive(Clone)]
pub struct Addressed {
    /// Where it goes.
    pub email: String,
    /// What they are called, or empty: whoever signed up with somebody else's address chose the name.
    pub name: String,
    /// What stands in the link, or empty.
    pub token: String,
}

impl fmt::Debug for Addressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Addressed({})", self.email) // without the secret
    }
}

/// Puts an email into the queue, if the rest of the transaction happens too; returns the key of its job.
pub(crate) async fn send(tx: &mut Tx, now: i64, message: Email) -> Result<Id, Error> {
    jobs::add(tx, now, &message).await
}

/// Tells a person what happens to their account, if it happens. What a thief could have done comes with a link that undoes
/// it, to the address that the account has now.
pub(crate) async fn notify(tx: &mut Tx, now: i64, user: &User, about: Notification) -> Result<(), Error> {
    let (name, email) = (greeted(user), user.email.clone());
    let can_be_undone = about.can_be_undone();
    let owner = (about != Notification::Deleted).then(|| user.id.clone());
    let job = send(tx, now, Email::Notification { user_id: owner, name, email, about, at: now }).await?;
    if can_be_undone {
        recovery::promise(tx, now, now, &job, Purpose::Recover, (&user.id, &user.email)).await?;
    }
    Ok(())
}

/// Puts an email into the queue that somebody asked for by typing an address. It takes the same work whether anybody has
/// that address: only whoever sends it looks. Returns the key of its job.
pub async fn ask_for(db: &Db, message: Email) -> Result<Id, Error> {
    let mut tx = db.begin().await?;
    let job = send(&mut tx, db.now(), message).await?;
    tx.commit().await.map(|()| job)
}

/// Finds out who gets the email of a job, and makes the secret of its link. None: nobody has the address any more, or
/// ever had, or what it was to prove is out of date.
pub async fn address(db: &Db, keys: &Keys, job: &Job, message: &Email) -> Result<Option<Addressed>, Error> {
    let (user, purpose, email) = match message {
        Email::Notification { name, email, about, .. } => {
            if job.attempt == 1 && rate_limits::notice(db, email, &about.kind()).await?.is_err() {
                recovery::break_promise(db, job).await?;
                return Ok(None);
            }
            let token = match about.can_be_undone() {
                true => recovery::make(db, keys, job, about.until()).await?.unwrap_or_default(),
                false => String::new(),
            };
            return Ok(Some(Addressed { email: email.clone(), name: name.clone(), token }));
        }
        Email::HasAccount { email } => {
            let owner = users::with_email(db, email).await?;
            return to_owner(db, job, owner).await;
        }
        Email::Verify { user_id } => (users::find(db, user_id).await?, Purpose::Verify, None),
        Email::Reset { email } => (users::with_email(db, email).await?, Purpose::Reset, None),
        Email::LogIn { email } => (users::with_email(db, email).await?, Purpose::LogIn, None),
        Email::NewEmail { user_id, email } => {
            let owner = users::with_email(db, email).await?.filter(|owner| owner.id != *user_id);
            if owner.is_some() {
                return to_owner(db, job, owner).await;
            }
            (users::find(db, user_id).await?, Purpose::NewEmail, Some(email))
        }
        Email::OldEmail { user_id, email } => {
            (users::find(db, user_id).await?, Purpose::OldEmail, Some(email))
        }
    };
    let Some(user) = user.filter(|user| may_have(user, purpose)) else {
        return Ok(None);
    };
    let email = email.cloned().unwrap_or_else(|| user.email.clone());
    let token = tokens::make(db, keys, job, purpose, &user, &email).await?;
    let name = if purpose == Purpose::NewEmail { String::new() } else { greeted(&user) };
    Ok(token.map(|token| Addressed { email, name, token }))
}

/// A stranger's mailbox reads nothing that somebody made up.
fn greeted(user: &User) -> String {
    user.email_verified_at.map(|_| user.name.clone()).unwrap_or_default()
}

/// Somebody wants an address for an account, which has one already: an email without a link tells its owner. Whoever tries
/// it again and again shall not fill their mailbox.
async fn to_owner(db: &Db, job: &Job, owner: Option<User>) -> Result<Option<Addressed>, Error> {
    let Some(owner) = owner else {
        return Ok(None);
    };
    if job.attempt == 1 && rate_limits::unasked_mail(db, &owner.email).await?.is_err() {
        return Ok(None);
    }
    Ok(Some(Addressed { name: greeted(&owner), email: owner.email, token: String::new() }))
}

fn may_have(user: &User, purpose: Purpose) -> bool {
    let is_open = user.disabled_at.is_none();
    match purpose {
        Purpose::Verify => is_open && user.email_verified_at.is_none(),
        // Whoever signed up with somebody else's address chose a password: its owner would log in to a trap.
        Purpose::LogIn => is_open && user.email_verified_at.is_some(),
        Purpose::Reset | Purpose::NewEmail => is_open,
        Purpose::OldEmail | Purpose::Recover => true,
    }
}
