//! The dashboard card with the user's latest notes.

use leptos::prelude::*;
use server::notes::{self, Note};
use server::{Db, Scope};
use ui::components::{Card, LinkButton, Look, RowLink, Size, Small, Timestamp};
use ui::html::{Html, Rendered};
use ui::problem::Problem;

const MAX_NOTES: i64 = 5;

/// Returns the most recently changed notes of the owner, or `None` if there are none.
pub async fn latest_notes(db: &Db, scope: &Scope) -> Result<Option<Html>, Problem> {
    let notes = notes::latest(db, scope, MAX_NOTES).await?;
    Ok((!notes.is_empty()).then(|| view! { <Card heading="Latest notes">{some(notes)}</Card> }.rendered()))
}

fn some(notes: Vec<Note>) -> Html {
    let rows: Vec<_> = notes.into_iter().map(row).collect();
    view! {
        <ul class="grid gap-3">{rows}</ul>
        <p><LinkButton href="/notes" text="All notes" look=Look::Soft size=Size::Small/></p>
    }
    .rendered()
}

fn row(note: Note) -> Html {
    view! {
        <li class="flex flex-wrap items-baseline justify-between gap-x-4">
            <RowLink href=format!("/notes/{}", note.id) text=note.title/>
            <Small><Timestamp at=note.updated_at/></Small>
        </li>
    }
    .rendered()
}
