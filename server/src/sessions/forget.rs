//! What the browsers of a deleted user still hold: the session data of each one names them, for a month or longer.

use crate::db::{On, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;

/// Deletes all session data that names a user, inside a change that deletes them. The table has no column for it, and the
/// browser's id in it cannot be found by the hash in `sessions`: so every row is looked through, which takes about a
/// second for a million of them. Whoever is logged in with one of these browsers stays logged in; a message or a form that
/// waits there is lost.
pub(crate) async fn forget_browsers_in(tx: &mut Tx, user_id: &Id) -> Result<(), Error> {
    let naming = match tx.on() {
        On::Sqlite(_) => "instr(data, $1) > 0",
        On::Postgres(_) => "position($1 in data) > 0",
    };
    let delete = format!("delete from tower_sessions where {naming}");
    Ok(
        on!(tx.on(), tx => sqlx::query(&delete).bind(user_id.as_str().as_bytes()).execute(tx).await.map(drop))?,
    )
}
