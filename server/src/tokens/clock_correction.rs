//! Corrects tokens that were made while the clock was ahead: none is valid for longer than its purpose allows.

use super::Purpose;
use super::recovery::RESERVED_FOR;
use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::sql;

const PURPOSES: [Purpose; 5] =
    [Purpose::Verify, Purpose::Reset, Purpose::LogIn, Purpose::NewEmail, Purpose::OldEmail];

pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    // The row of an unsent email has no hash, and waits longer.
    const ENDS: &str =
        "update tokens set expires_at = $2 where purpose = $1 and expires_at > $2 and length(hash) = 32";
    // The link of a planned deletion is valid until that day.
    const RECOVER: &str = "update tokens set expires_at = $1
         where purpose = 'recover' and expires_at > $1 and length(hash) = 32
           and expires_at > coalesce((select u.delete_at from users u where u.id = tokens.user_id), 0)";
    let now = db.now();
    for purpose in PURPOSES {
        db.execute(sql!(ENDS, purpose.name(), now + millis(purpose.lifetime()))).await?;
    }
    db.execute(sql!(RECOVER, now + millis(Purpose::Recover.lifetime()))).await?;
    let promised = "update tokens set expires_at = $1 where expires_at > $1 and purpose <> 'recover'";
    db.execute(sql!(promised, now + millis(RESERVED_FOR))).await?;
    let made = "update tokens set created_at = $1 where created_at > $2";
    db.execute(sql!(made, now, now + millis(SKEW))).await.map(drop)
}
