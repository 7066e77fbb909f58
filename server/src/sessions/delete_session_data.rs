//! Deletes the session data that names a deleted user, which would otherwise be kept for a month. Stores outside of SQL
//! cannot search it: there it stays until it expires.

use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use crate::users::User;

/// Reads every row, because session data has no user column: about a second for a million rows. Another user of such a
/// browser stays logged in, but loses a waiting message or form.
pub(crate) async fn delete_session_data_in(tx: &mut Tx, user_id: &Id<User>) -> Result<(), Error> {
    let id = user_id.as_str().as_bytes();
    let delete = sql!(
        sqlite: "delete from tower_sessions where instr(data, $1) > 0",
        postgres: "delete from tower_sessions where position($1 in data) > 0",
        id,
    );
    tx.execute(delete).await.map(drop)
}
