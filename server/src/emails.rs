//! The emails of the product: recipient, reason, and what the link proves. The texts are in `ui/src/emails/`.

mod age;
mod delete_queued;
mod delivery;
mod description;
mod failure;
mod notification;

use crate::clock::millis;
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

pub(crate) use delete_queued::delete_queued_in;
pub use delivery::mark_delivery;
pub use description::{Description, describe};
pub use notification::Notification;

/// Contains no secret: the link is made when the email is sent, so access to the table gives no access to accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Email {
    Verify {
        user_id: Id<User>,
    },
    /// To a user who has not confirmed the address: the account will be deleted.
    Reminder {
        user_id: Id<User>,
        /// In unix milliseconds.
        on: i64,
    },
    /// First steps, after the address of a new account was confirmed.
    Welcome {
        user_id: Id<User>,
    },
    HasAccount {
        email: String,
    },
    /// The email of a sign-up once more: `Verify` or `HasAccount`.
    SignUpAgain {
        /// As typed; perhaps no user has it.
        email: String,
    },
    Reset {
        /// As typed; perhaps no user has it.
        email: String,
    },
    LogIn {
        email: String,
    },
    NewEmail {
        user_id: Id<User>,
        email: String,
    },
    /// Sent to the old address, with a link that undoes the change.
    OldEmail {
        user_id: Id<User>,
        email: String,
    },
    Notification {
        /// `None` if the account was deleted, or an older build wrote this.
        #[serde(default)]
        user_id: Option<Id<User>>,
        name: String,
        email: String,
        about: Notification,
        /// In unix milliseconds.
        at: i64,
    },
}

impl Arguments for Email {
    const NAME: &'static str = "email";

    /// A user waits for the link; of several, only the newest works.
    fn is_urgent(&self) -> bool {
        matches!(
            self,
            Self::Verify { .. }
                | Self::SignUpAgain { .. }
                | Self::Reset { .. }
                | Self::LogIn { .. }
                | Self::NewEmail { .. }
        )
    }
}

#[derive(Clone)]
pub struct Recipient {
    pub email: String,
    /// Empty for an unverified address: another person may have chosen the name.
    pub name: String,
    /// Secret of the link, or empty.
    pub token: String,
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.email) // without the secret
    }
}

pub(crate) async fn enqueue_in(tx: &mut Tx, now: i64, message: Email) -> Result<Id<Job>, Error> {
    jobs::add(tx, now, &message).await
}

/// If an attacker could have caused the event, the email has a link that undoes it. It goes to the current address.
pub(crate) async fn notify(tx: &mut Tx, now: i64, user: &User, about: Notification) -> Result<(), Error> {
    let (name, email) = (greeted(user), user.email.clone());
    let can_be_undone = about.can_be_undone();
    let owner = (about != Notification::Deleted).then(|| user.id.clone());
    let job =
        enqueue_in(tx, now, Email::Notification { user_id: owner, name, email, about, at: now }).await?;
    if can_be_undone {
        recovery::reserve(tx, now, now, &job, Purpose::Recover, (&user.id, &user.email)).await?;
    }
    Ok(())
}

/// Does the same work whether or not a user has the address: only the worker looks it up.
pub async fn enqueue(db: &Db, message: Email) -> Result<Id<Job>, Error> {
    let mut tx = db.begin().await?;
    let job = enqueue_in(&mut tx, db.now(), message).await?;
    tx.commit().await.map(|()| job)
}

/// Returns `None` if no user has the address, the reason for the email is out of date, the email is too old, or an equal
/// one was sent within the minute before.
pub async fn prepare(db: &Db, keys: &Keys, job: &Job, message: &Email) -> Result<Option<Recipient>, Error> {
    if db.now() - job.created_at > millis(message.max_age()) {
        tracing::info!(job = %job.id, "an email waited for too long and is not sent");
        recovery::cancel_reservation(db, job).await?;
        return Ok(None);
    }
    let (user, purpose, email) = match message {
        Email::Notification { name, email, about, .. } => {
            if job.attempt == 1 && !may_notify(db, email, about).await? {
                recovery::cancel_reservation(db, job).await?;
                return Ok(None);
            }
            let token = match about.can_be_undone() {
                true => recovery::make(db, keys, job, about.until()).await?.unwrap_or_default(),
                false => String::new(),
            };
            return Ok(Some(Recipient { email: email.clone(), name: name.clone(), token }));
        }
        Email::HasAccount { email } => {
            let owner = users::with_email(db, email).await?;
            return to_owner(db, job, owner).await;
        }
        Email::SignUpAgain { email } => match users::with_email(db, email).await? {
            Some(user) if user.email_verified_at.is_none() => (Some(user), Purpose::Verify, None),
            owner => return to_owner(db, job, owner).await,
        },
        Email::Welcome { user_id } => {
            let user = users::find(db, user_id).await?.filter(|user| user.disabled_at.is_none());
            return Ok(user.map(without_link));
        }
        Email::Verify { user_id } | Email::Reminder { user_id, .. } => {
            (users::find(db, user_id).await?, Purpose::Verify, None)
        }
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
    Ok(token.map(|token| Recipient { email, name, token }))
}

async fn may_notify(db: &Db, email: &str, about: &Notification) -> Result<bool, Error> {
    let is_requested = *about == Notification::EmailChangeAsked;
    if is_requested && !rate_limits::is_first_of_minute(db, email, &about.kind()).await? {
        return Ok(false);
    }
    rate_limits::may_notify(db, email, &about.kind()).await
}

/// Empty for an unverified address: another person may have chosen the name.
fn greeted(user: &User) -> String {
    user.email_verified_at.map(|_| user.name.clone()).unwrap_or_default()
}

/// Without a link, and limited, so that requests of others do not fill the mailbox.
async fn to_owner(db: &Db, job: &Job, owner: Option<User>) -> Result<Option<Recipient>, Error> {
    let Some(owner) = owner else {
        return Ok(None);
    };
    if job.attempt == 1
        && !(rate_limits::is_first_of_minute(db, &owner.email, "unrequested").await?
            && rate_limits::may_send_unrequested(db, &owner.email).await?)
    {
        return Ok(None);
    }
    Ok(Some(without_link(owner)))
}

fn without_link(user: User) -> Recipient {
    Recipient { name: greeted(&user), email: user.email, token: String::new() }
}

fn may_have(user: &User, purpose: Purpose) -> bool {
    let is_open = user.disabled_at.is_none();
    match purpose {
        Purpose::Verify => is_open && user.email_verified_at.is_none(),
        // An unverified account may be that of another person, who knows the password.
        Purpose::LogIn => is_open && user.email_verified_at.is_some(),
        Purpose::Reset | Purpose::NewEmail => is_open,
        Purpose::OldEmail | Purpose::Recover => true,
    }
}
