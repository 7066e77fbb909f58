//! Deletes the queued emails of a deleted user: they contain a name and an email address.

use super::Email;
use crate::db::Tx;
use crate::error::Error;
use crate::jobs;
use crate::users::{self, User};

/// Call it before other rows of the user are locked: a worker that sends an email locks the job first.
pub(crate) async fn delete_queued_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    let address = users::email_key(&user.email);
    jobs::delete_in(tx, |name, arguments| {
        let message = jobs::read::<Email>(name, arguments);
        let to = message.as_ref().and_then(email);
        arguments.contains(user.id.as_str()) || to.is_some_and(|to| users::email_key(to) == address)
    })
    .await
}

/// Returns `None` if the email goes to the user's address at sending time.
pub(super) fn email(message: &Email) -> Option<&str> {
    match message {
        Email::Verify { .. } | Email::Reminder { .. } | Email::Welcome { .. } => None,
        Email::HasAccount { email }
        | Email::SignUpAgain { email }
        | Email::Reset { email }
        | Email::LogIn { email }
        | Email::NewEmail { email, .. }
        | Email::OldEmail { email, .. }
        | Email::Notification { email, .. } => Some(email),
    }
}
