//! Compares the schemas of the two databases.

use super::form::Form;
use super::tables::{Column, Table};
use super::{source, target};
use crate::error::Error;

/// Returns the tables of the source with the column types of the target. Every column must exist in both.
pub(super) fn matched(here: Vec<source::Column>, there: Vec<target::Column>) -> Result<Vec<Table>, Error> {
    let mut tables: Vec<Table> = Vec::new();
    for column in &here {
        let (table, name) = (&column.table, &column.name);
        let Some(other) = there.iter().find(|other| other.table == *table && other.name == *name) else {
            return Err(Error::Copy(format!("{table}.{name} is on SQLite only: the migrations differ")));
        };
        let form = Form::of(&other.kind).ok_or_else(|| {
            let kind = &other.kind;
            Error::Copy(format!("{table}.{name} is {kind} on PostgreSQL, which nothing on SQLite is like"))
        })?;
        if tables.last().is_none_or(|last| last.name != *table) {
            tables.push(Table { name: table.clone(), columns: Vec::new() });
        }
        if let Some(last) = tables.last_mut() {
            last.columns.push(Column { name: name.clone(), form, is_key: column.is_key });
        }
    }
    let is_here = |table: &str, name: &str| here.iter().any(|one| one.table == table && one.name == name);
    let is_product = |table: &str| here.iter().any(|one| one.table == table);
    match there.iter().find(|other| is_product(&other.table) && !is_here(&other.table, &other.name)) {
        Some(other) => Err(Error::Copy(format!(
            "{}.{} is on PostgreSQL only: the migrations differ",
            other.table, other.name
        ))),
        None => Ok(tables),
    }
}
