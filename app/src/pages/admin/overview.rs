//! GET /admin: statistics.

use super::Tabs;
use crate::components::PageShell;
use crate::page::{PageResult, page};
use crate::request::Cx;
use leptos::prelude::*;
use server::users::Sort;
use server::{sessions, users};

pub async fn overview(cx: Cx) -> PageResult {
    cx.admin().await?;
    let people = users::search(&cx.db, "", Sort::default(), 1).await?.total;
    let logins = sessions::search(&cx.db, "", 1, cx.limits()).await?.total;
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
