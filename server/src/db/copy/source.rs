//! What is asked of the SQLite database: its version, its tables and columns, and which table names which.

use crate::db::sqlite::MIGRATIONS;
use crate::db::url::ACQUIRE_TIMEOUT;
use crate::error::Error;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::Path;

/// Those of the product, without what SQLite and sqlx keep for themselves.
const TABLES: &str = "pragma_table_list t where t.schema = 'main' and t.type = 'table'
    and t.name not like 'sqlite\\_%' escape '\\' and t.name not like '\\_sqlx%' escape '\\'";

/// A column of SQLite's.
#[derive(sqlx::FromRow)]
pub(super) struct Column {
    pub table: String,
    pub name: String,
    pub is_key: bool,
}

/// Opens the file, which must be there, and leaves it as it is.
pub(super) async fn open(file: &Path) -> Result<SqliteConnection, Error> {
    let cannot = |error| Error::Copy(format!("{} cannot be opened: {error}", file.display()));
    let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(ACQUIRE_TIMEOUT);
    // A whole table is a slow statement, which is nobody's mistake.
    options.disable_statement_logging().connect().await.map_err(cannot)
}

/// Refuses one that has not run the migrations of this build and no others: its tables must be those of the target.
pub(super) async fn must_be_up_to_date(source: &mut SqliteConnection) -> Result<(), Error> {
    let run = "select version from _sqlx_migrations where success order by version";
    let run: Vec<i64> = sqlx::query_scalar(run)
        .fetch_all(source)
        .await
        .map_err(|error| Error::Copy(format!("DATABASE_URL names no database of this product: {error}")))?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).collect::<Vec<_>>();
    if run == known {
        return Ok(());
    }
    Err(Error::Copy(format!(
        "The SQLite database has run the migrations {run:?}, and this build has {known:?}: run `migrate` first, or \
         take the build that it was last used with"
    )))
}

/// What its tables are called.
pub(super) async fn table_names(source: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    let names = format!("select t.name from {TABLES} order by t.name");
    Ok(sqlx::query_scalar(&names).fetch_all(source).await?)
}

/// Its columns, table by table, but for those that the database computes.
pub(super) async fn columns(source: &mut SqliteConnection) -> Result<Vec<Column>, Error> {
    let columns = format!(
        "select t.name as \"table\", c.name, c.pk > 0 as is_key
         from (select t.name from {TABLES}) t join pragma_table_info(t.name) c order by t.name, c.cid"
    );
    Ok(sqlx::query_as(&columns).fetch_all(source).await?)
}

/// Selection table names which other one in a foreign key.
pub(super) async fn references(source: &mut SqliteConnection) -> Result<Vec<(String, String)>, Error> {
    let references = format!(
        "select t.name, k.\"table\" from (select t.name from {TABLES}) t join pragma_foreign_key_list(t.name) k"
    );
    Ok(sqlx::query_as(&references).fetch_all(source).await?)
}
