//! Runs statements: `rows`, `row`, `optional` and `execute`, on a pool or in a transaction.

use super::postgres::{in_time, query};
use super::statement::{Row, Statement};
use super::{Db, On, Tx, sqlite};
use crate::error::Error;

/// Runs a statement by a method of the driver, and makes the result of what the method returns.
macro_rules! run {
    ($on:expr, $statement:expr, $method:ident, $returned:ident => $result:expr) => {
        match $on {
            On::Sqlite(on) => sqlite::query($statement).$method(on).await.map(|$returned| $result)?,
            On::Postgres(on) => in_time(query($statement).$method(on)).await.map(|$returned| $result)?,
        }
    };
}

impl Db {
    pub async fn rows<T: Row>(&self, statement: Statement<'_>) -> Result<Vec<T>, Error> {
        Ok(
            run!(self.read(), statement, fetch_all, rows => rows.iter().map(T::from_row).collect::<Result<_, _>>())?,
        )
    }

    pub async fn optional<T: Row>(&self, statement: Statement<'_>) -> Result<Option<T>, Error> {
        Ok(run!(self.read(), statement, fetch_optional, row => row.as_ref().map(T::from_row).transpose())?)
    }

    /// For a read that always has a row, like `select count(*)`.
    pub async fn row<T: Row>(&self, statement: Statement<'_>) -> Result<T, Error> {
        self.optional(statement).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Returns the number of changed rows.
    pub async fn execute(&self, statement: Statement<'_>) -> Result<u64, Error> {
        Ok(run!(self.write(), statement, execute, done => done.rows_affected()))
    }

    /// For a write with `returning`. Reads all rows: SQLite commits only after the last one, and on a full disk never.
    pub async fn returning<T: Row>(&self, statement: Statement<'_>) -> Result<Vec<T>, Error> {
        Ok(
            run!(self.write(), statement, fetch_all, rows => rows.iter().map(T::from_row).collect::<Result<_, _>>())?,
        )
    }
}

impl Tx {
    pub async fn rows<T: Row>(&mut self, statement: Statement<'_>) -> Result<Vec<T>, Error> {
        Ok(
            run!(self.on(), statement, fetch_all, rows => rows.iter().map(T::from_row).collect::<Result<_, _>>())?,
        )
    }

    pub async fn optional<T: Row>(&mut self, statement: Statement<'_>) -> Result<Option<T>, Error> {
        Ok(run!(self.on(), statement, fetch_optional, row => row.as_ref().map(T::from_row).transpose())?)
    }

    /// For a statement that always has a row.
    pub async fn row<T: Row>(&mut self, statement: Statement<'_>) -> Result<T, Error> {
        self.optional(statement).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Returns the number of changed rows.
    pub async fn execute(&mut self, statement: Statement<'_>) -> Result<u64, Error> {
        Ok(run!(self.on(), statement, execute, done => done.rows_affected()))
    }
}
