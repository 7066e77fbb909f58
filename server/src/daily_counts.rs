//! How often something happened on a day. A row contains no data of a user.

use crate::db::Tx;
use crate::error::Error;
use crate::sql;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    WrongPasswords,
    /// Codes of an authenticator app, and recovery codes.
    WrongCodes,
    WrongPasskeys,
}

impl Count {
    pub(crate) const FAILED_LOG_INS: [Self; 3] =
        [Self::WrongPasswords, Self::WrongCodes, Self::WrongPasskeys];

    /// The name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WrongPasswords => "wrong passwords",
            Self::WrongCodes => "wrong codes",
            Self::WrongPasskeys => "wrong passkeys",
        }
    }
}

pub(crate) async fn add_in(tx: &mut Tx, day: i64, what: Count, number: i64) -> Result<(), Error> {
    let add = "insert into daily_counts (day, name, count) values ($1, $2, $3)
         on conflict (day, name) do update set count = daily_counts.count + excluded.count";
    tx.execute(sql!(add, day, what.name(), number)).await.map(drop)
}
