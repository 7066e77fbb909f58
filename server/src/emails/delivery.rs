//! Marks users with the address that the mail server refuses, until it accepts an email to this address.

use super::Email;
use crate::db::Db;
use crate::error::Error;
use crate::sql;
use crate::users::email_key;

/// For an email that was sent to `address`, or refused: see `Error::AddressRefused`.
pub async fn mark_delivery(db: &Db, message: &Email, address: &str, is_refused: bool) -> Result<(), Error> {
    let refused = is_refused.then(|| address.to_owned());
    // A user who asks for another address learns that it is wrong, and keeps the own one.
    if let Email::NewEmail { user_id, .. } = message {
        let update = "update users set undeliverable_email = $2
             where id = $1 and (undeliverable_email = $4 or $3)";
        db.execute(sql!(update, user_id, refused, is_refused, address)).await?;
    }
    let update = "update users set undeliverable_email = $2
         where email_key = $1 and (undeliverable_email = $4 or $3)";
    db.execute(sql!(update, email_key(address), refused, is_refused, address)).await.map(drop)
}
