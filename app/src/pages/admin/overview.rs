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
    let users = users::search(&cx.db, "", Sort::default(), 1).await?.total;
    let sessions = sessions::search(&cx.db, "", 1, cx.limits()).await?.total;
    page(
        "Admin",
        view! {
            <PageShell heading="Admin">
                <Tabs here="/admin"/>
                <div class="grid gap-6 sm:grid-cols-2">
                    <Statistic href="/admin/users" count=users text="Users"/>
                    <Statistic href="/admin/sessions" count=sessions text="Active sessions"/>
                </div>
            </PageShell>
        },
    )
}

#[component]
fn Statistic(href: &'static str, count: i64, text: &'static str) -> impl IntoView {
    view! {
        <a class="grid gap-1 rounded-box border border-base-300 bg-base-100 p-6 transition-shadow hover:shadow-md" href=href>
            <span class="text-4xl font-semibold tracking-tight tabular-nums">{count}</span>
            <span class="text-base-content/70">{text}</span>
        </a>
    }
}
