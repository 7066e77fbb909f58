//! Log-in by email: by the link, or by the code in the browser that requested it. Using one of them invalidates both.

use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use crate::keys::Keys;
use crate::tokens::{self, Purpose};
use crate::typed_code::typed_code;
use crate::users::User;

/// Returns `None` if the link is out of date, or the user may not log in by email.
pub async fn log_in_with_link(db: &Db, secret: &str) -> Result<Option<User>, Error> {
    let mut tx = db.begin().await?;
    let Some(token) = tokens::take(&mut tx, db.now(), Purpose::LogIn, secret).await? else {
        return Ok(None);
    };
    let user = token.user;
    // Checked again: another person may have signed up with an unverified address.
    let may = token.sent_to == user.email && user.disabled_at.is_none() && user.email_verified_at.is_some();
    tx.commit().await.map(|()| may.then_some(user))
}

/// Returns the recipient of the email of `job`, if `typed` is its code.
pub async fn log_in_with_email_code(
    db: &Db,
    keys: &Keys,
    job: &Id<Job>,
    typed: &str,
) -> Result<Option<User>, Error> {
    match tokens::secret_of_code(keys, job, &typed_code(typed)) {
        Some(secret) => log_in_with_link(db, &secret).await,
        None => Ok(None),
    }
}
