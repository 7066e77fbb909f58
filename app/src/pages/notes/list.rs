//! GET /notes: all notes of the user.

use crate::components::{Empty, PageShell, Pager, Timestamp};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::request::Cx;
use leptos::prelude::*;
use server::notes::{self, Note};

pub async fn notes(cx: Cx) -> PageResult {
    let notes = notes::list(&cx.db, &cx.scope().await?, cx.page_number()).await?;
    let (number, count, total) = (notes.number, notes.count(), notes.total);
    page(
        "Notes",
        view! {
            <PageShell heading="Notes" actions=|| view! { <a class="btn btn-primary" href="/notes/new">"Write a note"</a> }>
                {rows(notes.rows)}
                <Pager number count total noun=("note", "notes") href=|page| format!("/notes?page={page}")/>
            </PageShell>
        },
    )
}

fn rows(notes: Vec<Note>) -> Html {
    if notes.is_empty() {
        return view! {
            <Empty heading="You have no notes">
                <p class="text-base-content/70">"Only you can see your notes."</p>
            </Empty>
        }
        .rendered();
    }
    let cards: Vec<_> = notes.into_iter().map(card).collect();
    view! { <ul class="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">{cards}</ul> }.rendered()
}

fn card(note: Note) -> impl IntoView {
    view! {
        <li class="rounded-box border border-base-300 bg-base-100 transition-shadow hover:shadow-md">
            <a class="grid h-full content-start gap-2 rounded-box p-5" href=format!("/notes/{}", note.id)>
                <span class="truncate text-lg font-semibold">{note.title}</span>
                <span class="line-clamp-3 whitespace-pre-line text-base-content/70 wrap-anywhere">{note.body}</span>
                <span class="mt-2 text-sm text-base-content/70"><Timestamp at=note.updated_at/></span>
            </a>
        </li>
    }
}
