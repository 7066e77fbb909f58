//! What stands in the tables, for tests that must see that nothing changed.

use server::db::On;
use server::{Db, on};

/// What requests may change without anybody asking for it: who is logged in, the scratch pads, what was tried, which buttons were
/// pressed.
const FLEETING: [&str; 6] =
    ["sessions", "ended_sessions", "tower_sessions", "attempts", "form_posts", "_sqlx_migrations"];

/// Every row of every table but the fleeting ones, as lines of text: a new table is in it by itself.
pub async fn lasting(db: &Db) -> Vec<String> {
    let mut rows = dump(db).await;
    rows.retain(|row| !FLEETING.iter().any(|table| row.starts_with(&format!("{table} "))));
    rows
}

/// Every row of every table, as lines of text that begin with the table's name.
pub async fn dump(db: &Db) -> Vec<String> {
    let mut rows = Vec::new();
    for table in tables(db).await {
        let of_table = match db.read() {
            On::Sqlite(_) => {
                let columns = format!("select 'quote(' || name || ')' from pragma_table_info('{table}')");
                format!("select {} from {table}", lines(db, &columns).await.join(" || ' ' || "))
            }
            On::Postgres(_) => format!("select t::text from {table} t"),
        };
        rows.extend(lines(db, &of_table).await.into_iter().map(|row| format!("{table} {row}")));
    }
    rows.sort();
    rows
}

async fn tables(db: &Db) -> Vec<String> {
    let names = match db.read() {
        On::Sqlite(_) => "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
        On::Postgres(_) => "select tablename::text from pg_tables where schemaname = 'public'",
    };
    let names = lines(db, names).await;
    assert!(names.contains(&"users".to_owned()), "{names:?}");
    names
}

/// Every log-in there is.
pub async fn sessions(db: &Db) -> Vec<String> {
    lines(db, "select id || user_id from sessions order by 1").await
}

/// The first column of what a query finds.
pub async fn lines(db: &Db, query: &str) -> Vec<String> {
    on!(db.read(), pool => sqlx::query_scalar(query).fetch_all(pool).await).unwrap()
}

/// Changes a table by hand.
pub async fn write(db: &Db, statement: &str) {
    on!(db.write(), pool => sqlx::query(statement).execute(pool).await.map(drop)).unwrap();
}
