//! A statement and its values: `sql!("delete from passkeys where id = $1 and user_id = $2", id, user_id)`.

use crate::id::Id;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use time::OffsetDateTime;

/// Makes a statement for `Db` or `Tx`: its text, then the values of `$1`, `$2` and so on.
/// Where the databases need different texts: `sql!(sqlite: "…", postgres: "…", id, owner)`.
#[macro_export]
macro_rules! sql {
    (
        sqlite: $sqlite:expr
        , postgres: $postgres:expr
        $(, $value:expr)* $(,)?
    ) => {
        $crate::db::Statement {
            text: $sqlite,
            postgres: Some($postgres),
            values: &[$($crate::db::Bind::value(&$value)),*],
        }
    };
    ($text:expr $(, $value:expr)* $(,)?) => {
        $crate::db::Statement {
            text: $text,
            postgres: None,
            values: &[$($crate::db::Bind::value(&$value)),*],
        }
    };
}

/// What `sql!` makes. Values are bound, never part of the text. The text is the key of the prepared statement, so it
/// must not differ from call to call.
#[derive(Clone, Copy)]
pub struct Statement<'q> {
    pub text: &'q str,
    /// Another text for `On::Postgres(_)`.
    pub postgres: Option<&'q str>,
    pub values: &'q [Value<'q>],
}

/// A bound value. PostgreSQL needs to know the type of a null too.
#[derive(Clone, Copy)]
pub enum Value<'q> {
    /// bigint
    Integer(Option<i64>),
    /// double precision
    Real(Option<f64>),
    /// boolean
    Boolean(Option<bool>),
    /// text
    Text(Option<&'q str>),
    /// blob, bytea
    Bytes(Option<&'q [u8]>),
    /// Only in the library's table.
    Timestamp(Option<OffsetDateTime>),
}

/// A type that `sql!` takes as a value, also as a reference or an `Option`.
pub trait Bind {
    /// Null, with the type of the other values.
    const NULL: Value<'static>;
    fn value(&self) -> Value<'_>;
}

macro_rules! bind {
    ($($type:ty => $kind:ident($value:ident => $bound:expr)),+ $(,)?) => {$(
        impl Bind for $type {
            const NULL: Value<'static> = Value::$kind(None);

            fn value(&self) -> Value<'_> {
                let $value = self;
                Value::$kind(Some($bound))
            }
        }
    )+};
}

bind! {
    i64 => Integer(it => *it),
    f64 => Real(it => *it),
    bool => Boolean(it => *it),
    str => Text(it => it),
    String => Text(it => it),
    [u8] => Bytes(it => it),
    Vec<u8> => Bytes(it => it),
    OffsetDateTime => Timestamp(it => *it),
}

impl<T> Bind for Id<T> {
    const NULL: Value<'static> = Value::Text(None);

    fn value(&self) -> Value<'_> {
        Value::Text(Some(self.as_str()))
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    const NULL: Value<'static> = T::NULL;

    fn value(&self) -> Value<'_> {
        T::value(self)
    }
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Value<'static> = T::NULL;

    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(T::NULL, T::value)
    }
}

/// Binds the values to a query of one of the drivers.
macro_rules! bound {
    ($text:expr, $values:expr) => {
        $values.iter().fold(sqlx::query($text), |query, value| match *value {
            Value::Integer(value) => query.bind(value),
            Value::Real(value) => query.bind(value),
            Value::Boolean(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Bytes(value) => query.bind(value),
            Value::Timestamp(value) => query.bind(value),
        })
    };
}
pub(super) use bound;

/// A row of a result: a struct that derives `FromRow`, or a tuple.
pub trait Row: Sized + Send + Unpin
where
    Self: for<'r> FromRow<'r, SqliteRow>,
    Self: for<'r> FromRow<'r, PgRow>,
{
}

impl<T: Sized + Send + Unpin> Row for T
where
    T: for<'r> FromRow<'r, SqliteRow>,
    T: for<'r> FromRow<'r, PgRow>,
{
}
