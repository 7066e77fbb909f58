//! The tables of both databases: their columns, their types, and the order in which to fill them.

use crate::error::Error;
use sqlx::{PgConnection, SqliteConnection};

/// PostgreSQL's types that an SQLite column can match. A boolean is 1 or 0 there, a time text.
const TYPES: [&str; 6] =
    ["bigint", "boolean", "bytea", "double precision", "text", "timestamp with time zone"];

/// Without the internal tables of SQLite and sqlx.
const SOURCE: &str = "(select name from pragma_table_list where schema = 'main' and type = 'table'
    and name not like 'sqlite\\_%' escape '\\' and name not like '\\_sqlx%' escape '\\') t";

pub(super) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

pub(super) struct Column {
    pub name: String,
    /// Its type on PostgreSQL.
    pub kind: String,
    pub is_key: bool,
}

impl Table {
    pub fn on_target(&self) -> String {
        format!("public.{}", quoted(&self.name))
    }

    pub fn list(&self, item: impl Fn(&Column) -> String) -> String {
        self.columns.iter().map(item).collect::<Vec<_>>().join(", ")
    }
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) async fn names(source: &mut SqliteConnection) -> Result<Vec<String>, Error> {
    let names = format!("select t.name from {SOURCE} order by 1");
    Ok(sqlx::query_scalar(&names).fetch_all(source).await?)
}

/// Referenced tables come first. Every column must be in both databases. Generated columns are left out.
pub(super) async fn tables(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
) -> Result<Vec<Table>, Error> {
    let here = format!(
        "select t.name, c.name, c.pk > 0 from {SOURCE} join pragma_table_info(t.name) c order by t.name, c.cid"
    );
    let here: Vec<(String, String, bool)> = sqlx::query_as(&here).fetch_all(&mut *source).await?;
    let there = "select c.relname::text, a.attname::text, format_type(a.atttypid, null)
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''";
    let there: Vec<(String, String, String)> = sqlx::query_as(there).fetch_all(target).await?;
    let references =
        format!("select t.name, k.\"table\" from {SOURCE} join pragma_foreign_key_list(t.name) k");
    let references: Vec<(String, String)> = sqlx::query_as(&references).fetch_all(source).await?;
    Ok(parents_first(matched(here, &there)?, &references))
}

fn matched(
    here: Vec<(String, String, bool)>,
    there: &[(String, String, String)],
) -> Result<Vec<Table>, Error> {
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, is_key) in here {
        let Some((.., kind)) = there.iter().find(|(other, column, _)| *other == table && *column == name)
        else {
            return Err(Error::Copy(format!("{table}.{name} is on SQLite only: the migrations differ")));
        };
        if !TYPES.contains(&kind.as_str()) {
            let told = format!("{table}.{name} is {kind} on PostgreSQL, which has no matching SQLite type");
            return Err(Error::Copy(told));
        }
        let column = Column { name, kind: kind.clone(), is_key };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    for (table, name, _) in there {
        let is_missing =
            |one: &Table| one.name == *table && one.columns.iter().all(|column| column.name != *name);
        if tables.iter().any(is_missing) {
            return Err(Error::Copy(format!("{table}.{name} is on PostgreSQL only: the migrations differ")));
        }
    }
    Ok(tables)
}

fn parents_first(mut waiting: Vec<Table>, references: &[(String, String)]) -> Vec<Table> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let waits = |table: &Table| {
            references.iter().any(|(child, parent)| {
                *child == table.name && child != parent && waiting.iter().any(|other| other.name == *parent)
            })
        };
        // Circular references keep their order: PostgreSQL accepts them if the check is deferred.
        let next = waiting.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}
