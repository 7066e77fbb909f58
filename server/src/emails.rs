//! The emails of the product: recipient, reason, and what the link in it proves. The texts are in `app/src/emails/`.

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

/// An email in the queue. It contains no secret: the link is made when the email is sent, so reading the table does not
/// give access to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Email {
    /// Asks a user to verify their email address.
    Verify {
        /// The user.
        user_id: Id,
    },
    /// Tells the owner of an email address that a sign-up used it. The owner may have done this.
    HasAccount {
        /// The email address as typed.
        email: String,
    },
    /// Lets the owner of an email address choose a new password.
    Reset {
        /// The email address as typed; perhaps no user has it.
        email: String,
    },
    /// Lets the owner of an email address log in without a password.
    LogIn {
        /// The email address as typed; perhaps no user has it.
        email: String,
    },
    /// Asks at a new email address whether it is the user's.
    NewEmail {
        /// The user.
        user_id: Id,
        /// The new email address.
        email: String,
    },
    /// Tells the old email address about the new one, and how to undo the change.
    OldEmail {
        /// The user.
        user_id: Id,
        /// The old email address.
        email: String,
    },
    /// Tells a user what happened to their account.
    Notification {
        /// `None` if the account was deleted, or an older version of the product wrote this.
        #[serde(default)]
        user_id: Option<Id>,
        /// The user's name.
        name: String,
        /// Email address of the recipient.
        email: String,
        /// The event.
        about: Notification,
        /// Time of the event, in unix milliseconds.
        at: i64,
    },
}

impl Arguments for Email {
    const NAME: &'static str = "mail";
}

/// The recipient of an email, and the secret of its link, if it has one.
#[derive(Clone)]
pub struct Addressed {
    /// Email address of the recipient.
    pub email: String,
    /// The user's name, or empty: a stranger who signed up with this email address may have chosen the name.
    pub name: String,
    /// Secret in the link, or empty.
    pub token: String,
}

impl fmt::Debug for Addressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Addressed({})", self.email) // without the secret
    }
}

/// Adds an email to the queue, if the transaction commits. Returns the key of its job.
pub(crate) async fn send(tx: &mut Tx, now: i64, message: Email) -> Result<Id, Error> {
    jobs::add(tx, now, &message).await
}

/// Notifies a user about their account, if the transaction commits. If an attacker could have caused the event, the
/// email contains a link that undoes it. It goes to the current email address of the account.
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

/// Queues an email that was requested by typing an email address. The work is the same whether or not a user has that
/// address: only the worker looks it up. Returns the key of its job.
pub async fn ask_for(db: &Db, message: Email) -> Result<Id, Error> {
    let mut tx = db.begin().await?;
    let job = send(&mut tx, db.now(), message).await?;
    tx.commit().await.map(|()| job)
}

/// Finds the recipient for a job's email, and makes the secret of its link. Returns `None` if no user has the email
/// address, or the purpose of the email is out of date.
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

/// Returns the name for the greeting. Empty for an unverified email address: its owner may not have chosen the name.
fn greeted(user: &User) -> String {
    user.email_verified_at.map(|_| user.name.clone()).unwrap_or_default()
}

/// Tells the owner of an email address, without a link, that it was requested for another account. The number is
/// limited, so that repeated requests do not fill the owner's mailbox.
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
        // A stranger who signed up with the email address knows the password: its owner must not log in there.
        Purpose::LogIn => is_open && user.email_verified_at.is_some(),
        Purpose::Reset | Purpose::NewEmail => is_open,
        Purpose::OldEmail | Purpose::Recover => true,
    }
}
