//! Copies the rows of a table. They are sent in PostgreSQL's binary format and read back in it, so that the checksums
//! of sent and stored rows can be compared.

use super::tables::Table;
use crate::error::Error;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgCopyIn;
use sqlx::sqlite::SqliteRow;
use sqlx::{PgConnection, SqliteConnection};

/// Start of the stream: signature, no flags, no extension.
const BEGIN: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// End of the stream, in place of the column count of a row.
const END: [u8; 2] = (-1_i16).to_be_bytes();
/// Bytes sent at once.
const BATCH: usize = 256 * 1024;

/// Number of rows, and the SHA-256 of all rows in key order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    pub rows: u64,
    sha256: [u8; 32],
}

/// Copies a table's rows, and returns their sum.
pub(super) async fn send(
    table: &Table,
    source: &mut SqliteConnection,
    target: &mut PgConnection,
) -> Result<Sum, Error> {
    let copy = format!("copy {} ({}) from stdin (format binary)", table.on_target(), table.column_list());
    let mut copying = target.copy_in_raw(&copy).await.map_err(|error| failed(table, &error))?;
    match stream(table, source, &mut copying).await {
        Ok(sum) => copying.finish().await.map(|_| sum).map_err(|error| failed(table, &error)),
        Err(error) => {
            // The expected answer is the error that this call caused.
            let _aborted = copying.abort("a row cannot be copied").await;
            Err(error)
        }
    }
}

fn failed(table: &Table, error: &sqlx::Error) -> Error {
    Error::Copy(format!("{}: {error}", table.name))
}

async fn stream(
    table: &Table,
    source: &mut SqliteConnection,
    copying: &mut PgCopyIn<&mut PgConnection>,
) -> Result<Sum, Error> {
    let select = format!(
        "select {} from main.{} order by {}",
        table.column_list(),
        super::tables::quoted(&table.name),
        table.order("binary")
    );
    let (mut rows, mut sha256, mut batch) = (0, Sha256::new(), BEGIN.to_vec());
    let mut found = sqlx::query(&select).fetch(source);
    while let Some(row) = found.try_next().await.map_err(|error| failed(table, &error))? {
        write(table, &row, &mut batch)?;
        rows += 1;
        if batch.len() >= BATCH {
            sha256.update(&batch);
            copying.send(&*batch).await.map_err(|error| failed(table, &error))?;
            batch.clear();
        }
    }
    batch.extend(END);
    sha256.update(&batch);
    copying.send(&*batch).await.map_err(|error| failed(table, &error))?;
    Ok(Sum { rows, sha256: sha256.finalize().into() })
}

/// Writes one row, or returns which row is wrong and why.
fn write(table: &Table, row: &SqliteRow, out: &mut Vec<u8>) -> Result<(), Error> {
    let too_many = |_| Error::Copy(format!("{} has too many columns", table.name));
    out.extend(i16::try_from(table.columns.len()).map_err(too_many)?.to_be_bytes());
    for (place, column) in table.columns.iter().enumerate() {
        column.form.write(row, place, out).map_err(|flaw| {
            let (name, column, key) = (&table.name, &column.name, key(table, row));
            Error::Copy(format!("{name}.{column} of the row with {key}: {flaw}"))
        })?;
    }
    Ok(())
}

fn key(table: &Table, row: &SqliteRow) -> String {
    let part = |(place, column): (usize, &super::tables::Column)| {
        let shown = column.form.show(row, place).unwrap_or_else(|flaw| flaw);
        format!("{} {shown}", column.name)
    };
    table.key().map(part).collect::<Vec<_>>().join(", ")
}

/// Returns the sum of the rows in the target.
pub(super) async fn found(table: &Table, target: &mut PgConnection) -> Result<Sum, Error> {
    let count = format!("select count(*) from {}", table.on_target());
    let count: i64 = sqlx::query_scalar(&count).fetch_one(&mut *target).await?;
    let copy = format!(
        "copy (select {} from {} order by {}) to stdout (format binary)",
        table.column_list(),
        table.on_target(),
        table.order("\"C\"")
    );
    let (mut sha256, mut parts) = (Sha256::new(), target.copy_out_raw(&copy).await?);
    while let Some(part) = parts.try_next().await? {
        sha256.update(&part);
    }
    Ok(Sum { rows: count.unsigned_abs(), sha256: sha256.finalize().into() })
}
