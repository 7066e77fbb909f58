//! The days on which each user used the product, in UTC. `sessions` records a day when it writes `last_seen_at`.

use crate::clock::{beginning, day};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use crate::users::User;

pub(crate) async fn record_in(tx: &mut Tx, now: i64, user_id: &Id<User>) -> Result<(), Error> {
    // From `users`: the user may have been deleted.
    let insert = "insert into active_days (day, user_id) select $1, u.id from users u where u.id = $2
         on conflict do nothing";
    tx.execute(sql!(insert, day(now), user_id)).await.map(drop)
}

/// The beginning of each day in unix milliseconds, oldest first.
pub async fn of_user(db: &Db, user_id: &Id<User>) -> Result<Vec<i64>, Error> {
    let list = "select day from active_days where user_id = $1 order by day";
    let days: Vec<(i64,)> = db.rows(sql!(list, user_id)).await?;
    Ok(days.into_iter().map(|(day,)| beginning(day)).collect())
}
