//! The dashboard card with the user's latest notes.

use crate::components::{Card, Empty, Timestamp};
use crate::html::{Html, Rendered};
use crate::problem::Problem;
use leptos::prelude::*;
use server::notes::{self, Note};
use server::{Db, Scope};

const MAX_NOTES: i64 = 5;

/// Returns the most recently changed notes of the owner.
pub async fn latest_notes(db: &Db, scope: &Scope) -> Result<Html, Problem> {
    let notes = notes::latest(db, scope, MAX_NOTES).await?;
    let inside = if notes.is_empty() { none() } else { some(notes) };
    Ok(view! { <Card heading="Latest notes">{inside}</Card> }.rendered())
}

fn none() -> Html {
    view! {
        <Empty heading="No notes yet">
            <p class="text-base-content/70">"Your latest notes are listed here."</p>
            <a class="btn btn-primary" href="/notes/new">"Write a note"</a>
        </Empty>
    }
    .rendered()
}

fn some(notes: Vec<Note>) -> Html {
    let rows: Vec<_> = notes.into_iter().map(row).collect();
    view! {
        <ul class="grid gap-3">{rows}</ul>
        <p><a class="btn btn-soft btn-sm" href="/notes">"All notes"</a></p>
    }
    .rendered()
}

fn row(note: Note) -> impl IntoView {
    view! {
        <li class="flex flex-wrap items-baseline justify-between gap-x-4">
            <a class="link link-hover font-medium wrap-anywhere" href=format!("/notes/{}", note.id)>{note.title}</a>
            <span class="text-sm text-base-content/70"><Timestamp at=note.updated_at/></span>
        </li>
    }
}
