//! The tables that both databases have: their columns, and the order in which to fill them.

use super::form::Form;

pub(super) struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

pub(super) struct Column {
    pub name: String,
    pub form: Form,
    pub is_key: bool,
}

impl Table {
    /// Returns the SQL name of the table on PostgreSQL.
    pub fn on_target(&self) -> String {
        format!("public.{}", quoted(&self.name))
    }

    /// Returns the SQL list of its columns.
    pub fn column_list(&self) -> String {
        self.columns.iter().map(|column| quoted(&column.name)).collect::<Vec<_>>().join(", ")
    }

    /// Returns the columns that identify a row: the primary key, or all columns if there is none.
    pub fn key(&self) -> impl Iterator<Item = (usize, &Column)> {
        let has_key = self.columns.iter().any(|column| column.is_key);
        self.columns.iter().enumerate().filter(move |(_, column)| column.is_key || !has_key)
    }

    /// Returns an `order by` list with the same result on both databases, whose default text orders differ.
    pub fn order(&self, byte_by_byte: &str) -> String {
        let place = |column: &Column| match column.form {
            Form::Text => format!("{} collate {byte_by_byte} nulls first", quoted(&column.name)),
            _ => format!("{} nulls first", quoted(&column.name)),
        };
        self.key().map(|(_, column)| place(column)).collect::<Vec<_>>().join(", ")
    }
}

/// Returns a quoted SQL name.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns the tables ordered so that referenced rows are inserted first.
pub(super) fn parents_first(mut waiting: Vec<Table>, references: &[(String, String)]) -> Vec<Table> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let waits = |table: &Table| {
            references.iter().any(|(child, parent)| {
                *child == table.name && child != parent && waiting.iter().any(|other| other.name == *parent)
            })
        };
        // Tables with circular references keep their order. PostgreSQL accepts them if the check is deferred.
        let next = waiting.iter().position(|table| !waits(table)).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}
