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
    const LATE: &str = "purpose = $2 and expires_at > $1 and length(hash) = 32";
    // The link of a planned deletion is valid until that day.
    const LATE_RECOVER: &str = "purpose = 'recover' and expires_at > $1 and length(hash) = 32
           and expires_at > coalesce((select u.delete_at from users u where u.id = tokens.user_id), 0)";
    let update = |column: &str, wrong: &str| {
        format!("update tokens set {column} = $1 where {}", db.unlocked("tokens", "id", wrong))
    };
    let now = db.now();
    let ends = update("expires_at", LATE);
    for purpose in PURPOSES {
        db.execute(sql!(&ends, now + millis(purpose.lifetime()), purpose.name())).await?;
    }
    let recover = update("expires_at", LATE_RECOVER);
    db.execute(sql!(&recover, now + millis(Purpose::Recover.lifetime()))).await?;
    let promised = update("expires_at", "expires_at > $1 and purpose <> 'recover'");
    db.execute(sql!(&promised, now + millis(RESERVED_FOR))).await?;
    let made = update("created_at", "created_at > $2");
    db.execute(sql!(&made, now, now + millis(SKEW))).await.map(drop)
}
