//! GET /notes: all notes of the user.

use icondata_lu::LuNotebookPen;
use leptos::prelude::*;
use server::notes::{self, Note};
use ui::components::{Empty, Lead, LinkButton, PageShell, Pager, Small, Timestamp, Typed};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

pub async fn notes(cx: Cx) -> PageResult {
    let notes = notes::list(&cx.db, &cx.scope().await?, cx.page_number()).await?;
    let (number, count, total) = (notes.number, notes.count(), notes.total);
    page(
        "Notes",
        view! {
            <PageShell heading="Notes" actions=|| view! { <LinkButton href="/notes/new" text="Write a note"/> }>
                {rows(notes.rows)}
                <Pager number count total noun=("note", "notes") href=|page| format!("/notes?page={page}")/>
            </PageShell>
        },
    )
}

fn rows(notes: Vec<Note>) -> Html {
    if notes.is_empty() {
        return view! {
            <Empty heading="You have no notes" icon=LuNotebookPen>
                <Lead>"Only you can see your notes."</Lead>
            </Empty>
        }
        .rendered();
    }
    let cards: Vec<_> = notes.into_iter().map(card).collect();
    view! { <ul class="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">{cards}</ul> }.rendered()
}

fn card(note: Note) -> Html {
    view! {
        <li class="rounded-box border border-base-300 bg-base-100 transition-shadow hover:shadow-md">
            <a class="grid h-full content-start gap-2 rounded-box p-5" href=format!("/notes/{}", note.id)>
                <span class="truncate text-lg font-semibold"><Typed text=note.title/></span>
                <span class="line-clamp-3 whitespace-pre-line text-base-content/70 wrap-anywhere" dir="auto">{note.body}</span>
                <Small><Timestamp at=note.updated_at/></Small>
            </a>
        </li>
    }
    .rendered()
}
