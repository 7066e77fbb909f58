//! Copies the rows of a table, as lines of PostgreSQL's `copy`. The rows of both databases become the same lines, so
//! that their checksums can be compared.

use super::tables::{Column, Table, quoted};
use crate::error::Error;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgCopyIn;
use sqlx::{ColumnIndex, Decode, PgConnection, Row, SqliteConnection, Type};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

const BATCH: usize = 256 * 1024;

/// Number of rows, and the sum of their hashes: it does not depend on their order.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub rows: u64,
    hashes: u128,
}

impl Sum {
    fn add(&mut self, line: &str) {
        let hash = Sha256::digest(line).iter().take(16).fold(0, |hash, byte| hash << 8 | u128::from(*byte));
        self.rows += 1;
        self.hashes = self.hashes.wrapping_add(hash);
    }
}

/// One statement, because a row may refer to a later one.
pub(super) async fn send(
    table: &Table,
    source: &mut SqliteConnection,
    target: &mut PgConnection,
) -> Result<Sum, Error> {
    let columns = table.list(|column| quoted(&column.name));
    let copy = format!("copy {} ({columns}) from stdin", table.on_target());
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
    let select =
        format!("select {} from main.{}", table.list(|column| quoted(&column.name)), quoted(&table.name));
    let (mut sum, mut batch) = (Sum::default(), String::new());
    let mut rows = sqlx::query(&select).fetch(source);
    while let Some(row) = rows.try_next().await.map_err(|error| failed(table, &error))? {
        let line = line(table, &row)?;
        sum.add(&line);
        batch.push_str(&line);
        if batch.len() >= BATCH {
            copying.send(batch.as_bytes()).await.map_err(|error| failed(table, &error))?;
            batch.clear();
        }
    }
    copying.send(batch.as_bytes()).await.map_err(|error| failed(table, &error))?;
    Ok(sum)
}

/// The sum of the rows that PostgreSQL has now.
pub(super) async fn found(table: &Table, target: &mut PgConnection) -> Result<Sum, Error> {
    let columns = table.list(|column| match (quoted(&column.name), column.kind.as_str()) {
        (name, "boolean") => format!("{name}::int::bigint"),
        (name, "timestamp with time zone") => {
            format!("to_char({name} at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        (name, _) => name,
    });
    let select = format!("select {columns} from {}", table.on_target());
    let (mut sum, mut rows) = (Sum::default(), sqlx::query(&select).fetch(target));
    while let Some(row) = rows.try_next().await? {
        sum.add(&line(table, &row)?);
    }
    Ok(sum)
}

/// A row whose columns can be read. Both drivers have such rows.
trait Readable: Row {
    fn field(&self, place: usize, kind: &str) -> Result<Option<String>, String>;
}

impl<R: Row> Readable for R
where
    usize: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> f64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    /// As PostgreSQL reads it.
    fn field(&self, place: usize, kind: &str) -> Result<Option<String>, String> {
        let read = match kind {
            "bigint" | "boolean" => {
                self.try_get(place).map(|value: Option<i64>| value.map(|it| it.to_string()))
            }
            "double precision" => {
                self.try_get(place).map(|value: Option<f64>| value.map(|it| format!("{it:e}")))
            }
            "bytea" => {
                self.try_get(place).map(|value: Option<Vec<u8>>| value.map(|it| format!("\\x{}", hex(&it))))
            }
            _ => self.try_get(place),
        };
        read.map_err(|error| match error {
            sqlx::Error::ColumnDecode { source, .. } => source.to_string(),
            other => other.to_string(),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The error says which row is wrong and why.
fn line(table: &Table, row: &impl Readable) -> Result<String, Error> {
    let mut line = String::new();
    for (place, column) in table.columns.iter().enumerate() {
        let field =
            row.field(place, &column.kind).and_then(|field| field.map(|it| checked(column, it)).transpose());
        let field = field.map_err(|flaw| {
            Error::Copy(format!("{}.{} of the row with {}: {flaw}", table.name, column.name, key(table, row)))
        })?;
        line.push_str(if place > 0 { "\t" } else { "" });
        match field {
            None => line.push_str("\\N"),
            Some(field) => escape(&field, &mut line),
        }
    }
    line.push('\n');
    Ok(line)
}

/// The error says what PostgreSQL cannot hold. Cuts off digits of a time beyond microseconds.
fn checked(column: &Column, field: String) -> Result<String, String> {
    const NUL: &str = "it holds a NUL character, which PostgreSQL cannot keep; take it out on SQLite first";
    match column.kind.as_str() {
        "boolean" if field != "0" && field != "1" => Err(format!("it is {field}, where 0 or 1 should be")),
        "text" if field.contains('\0') => Err(NUL.into()),
        "timestamp with time zone" => {
            let time =
                OffsetDateTime::parse(&field, &Rfc3339).map_err(|error| format!("it is no time: {error}"))?;
            let time = time.to_offset(UtcOffset::UTC).truncate_to_microsecond();
            time.format(&Rfc3339).map_err(|error| format!("it is no time: {error}"))
        }
        _ => Ok(field),
    }
}

fn escape(field: &str, line: &mut String) {
    for letter in field.chars() {
        match letter {
            '\\' => line.push_str("\\\\"),
            '\t' => line.push_str("\\t"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            other => line.push(other),
        }
    }
}

/// For messages. All of the row if there is no primary key.
fn key(table: &Table, row: &impl Readable) -> String {
    let has_key = table.columns.iter().any(|column| column.is_key);
    let parts = table.columns.iter().enumerate().filter(|(_, column)| column.is_key || !has_key);
    let part = |(place, column): (usize, &Column)| {
        let shown = match row.field(place, &column.kind) {
            Ok(None) => "null".into(),
            Ok(Some(field)) if column.kind == "text" => format!("{field:?}"),
            Ok(Some(field)) => field.trim_start_matches("\\x").to_owned(),
            Err(flaw) => flaw,
        };
        format!("{} {shown}", column.name)
    };
    parts.map(part).collect::<Vec<_>>().join(", ")
}
