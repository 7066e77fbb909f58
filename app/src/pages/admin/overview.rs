//! GET /admin: statistics.

use super::Tabs;
use crate::components::PageShell;
use crate::page::{PageResult, page};
use crate::request::{admin, db, limits};
use leptos::prelude::*;
use server::users::Sort;
use server::{sessions, users};

pub async fn overview() -> PageResult {
    admin().await?;
    let db = db()?;
    let people = users::search(&db, "", Sort::default(), 1).await?.total;
    let logins = sessions::search(&db, "", 1, limits()?).await?.total;
    page(
        "Admin",
        view! {
            <PageShell heading="Admin">
                <Tabs here="/admin"/>
                <div class="grid gap-6 sm:grid-cols-2">
                    <Figure href="/admin/users" figure=people text="Users"/>
                    <Figure href="/admin/sessions" figure=logins text="Sessions right now"/>
                </div>
            </PageShell>
        },
    )
}

#[component]
fn Figure(href: &'static str, figure: i64, text: &'static str) -> impl IntoView {
    view! {
        <a class="grid gap-1 rounded-box border border-base-300 bg-base-100 p-6 transition-shadow hover:shadow-md" href=href>
            <span class="text-4xl font-semibold tracking-tight tabular-nums">{figure}</span>
            <span class="text-base-content/70">{text}</span>
        </a>
    }
}
