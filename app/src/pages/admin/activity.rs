//! GET /admin/activity: the recently active users.

use super::{Tabs, person_cell};
use leptos::prelude::*;
use server::sessions::{self, ActiveUser};
use std::time::Duration;
use ui::components::{Column, Empty, Lead, Line, PageShell, Pager, Row, Table, Timestamp, address, choices};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

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
                <Line>
                    <Lead>"Users seen in the last"</Lead>
                    {choices("Seen in the last", windows)}
                </Line>
                {table(found.rows)}
                <Pager number count total noun=("user", "users") href/>
            </PageShell>
        },
    )
}

fn table(users: Vec<ActiveUser>) -> Html {
    if users.is_empty() {
        return view! { <Empty heading="No active users"><Lead>"Select a longer period."</Lead></Empty> }
            .rendered();
    }
    let columns = vec![Column::text("User"), Column::text("Last seen"), Column::number("Log-ins")];
    let rows = users.into_iter().map(row).collect();
    view! { <Table label="Activity" columns rows/> }.rendered()
}

fn row(active: ActiveUser) -> Row {
    Row::new(vec![
        person_cell(&active.user_id, &active.name, &active.email),
        view! { <Timestamp at=active.last_seen_at/> }.rendered(),
        active.sessions.rendered(),
    ])
}
