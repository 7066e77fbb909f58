//! Copies a product from SQLite to PostgreSQL: all rows of all tables, or nothing. Tables and columns are read from the
//! schemas, so your own tables need no change here. PostgreSQL's data is compared before the commit.

mod form;
mod matching;
mod rows;
mod source;
mod tables;
mod target;

use super::{DatabaseUrl, postgres};
use crate::error::Error;
use rows::Sum;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgPool, Postgres, SqliteConnection, Transaction};
use std::path::Path;
use tables::Table;

/// A table that is equal in both databases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Name of the table.
    pub table: String,
    /// Number of rows.
    pub rows: u64,
}

/// Copies all data of an SQLite database, which is only read, into an empty PostgreSQL database, whose schema is
/// brought up to date. The product may continue to run: the copy is a snapshot.
pub async fn copy(from: &DatabaseUrl, to: &DatabaseUrl) -> Result<Vec<Copied>, Error> {
    let (file, options) = match (from, to) {
        (DatabaseUrl::Sqlite(file), DatabaseUrl::Postgres(options)) => (file, options),
        (DatabaseUrl::Postgres(_), _) => {
            return Err(refused("DATABASE_URL must name the SQLite database to copy from"));
        }
        (_, DatabaseUrl::Sqlite(_)) => return Err(refused("The database to copy to must be PostgreSQL")),
    };
    let prepared = match prepare(file, options).await {
        Ok(prepared) => prepared,
        Err(error) => return Err(refused(&error.to_string())),
    };
    // Separate from the rest: if the connection breaks during the commit, its result is unknown.
    prepared.target.commit().await.map_err(|error| {
        Error::Copy(format!("PostgreSQL did not confirm the copy, look whether it is there: {error}"))
    })?;
    prepared.pool.close().await;
    Ok(prepared.copied)
}

fn refused(why: &str) -> Error {
    Error::Copy(format!("{}. Nothing was copied.", why.trim_end_matches('.')))
}

/// A complete and compared copy, not yet committed.
struct Prepared {
    pool: PgPool,
    target: Transaction<'static, Postgres>,
    copied: Vec<Copied>,
}

async fn prepare(file: &Path, options: &PgConnectOptions) -> Result<Prepared, Error> {
    let mut source = source::open(file).await?;
    // The first read fixes the snapshot for all others.
    let mut source = source.begin().await?;
    source::must_be_up_to_date(&mut source).await?;
    let names = source::table_names(&mut source).await?;
    let unreachable = |error| Error::Copy(format!("The database to copy to cannot be opened: {error}"));
    let pool = postgres::open(options, false).await.map_err(unreachable)?;
    // Before the migrations, which would change existing data.
    target::must_be_empty(&mut *pool.acquire().await?, &names).await?;
    postgres::bring_up_to_date(options).await?;
    let mut target = pool.begin().await?;
    let columns = target::columns(&mut target).await?;
    let tables = matching::matched(source::columns(&mut source).await?, columns)?;
    let tables = tables::parents_first(tables, &source::references(&mut source).await?);
    target::lock(&mut target, &tables).await?;
    target::must_be_empty(&mut target, &names).await?;
    let copied = fill(&mut source, &mut target, &tables).await?;
    Ok(Prepared { pool, target, copied })
}

/// Copies the rows, and compares all tables after the last row: a trigger may have changed another table.
async fn fill(
    source: &mut SqliteConnection,
    target: &mut Transaction<'static, Postgres>,
    tables: &[Table],
) -> Result<Vec<Copied>, Error> {
    let mut sent = Vec::new();
    for table in tables {
        sent.push(rows::send(table, source, target).await?);
    }
    let (mut copied, mut differences) = (Vec::new(), Vec::new());
    for (table, sent) in tables.iter().zip(sent) {
        target::settle(target, table).await?;
        differences.extend(difference(table, sent, rows::found(table, target).await?));
        copied.push(Copied { table: table.name.clone(), rows: sent.rows });
    }
    if differences.is_empty() { Ok(copied) } else { Err(Error::Copy(differences.join("\n"))) }
}

fn difference(table: &Table, sent: Sum, found: Sum) -> Option<String> {
    let name = &table.name;
    if sent.rows != found.rows {
        return Some(format!("{name}: SQLite has {} rows, PostgreSQL {}", sent.rows, found.rows));
    }
    (sent != found).then(|| format!("{name}: both have {} rows, but not the same ones", sent.rows))
}
