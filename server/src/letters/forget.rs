//! The letters of a deleted user: nobody waits for them any more, and they hold a name and an address.

use super::Letter;
use crate::db::Tx;
use crate::error::Error;
use crate::jobs::{self, Work};
use crate::users::{self, User};

/// Takes the letters to a user, and about them, out of the queue inside a change that deletes them. To be called before
/// anything else of theirs is locked: whoever sends a letter locks its job first.
pub(crate) async fn forget_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    let address = users::email_key(&user.email);
    jobs::delete_in(tx, |work, arguments| {
        let to = work.as_ref().and_then(|Work::Mail(letter)| email(letter));
        arguments.contains(user.id.as_str()) || to.is_some_and(|to| users::email_key(to) == address)
    })
    .await
}

/// The address in a letter. None: it goes to wherever its user reads mail then.
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
