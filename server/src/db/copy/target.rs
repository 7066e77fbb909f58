//! Queries on the PostgreSQL database before and after the copy: checks that it is empty, locks it, and updates
//! sequences and statistics.

use super::form::Form;
use super::tables::{Table, quoted};
use crate::error::Error;
use sqlx::PgConnection;

#[derive(sqlx::FromRow)]
pub(super) struct Column {
    pub table: String,
    pub name: String,
    pub kind: String,
}

/// Refuses a database that has a row in a table with one of these names.
pub(super) async fn must_be_empty(target: &mut PgConnection, names: &[String]) -> Result<(), Error> {
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

/// Returns the columns of all its tables, without generated columns.
pub(super) async fn columns(target: &mut PgConnection) -> Result<Vec<Column>, Error> {
    let columns =
        "select c.relname::text as \"table\", a.attname::text as name, format_type(a.atttypid, null) as kind
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''";
    Ok(sqlx::query_as(columns).fetch_all(target).await?)
}

/// Locks out other writers until the end: a running node, or a second copy.
pub(super) async fn lock(target: &mut PgConnection, tables: &[Table]) -> Result<(), Error> {
    let names: Vec<_> = tables.iter().map(Table::on_target).collect();
    let lock = format!("lock table {} in exclusive mode", names.join(", "));
    sqlx::query(&lock).execute(&mut *target).await?;
    sqlx::query("set constraints all deferred").execute(target).await?;
    Ok(())
}

/// Sets the sequences behind the last row, and updates the planner's statistics.
pub(super) async fn settle(target: &mut PgConnection, table: &Table) -> Result<(), Error> {
    for column in table.columns.iter().filter(|column| column.form == Form::Whole) {
        let counter = "select pg_get_serial_sequence($1, $2)";
        let counter = sqlx::query_scalar(counter).bind(table.on_target()).bind(&column.name);
        let counter: Option<String> = counter.fetch_one(&mut *target).await?;
        if let Some(counter) = counter {
            let last = format!("select max({}) as last from {}", quoted(&column.name), table.on_target());
            let set = format!("select setval($1::regclass, last) from ({last}) rows where last > 0");
            sqlx::query(&set).bind(counter).execute(&mut *target).await?;
        }
    }
    sqlx::query(&format!("analyze {}", table.on_target())).execute(target).await?;
    Ok(())
}
