//! Queries on the SQLite database: its version, its tables and columns, and its foreign keys.

use crate::db::sqlite::MIGRATIONS;
use crate::db::url::ACQUIRE_TIMEOUT;
use crate::error::Error;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::Path;

/// The product's tables, without the internal ones of SQLite and sqlx.
const TABLES: &str = "pragma_table_list t where t.schema = 'main' and t.type = 'table'
    and t.name not like 'sqlite\\_%' escape '\\' and t.name not like '\\_sqlx%' escape '\\'";

#[derive(sqlx::FromRow)]
pub(super) struct Column {
    pub table: String,
    pub name: String,
    pub is_key: bool,
}

/// Opens the file read-only. It must exist.
pub(super) async fn open(file: &Path) -> Result<SqliteConnection, Error> {
    let cannot = |error| Error::Copy(format!("{} cannot be opened: {error}", file.display()));
    let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(ACQUIRE_TIMEOUT);
    // Reading a whole table is slow but not a problem, so it is not logged.
    options.disable_statement_logging().connect().await.map_err(cannot)
}

/// Refuses a database that has not run exactly the migrations of this build: its tables must match the target.
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

/// Returns the names of its tables.
pub(super) async fn table_names(source: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    let names = format!("select t.name from {TABLES} order by t.name");
    Ok(sqlx::query_scalar(&names).fetch_all(source).await?)
}

/// Returns its columns by table, without generated columns.
pub(super) async fn columns(source: &mut SqliteConnection) -> Result<Vec<Column>, Error> {
    let columns = format!(
        "select t.name as \"table\", c.name, c.pk > 0 as is_key
         from (select t.name from {TABLES}) t join pragma_table_info(t.name) c order by t.name, c.cid"
    );
    Ok(sqlx::query_as(&columns).fetch_all(source).await?)
}

/// Returns which table refers to which in a foreign key.
pub(super) async fn references(source: &mut SqliteConnection) -> Result<Vec<(String, String)>, Error> {
    let references = format!(
        "select t.name, k.\"table\" from (select t.name from {TABLES}) t join pragma_foreign_key_list(t.name) k"
    );
    Ok(sqlx::query_as(&references).fetch_all(source).await?)
}
