//! Copies a product from SQLite to PostgreSQL: all rows, compared before the commit, or nothing. Tables and columns are
//! read from the schemas.

mod rows;
mod tables;

use super::migrate::{self, Change};
use super::sqlite::MIGRATIONS;
use super::url::ACQUIRE_TIMEOUT;
use super::{DatabaseUrl, postgres};
use crate::error::Error;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres, SqliteConnection, Transaction,
};
use std::path::Path;
use tables::{Table, quoted};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub table: String,
    pub rows: u64,
}

/// The source is only read, as a snapshot, so the product may continue to run. The target must be empty.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<Vec<Copied>, Error> {
    let (file, options) = match (from, to) {
        (DatabaseUrl::Sqlite(file), DatabaseUrl::Postgres(options)) => (file, options),
        (DatabaseUrl::Postgres(_), _) => {
            return Err(refused("DATABASE_URL must name the SQLite database to copy from"));
        }
        (_, DatabaseUrl::Sqlite(_)) => return Err(refused("The database to copy to must be PostgreSQL")),
    };
    let prepared = prepare(file, options).await;
    let (pool, target, copied) = prepared.map_err(|error| refused(&error.to_string()))?;
    // If the connection breaks during the commit, its result is unknown.
    target.commit().await.map_err(|error| {
        Error::Copy(format!("PostgreSQL did not confirm the copy, look whether it is there: {error}"))
    })?;
    pool.close().await;
    Ok(copied)
}

fn refused(why: &str) -> Error {
    Error::Copy(format!("{}. Nothing was copied.", why.trim_end_matches('.')))
}

type Prepared = (PgPool, Transaction<'static, Postgres>, Vec<Copied>);

async fn prepare(file: &Path, options: &PgConnectOptions) -> Result<Prepared, Error> {
    let mut source = open(file).await?;
    // The first read fixes the snapshot for all others.
    let mut source = source.begin().await?;
    must_be_up_to_date(&mut source).await?;
    let names = tables::names(&mut source).await?;
    let unreachable = |error| Error::Copy(format!("The database to copy to cannot be opened: {error}"));
    let pool = postgres::open(options, None).await.map_err(unreachable)?;
    // The migrations would change existing data.
    must_be_empty(&mut *pool.acquire().await?, &names).await?;
    postgres::change_schema(options, Change::BringUpToDate).await?;
    let mut target = pool.begin().await?;
    let tables = tables::tables(&mut source, &mut target).await?;
    // Locks out other writers until the end: a running node, or a second copy.
    let locked: Vec<_> = tables.iter().map(Table::on_target).collect();
    let lock = format!("lock table {} in exclusive mode; set constraints all deferred", locked.join(", "));
    target.execute(&*lock).await?;
    must_be_empty(&mut target, &names).await?;
    let copied = fill(&mut source, &mut target, &tables).await?;
    Ok((pool, target, copied))
}

/// Read-only. The file must exist.
async fn open(file: &Path) -> Result<SqliteConnection, Error> {
    let cannot = |error| Error::Copy(format!("{} cannot be opened: {error}", file.display()));
    let options = SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(ACQUIRE_TIMEOUT);
    // Reading a whole table is slow but not a problem.
    options.disable_statement_logging().connect().await.map_err(cannot)
}

/// The tables of this build's migrations must match the target.
async fn must_be_up_to_date(source: &mut SqliteConnection) -> Result<(), Error> {
    let run = "select version from _sqlx_migrations where success order by version";
    let unknown = |error| Error::Copy(format!("DATABASE_URL names no database of this product: {error}"));
    let run: Vec<i64> = sqlx::query_scalar(run).fetch_all(source).await.map_err(unknown)?;
    let known = migrate::numbers(&MIGRATIONS);
    if run == known {
        return Ok(());
    }
    Err(Error::Copy(format!(
        "The SQLite database has run the migrations {run:?}, and this build has {known:?}: run `migrate` first, or \
         take the build that it was last used with"
    )))
}

/// Refuses a database that has a row in one of these tables.
async fn must_be_empty(target: &mut PgConnection, names: &[String]) -> Result<(), Error> {
    let there = "select tablename::text from pg_tables where schemaname = 'public' and tablename = any($1) order by 1";
    let there: Vec<String> = sqlx::query_scalar(there).bind(names).fetch_all(&mut *target).await?;
    let mut filled = Vec::new();
    for name in there {
        let exists = format!("select exists (select from public.{})", quoted(&name));
        if sqlx::query_scalar(&exists).fetch_one(&mut *target).await? {
            filled.push(name);
        }
    }
    if filled.is_empty() {
        return Ok(());
    }
    let filled = filled.join(", ");
    Err(Error::Copy(format!("The database to copy to is not empty: there are rows in {filled}")))
}

/// Compares all tables after the last row: a trigger may have changed another table.
async fn fill(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
    tables: &[Table],
) -> Result<Vec<Copied>, Error> {
    let mut sent = Vec::new();
    for table in tables {
        sent.push(rows::send(table, source, target).await?);
    }
    let (mut copied, mut differences) = (Vec::new(), Vec::new());
    for (table, sent) in tables.iter().zip(sent) {
        set_sequences_and_analyze(target, table).await?;
        let (name, found) = (table.name.clone(), rows::found(table, target).await?);
        if sent.rows != found.rows {
            differences.push(format!("{name}: SQLite has {} rows, PostgreSQL {}", sent.rows, found.rows));
        } else if sent != found {
            differences.push(format!("{name}: both have {} rows, but not the same ones", sent.rows));
        }
        copied.push(Copied { table: name, rows: sent.rows });
    }
    if differences.is_empty() { Ok(copied) } else { Err(Error::Copy(differences.join("\n"))) }
}

/// Sets the sequences behind the last row, and updates the planner's statistics.
async fn set_sequences_and_analyze(target: &mut PgConnection, table: &Table) -> Result<(), Error> {
    let name = table.on_target();
    for column in table.columns.iter().filter(|column| column.kind == "bigint") {
        let sequence = "select pg_get_serial_sequence($1, $2)";
        let sequence = sqlx::query_scalar(sequence).bind(&name).bind(&column.name);
        let sequence: Option<String> = sequence.fetch_one(&mut *target).await?;
        if let Some(sequence) = sequence {
            let last = format!("select max({}) as last from {name}", quoted(&column.name));
            let set = format!("select setval($1::regclass, last) from ({last}) rows where last > 0");
            sqlx::query(&set).bind(sequence).execute(&mut *target).await?;
        }
    }
    target.execute(&*format!("analyze {name}")).await?;
    Ok(())
}
