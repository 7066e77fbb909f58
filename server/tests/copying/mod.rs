//! Two databases, and the errors of copying one into the other.
#![allow(dead_code)] // every test file takes what it needs

use server::db::{DatabaseUrl, copy};
use server::testing::TestDb;
use server::{Db, Error, sql};

/// An SQLite database to copy from and a PostgreSQL database to copy to. `None` without a server.
pub async fn both() -> Option<(TestDb, TestDb)> {
    let postgres = TestDb::postgres().await?;
    Some((TestDb::sqlite().await, postgres))
}

/// The error of the copy.
pub async fn refusal(from: &DatabaseUrl, to: &DatabaseUrl) -> String {
    match copy(from, to).await {
        Err(Error::Copy(text)) => text,
        other => panic!("not refused: {other:?}"),
    }
}

pub async fn write(db: &Db, sql: &str) {
    db.script(sql).await.unwrap();
}

pub async fn count(db: &Db, table: &str) -> i64 {
    let count = format!("select count(*) from {table}");
    db.row::<(_,)>(sql!(&count)).await.unwrap().0
}

/// Two texts of each row, in an order that both databases have.
pub async fn texts(db: &Db, select: &str) -> Vec<(String, String)> {
    let mut rows: Vec<_> = db.rows(sql!(select)).await.unwrap();
    rows.sort();
    rows
}
