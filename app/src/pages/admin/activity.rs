//! GET /admin/activity: the recently active users.

use super::{Tabs, person_cell};
use crate::components::{Empty, PageShell, Pager, Table, Timestamp, address, choices};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::request::Cx;
use leptos::prelude::*;
use server::sessions::{self, ActiveUser};
use std::time::Duration;

const PATH: &str = "/admin/activity";
const MINUTE: u64 = 60;
/// Each time window: value in the query, length in seconds, and label.
const WINDOWS: [(&str, u64, &str); 4] = [
    ("5m", 5 * MINUTE, "5 minutes"),
    ("hour", 60 * MINUTE, "hour"),
    ("day", 24 * 60 * MINUTE, "day"),
    ("week", 7 * 24 * 60 * MINUTE, "week"),
];

pub async fn activity(cx: Cx) -> PageResult {
    cx.admin().await?;
    let asked = cx.query("window");
    let (window, seconds, _) = WINDOWS.into_iter().find(|(name, ..)| *name == asked).unwrap_or(WINDOWS[0]);
    let found = sessions::active_users(&cx.db, Duration::from_secs(seconds), cx.page_number()).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let href = move |page: i64| address(PATH, &[("window", window), ("page", &page.to_string())]);
    let windows: Vec<_> = WINDOWS
        .iter()
        .map(|(name, _, text)| (address(PATH, &[("window", name)]), *text, *name == window))
        .collect();
    page(
        "Activity",
        view! {
            <PageShell heading="Activity">
                <Tabs here=PATH/>
                <div class="flex flex-wrap items-center gap-3">
                    <p class="text-base-content/70">"Users seen in the last"</p>
                    {choices("Seen in the last", windows)}
                </div>
                {table(found.rows)}
                <Pager number count total noun=("user", "users") href/>
            </PageShell>
        },
    )
}

const HEADINGS: &[&str] = &["User", "Last seen", "Log-ins"];

fn table(users: Vec<ActiveUser>) -> Html {
    if users.is_empty() {
        return view! {
            <Empty heading="No active users"><p class="text-base-content/70">"Select a longer period."</p></Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = users.into_iter().map(row).collect();
    view! { <Table label="Activity" headings=HEADINGS class="table min-w-md">{rows}</Table> }.rendered()
}

fn row(active: ActiveUser) -> impl IntoView {
    view! {
        <tr>
            {person_cell(&active.user_id, &active.name, &active.email)}
            <td><Timestamp at=active.last_seen_at/></td>
            <td class="tabular-nums">{active.sessions}</td>
        </tr>
    }
}
