//! Tables of long lists. On a phone each row becomes a block, with the heading before each cell.

use super::icon::Icon;
use crate::html::{Html, Rendered};
use icondata_lu::{LuArrowDown, LuArrowUp, LuChevronsUpDown};
use leptos::prelude::*;

pub struct Column {
    heading: &'static str,
    is_number: bool,
    sort: Option<SortLink>,
}

/// Sorts the table by a column.
pub struct SortLink {
    pub href: String,
    /// If the table is sorted by this column: whether the smallest value is first.
    pub ascending: Option<bool>,
}

impl Column {
    pub const fn text(heading: &'static str) -> Self {
        Self { heading, is_number: false, sort: None }
    }

    pub const fn number(heading: &'static str) -> Self {
        Self { heading, is_number: true, sort: None }
    }

    pub fn sorted(self, sort: SortLink) -> Self {
        Self { sort: Some(sort), ..self }
    }
}

pub struct Row {
    /// For scripts and tests: the id of what the row shows.
    id: Option<String>,
    /// One for each column.
    cells: Vec<Html>,
}

impl Row {
    pub fn new(cells: Vec<Html>) -> Self {
        Self { id: None, cells }
    }

    pub fn id(self, id: impl ToString) -> Self {
        Self { id: Some(id.to_string()), ..self }
    }
}

/// Its ARIA roles are explicit, since a browser drops them from a table whose rows are displayed as blocks.
#[component]
pub fn Table(
    /// Accessible name, for screen readers.
    label: &'static str,
    columns: Vec<Column>,
    rows: Vec<Row>,
) -> Html {
    let shapes: Vec<_> = columns.iter().map(|column| (column.heading, column.is_number)).collect();
    let headings: Vec<_> = columns.into_iter().map(heading).collect();
    let rows: Vec<_> = rows.into_iter().map(|row| table_row(row, &shapes)).collect();
    view! {
        <div class="table-box">
            <table class="data-table" role="table" aria-label=label>
                <thead role="rowgroup"><tr role="row">{headings}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .rendered()
}

fn heading(Column { heading, is_number, sort }: Column) -> Html {
    let order =
        sort.as_ref().and_then(|sort| sort.ascending).map(|up| if up { "ascending" } else { "descending" });
    let content = match sort {
        None => heading.into_any(),
        Some(SortLink { href, ascending }) => {
            let shape = ascending.map_or(LuChevronsUpDown, |up| if up { LuArrowUp } else { LuArrowDown });
            let arrow = view! { <Icon shape/> };
            view! { <a class="sort-link" href=href>{heading}{arrow}</a> }.into_any()
        }
    };
    view! { <th role="columnheader" scope="col" class=NUMBER[usize::from(is_number)] aria-sort=order>{content}</th> }.rendered()
}

fn table_row(Row { id, cells }: Row, shapes: &[(&'static str, bool)]) -> Html {
    let cells: Vec<_> = cells
        .into_iter()
        .zip(shapes)
        .map(|(cell, (heading, is_number))| {
            view! { <td role="cell" class=NUMBER[usize::from(*is_number)] data-label=*heading><div class="min-w-0">{cell}</div></td> }
        })
        .collect();
    view! { <tr role="row" data-row=id>{cells}</tr> }.rendered()
}

const NUMBER: [Option<&str>; 2] = [None, Some("number")];
