//! The tables that both databases have: their columns, and in what order they can be filled.

use super::form::Form;

/// A table of both databases.
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// A column of both databases.
pub(super) struct Column {
    pub name: String,
    pub form: Form,
    pub is_key: bool,
}

impl Table {
    /// The table as SQL names it on PostgreSQL.
    pub fn on_target(&self) -> String {
        format!("public.{}", quoted(&self.name))
    }

    /// Its columns as SQL names them.
    pub fn column_list(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }

    /// What tells its rows apart: the primary key, or where there is none the whole row.
    pub fn key(&self) -> impl Iterator<Item = (usize, &Column)> {
        let has_key = self.columns.iter().any(|column| column.is_key);
        self.columns.iter().enumerate().filter(move |(_, column)| column.is_key || !has_key)
    }

    /// The order of the rows, the same on both databases, whose own orders of text differ.
    pub fn order(&self, byte_by_byte: &str) -> String {
        let place = |column: &Column| match column.form {
            Form::Text => format!("{} collate {byte_by_byte} nulls first", quoted(&column.name)),
            _ => format!("{} nulls first", quoted(&column.name)),
        };
        self.key().map(|(_, column)| place(column)).collect::<Vec<_>>().join(", ")
    }
}

/// A name as SQL has it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The tables in an order in which what a row names is there before it.
pub(super) fn parents_first(mut waiting: Vec<Table>, references: &[(String, String)]) -> Vec<Table> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let waits = |table: &Table| {
            references.iter().any(|(child, parent)| {
                *child == table.name && child != parent && waiting.iter().any(|other| other.name == *parent)
            })
        };
        // Tables that name each other in a circle come as they are; PostgreSQL takes them if it may check at the end.
        let next = waiting.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}
