//! GET /admin/audit: the audit log.

use super::Tabs;
use leptos::prelude::*;
use server::audit::{self, Entry};
use ui::components::{
    Column, Empty, Lead, LinkButton, Look, PageShell, Pager, Row, Search, Table, Timestamp, Typed, address,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

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
        "Audit log",
        view! {
            <PageShell heading="Audit log" actions=|| view! { <LinkButton href="/admin/audit.csv" text="Export as CSV" look=Look::Soft/> }>
                <Tabs here=PATH/>
                <Search action=PATH label="Email or action" words/>
                {table(found.rows)}
                <Pager number count total noun=("entry", "entries") href/>
            </PageShell>
        },
    )
}

fn table(entries: Vec<Entry>) -> Html {
    if entries.is_empty() {
        return view! {
            <Empty heading="No entries found"><Lead>"Changes to accounts and sessions are listed here."</Lead></Empty>
        }
        .rendered();
    }
    let columns = ["Time", "What happened", "IP address"].map(Column::text).into();
    let rows = entries.into_iter().map(row).collect();
    view! { <Table label="Audit log" columns rows/> }.rendered()
}

/// The actor of commands on the server and of background tasks.
const PROGRAM: &str = "The program";

fn row(entry: Entry) -> Row {
    let at = entry.at;
    Row::new(vec![view! { <Timestamp at/> }.rendered(), sentence(&entry), entry.ip.rendered()])
}

/// Who did what to whom.
pub(super) fn sentence(entry: &Entry) -> Html {
    let subject = subject(entry).filter(|subject| *subject != actor(entry));
    let subject = subject.map(|text| view! { ": "<Typed text/> });
    view! { <Typed text=actor(entry)/>" "<span class="font-medium">{entry.action.clone()}</span>{subject} }
        .rendered()
}

pub(super) fn actor(entry: &Entry) -> String {
    if entry.actor_email.is_empty() { PROGRAM.into() } else { entry.actor_email.clone() }
}

pub(super) fn subject(entry: &Entry) -> Option<String> {
    match (entry.subject_email.is_empty(), entry.subject_id.is_empty()) {
        (false, _) => Some(entry.subject_email.clone()),
        (true, false) if entry.subject_id == audit::PROGRAM => None,
        (true, false) => Some(format!("job {}", entry.subject_id)),
        (true, true) => Some("all users".into()),
    }
}
