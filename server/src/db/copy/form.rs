//! Converts an SQLite value to PostgreSQL's binary format, which its `copy` command reads and writes.

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row, Sqlite, Type};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

/// PostgreSQL's epoch.
const EPOCH: OffsetDateTime = datetime!(2000-01-01 0:00 UTC);
/// A length that means null.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

/// Kind of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Integer.
    Whole,
    /// Boolean: 1 or 0 in SQLite.
    Truth,
    /// Floating-point number.
    Real,
    /// Text without NUL characters.
    Text,
    /// Any bytes.
    Bytes,
    /// Used only by the library: RFC 3339 in SQLite, microseconds in PostgreSQL.
    Timestamp,
}

impl Form {
    /// Returns the form for a PostgreSQL type, if an SQLite column can match it.
    pub fn of(kind: &str) -> Option<Self> {
        match kind {
            "bigint" => Some(Self::Whole),
            "boolean" => Some(Self::Truth),
            "double precision" => Some(Self::Real),
            "text" => Some(Self::Text),
            "bytea" => Some(Self::Bytes),
            "timestamp with time zone" => Some(Self::Timestamp),
            _ => None,
        }
    }

    /// Writes one value of a row, or returns what is wrong with it.
    pub fn write(self, row: &SqliteRow, place: usize, out: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Self::Whole => put(out, value::<i64>(row, place)?.map(i64::to_be_bytes)),
            Self::Truth => put(out, value::<i64>(row, place)?.map(truth).transpose()?),
            Self::Real => put(out, value::<f64>(row, place)?.map(f64::to_be_bytes)),
            Self::Text => put(out, value::<&str>(row, place)?.map(without_nul).transpose()?),
            Self::Bytes => put(out, value::<&[u8]>(row, place)?),
            Self::Timestamp => put(out, value::<&str>(row, place)?.map(moment).transpose()?),
        }
    }

    /// Returns a value of a row as text for messages.
    pub fn show(self, row: &SqliteRow, place: usize) -> Result<String, String> {
        Ok(match self {
            Self::Whole | Self::Truth => format!("{:?}", value::<i64>(row, place)?),
            Self::Real => format!("{:?}", value::<f64>(row, place)?),
            Self::Text | Self::Timestamp => {
                value::<&str>(row, place)?.map_or("null".into(), |text| format!("{text:?}"))
            }
            Self::Bytes => {
                value::<&[u8]>(row, place)?.unwrap_or_default().iter().map(|b| format!("{b:02x}")).collect()
            }
        })
    }
}

fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    place: usize,
) -> Result<Option<T>, String> {
    row.try_get(place).map_err(|error| match error {
        sqlx::Error::ColumnDecode { source, .. } => source.to_string(),
        other => other.to_string(),
    })
}

fn put(out: &mut Vec<u8>, value: Option<impl AsRef<[u8]>>) -> Result<(), String> {
    let Some(value) = &value else {
        out.extend(NULL);
        return Ok(());
    };
    let value = value.as_ref();
    let length = i32::try_from(value.len()).map_err(|_| "it is too long for PostgreSQL".to_owned())?;
    out.extend(length.to_be_bytes());
    out.extend(value);
    Ok(())
}

fn truth(number: i64) -> Result<[u8; 1], String> {
    match number {
        0 => Ok([0]),
        1 => Ok([1]),
        other => Err(format!("it is {other}, where 0 or 1 should be")),
    }
}

fn without_nul(text: &str) -> Result<&str, String> {
    match text.contains('\0') {
        true => {
            Err("it holds a NUL character, which PostgreSQL cannot keep; take it out on SQLite first".into())
        }
        false => Ok(text),
    }
}

/// Cuts off digits beyond microseconds.
fn moment(text: &str) -> Result<[u8; 8], String> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|error| format!("it is no time: {error}"))?;
    let micros = i64::try_from((moment - EPOCH).whole_microseconds());
    Ok(micros.map_err(|_| "it is out of time".to_owned())?.to_be_bytes())
}
