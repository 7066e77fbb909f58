//! GET /dashboard: where a person lands after the log-in.

use crate::html::{Html, Rendered};
use crate::layout::page;
use crate::parts::{Card, Empty, Frame, Moment};
use crate::request::{db, limits, user};
use crate::respond::PageResult;
use leptos::prelude::*;
use server::{notes, sessions};

/// The dashboard.
pub async fn dashboard() -> PageResult {
    let (db, user) = (db()?, user().await?);
    let notes = notes::list(&db, &user.id, 1).await?;
    let devices = sessions::of_user(&db, &user.id, limits()?).await?.len();
    let latest: Vec<_> = notes
        .rows
        .into_iter()
        .take(5)
        .map(|note| {
            view! {
                <li class="flex flex-wrap items-baseline justify-between gap-x-4">
                    <a class="link link-hover font-medium wrap-anywhere" href=format!("/notes/{}", note.id)>{note.title}</a>
                    <span class="text-sm text-base-content/70"><Moment at=note.updated_at/></span>
                </li>
            }
        })
        .collect();
    let devices = if devices == 1 { "one device".to_owned() } else { format!("{devices} devices") };
    page(
        "Dashboard",
        view! {
            <Frame heading=format!("Hello, {}", user.name)>
                <div class="grid items-start gap-6 md:grid-cols-3">
                    <div class="md:col-span-2"><Card heading="Latest notes">{latest_notes(latest)}</Card></div>
                    <Card heading="Your account">
                        <p class="text-base-content/70">"You are logged in on "{devices}"."</p>
                        <p class="flex flex-wrap gap-2">
                            <a class="btn btn-sm" href="/account/devices">"Your devices"</a>
                            <a class="btn btn-sm" href="/account">"Your account"</a>
                        </p>
                    </Card>
                </div>
            </Frame>
        },
    )
}

fn latest_notes(latest: Vec<impl IntoView + 'static>) -> Html {
    if latest.is_empty() {
        return view! {
            <Empty heading="No notes yet">
                <p class="text-base-content/70">"Write down the first thing that comes to mind."</p>
                <a class="btn btn-primary" href="/notes/new">"Write a note"</a>
            </Empty>
        }
        .rendered();
    }
    view! {
        <ul class="grid gap-3">{latest}</ul>
        <p><a class="btn btn-sm" href="/notes">"All notes"</a></p>
    }
    .rendered()
}
