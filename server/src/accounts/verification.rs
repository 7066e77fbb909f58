//! Addresses: whether they are their owners'. A mail shows who reads an address, not who signed up with it. So a link
//! confirms an account only together with its password or its log-in, and otherwise makes it the reader's.

use super::recovery::{Recovery, start_empty_in};
use crate::db::{Db, Tx};
use crate::emails::{self, Email};
use crate::error::Error;
use crate::on;
use crate::sessions::EndReason;
use crate::tokens::{self, Purpose, Token};
use crate::users::User;

/// Asks the user once more, by mail, whether their address is theirs.
pub async fn resend_verification(db: &Db, user: &User) -> Result<(), Error> {
    emails::ask_for(db, Email::Verify { user_id: user.id.clone() }).await.map(drop)
}

/// Takes note that the address of `user` is theirs, which the secret of a mail to it shows. `user` is who showed otherwise,
/// by the password or a log-in, that the account is theirs. False: the secret is out of date or of another account.
pub async fn verify(db: &Db, secret: &str, user: &User) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = taken(&mut tx, now, secret).await?.filter(|token| is_of(token, user)) else {
        return Ok(false);
    };
    verified_in(&mut tx, now, &token.user).await?;
    tx.commit().await.map(|()| true)
}

/// Makes the account that the mail with this secret is about its reader's, who did not choose its password: all that the
/// earlier person had or left there goes. Returns the user as they are now, and the secret with which they choose a
/// password. None: it is out of date, or an owner is known already.
pub async fn claim(db: &Db, ip: &str, secret: &str) -> Result<Option<(User, String)>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let found = taken(&mut tx, now, secret).await?;
    let Some(token) = found.filter(|token| token.user.email_verified_at.is_none()) else {
        return Ok(None);
    };
    let recovery = Recovery { ending: EndReason::Claimed, since: 0, password_hash: "" };
    let user = start_empty_in(&mut tx, now, ip, &token.user, recovery).await?;
    let reset = tokens::issue(&mut tx, now, Purpose::Reset, &user).await?;
    tx.commit().await.map(|()| Some((user, reset)))
}

async fn taken(tx: &mut Tx, now: i64, secret: &str) -> Result<Option<Token>, Error> {
    let token = tokens::take(tx, now, Purpose::Verify, secret).await?;
    Ok(token.filter(|token| token.sent_to == token.user.email && token.user.disabled_at.is_none()))
}

/// Whether a token is of this user, and nothing ended their log-ins since they showed who they are.
pub(super) fn is_of(token: &Token, user: &User) -> bool {
    token.user.id == user.id && token.user.has_password_of(user)
}

/// Takes note that the user's address is theirs, inside a change that shows it.
async fn verified_in(tx: &mut Tx, now: i64, user: &User) -> Result<(), Error> {
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
