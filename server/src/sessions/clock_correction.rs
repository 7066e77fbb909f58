//! Corrects session timestamps that were written while the clock was ahead, so that no limit is longer than the
//! settings say.

use super::{CLIENT_LIFETIME, IS_CLIENT, Limits};
use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::sql;

/// Users stay logged in, but a password typed in the future no longer counts as recent.
pub async fn correct_future_timestamps(db: &Db, limits: Limits) -> Result<(), Error> {
    let longest = format!("case when {IS_CLIENT} then $5 when remember then $2 else $3 end");
    let wrong =
        format!("created_at > $1 or last_seen_at > $1 or authenticated_at > $4 or expires_at > {longest}");
    let sessions = format!(
        "update sessions as s set
           created_at = case when created_at > $1 then $1 else created_at end,
           last_seen_at = case when last_seen_at > $1 then $1 else last_seen_at end,
           authenticated_at = case when authenticated_at > $4 then 0 else authenticated_at end,
           expires_at = case when expires_at > {longest} then {longest} else expires_at end
         where {}",
        db.unlocked("sessions as s", "id", &wrong)
    );
    let ended = format!(
        "update ended_sessions set
           ended_at = $1, last_seen_at = case when last_seen_at > $1 then $1 else last_seen_at end
         where {}",
        db.unlocked("ended_sessions", "id", "ended_at > $1")
    );
    let now = db.now();
    let (remembered, absolute) = (now + millis(limits.remember), now + millis(limits.absolute));
    let client = now + millis(CLIENT_LIFETIME);
    db.execute(sql!(&sessions, now, remembered, absolute, now + millis(SKEW), client)).await?;
    db.execute(sql!(&ended, now)).await.map(drop)
}
