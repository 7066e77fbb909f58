//! Deletes the session data that names a deleted user, which would otherwise be kept for a month.

use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::sql;

/// Deletes all session data that names a user, in the transaction that deletes the user. It has no user column, and the
/// hash in `sessions` does not lead to the browser's id. So every row is read: about a second for a million rows.
/// Another user who is logged in with such a browser stays logged in; a waiting message or form is lost.
pub(crate) async fn forget_browsers_in(tx: &mut Tx, user_id: &Id) -> Result<(), Error> {
    let id = user_id.as_str().as_bytes();
    let delete = sql!(
        sqlite: "delete from tower_sessions where instr(data, $1) > 0",
        postgres: "delete from tower_sessions where position($1 in data) > 0",
        id,
    );
    tx.execute(delete).await.map(drop)
}
