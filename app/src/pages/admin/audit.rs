//! GET /admin/audit: the audit log.

use super::Tabs;
use crate::components::{Empty, PageShell, Pager, Search, Table, Timestamp, address};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::request::Cx;
use leptos::prelude::*;
use server::audit::{self, Entry};

const PATH: &str = "/admin/audit";

pub async fn audit(cx: Cx) -> PageResult {
    cx.admin().await?;
    let words = cx.query("q");
    let found = audit::search(&cx.db, &words, cx.page_number()).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let href = {
        let words = words.clone();
        move |page: i64| address(PATH, &[("q", &words), ("page", &page.to_string())])
    };
    page(
        "Audit",
        view! {
            <PageShell heading="Audit">
                <Tabs here=PATH/>
                <Search action=PATH label="Email or action" words/>
                {table(found.rows)}
                <Pager number count total noun=("entry", "entries") href/>
            </PageShell>
        },
    )
}

const HEADINGS: &[&str] = &["Time", "Actor", "Action", "User", "IP address"];

fn table(entries: Vec<Entry>) -> Html {
    if entries.is_empty() {
        return view! {
            <Empty heading="No entries found">
                <p class="text-base-content/70">"Changes to accounts and sessions are listed here."</p>
            </Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = entries.into_iter().map(row).collect();
    view! { <Table label="Audit" headings=HEADINGS>{rows}</Table> }.rendered()
}

fn row(entry: Entry) -> impl IntoView {
    let actor =
        if entry.actor_email.is_empty() { "A command on the server".to_owned() } else { entry.actor_email };
    let subject = if entry.subject_email.is_empty() { "All users".to_owned() } else { entry.subject_email };
    view! {
        <tr>
            <td><Timestamp at=entry.at/></td>
            <td class="max-w-64 wrap-anywhere">{actor}</td>
            <td class="font-medium">{entry.action}</td>
            <td class="max-w-64 wrap-anywhere">{subject}</td>
            <td>{entry.ip}</td>
        </tr>
    }
}
