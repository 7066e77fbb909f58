//! Deletes the queued letters of a deleted user: they hold a name and an address.

use super::Letter;
use crate::db::Tx;
use crate::error::Error;
use crate::jobs;
use crate::users::{self, User};

/// Deletes the queued letters to a user and about them, in the transaction that deletes the user. Call it before other rows
/// of the user are locked: a worker that sends a letter locks the job first.
pub(crate) async fn forget_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    let address = users::email_key(&user.email);
    jobs::delete_in(tx, |name, arguments| {
        let letter = jobs::read::<Letter>(name, arguments);
        let to = letter.as_ref().and_then(email);
        arguments.contains(user.id.as_str()) || to.is_some_and(|to| users::email_key(to) == address)
    })
    .await
}

/// The address in a letter. None: it goes to the address that the user has when it is sent.
fn email(letter: &Letter) -> Option<&str> {
    match letter {
        Letter::Verify { .. } => None,
        Letter::HasAccount { email }
        | Letter::Reset { email }
        | Letter::LogIn { email }
        | Letter::NewEmail { email, .. }
        | Letter::OldEmail { email, .. }
        | Letter::Notice { email, .. } => Some(email),
    }
}
