//! Who is let in by a mail in place of their password: by its link, or by its code in the browser that asked for it.
//! Either uses both up.

use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::keys::Keys;
use crate::tokens::{self, Purpose};
use crate::users::User;

/// The user whom the link with this secret was sent to. None: it is out of date, or whose it was may not log in by mail.
pub async fn with_link(db: &Db, secret: &str) -> Result<Option<User>, Error> {
    let mut tx = db.begin().await?;
    let Some(token) = tokens::take(&mut tx, db.now(), Purpose::LogIn, secret).await? else {
        return Ok(None);
    };
    let user = token.user;
    // As when it was sent: an address that nobody has proved may have somebody else's password.
    let may = token.sent_to == user.email && user.disabled_at.is_none() && user.email_verified_at.is_some();
    tx.commit().await.map(|()| may.then_some(user))
}

/// The user whom the mail of this job was sent to, if `typed` is its code. Blanks in it do not count.
pub async fn with_code(db: &Db, keys: &Keys, mail: &Id, typed: &str) -> Result<Option<User>, Error> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    match tokens::secret_of_code(keys, mail, &typed) {
        Some(secret) => with_link(db, &secret).await,
        None => Ok(None),
    }
}
