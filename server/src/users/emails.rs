//! Addresses: whether they are their owners'.

use super::User;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::letters::{self, Letter};
use crate::on;
use crate::tokens::{self, Purpose};

/// Asks the user once more, by mail, whether their address is theirs.
pub async fn resend_verification(db: &Db, user: &User) -> Result<(), Error> {
    letters::ask_for(db, Letter::Verify { user_id: user.id.clone() }).await.map(drop)
}

/// Takes note that an address is its owner's, which the secret of a mail to it shows. None: that is out of date.
pub async fn verify(db: &Db, secret: &str) -> Result<Option<User>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, Purpose::Verify, secret).await? else {
        return Ok(None);
    };
    if token.sent_to != token.user.email {
        return Ok(None);
    }
    verified_in(&mut tx, now, &token.user).await?;
    tx.commit().await.map(|()| Some(token.user))
}

/// Takes note that the user's address is theirs, inside a change that shows it.
pub(crate) async fn verified_in(tx: &mut Tx, now: i64, user: &User) -> Result<(), Error> {
    Ok(on!(tx.on(), tx => sqlx::query(
        "update users set email_verified_at = $2 where id = $1 and email_verified_at is null",
    )
    .bind(&user.id).bind(now)
    .execute(tx).await.map(drop))?)
}

/// Takes the user's address for theirs without a mail: for people who are made up.
pub async fn mark_verified(db: &Db, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    verified_in(&mut tx, db.now(), user).await?;
    tx.commit().await
}
