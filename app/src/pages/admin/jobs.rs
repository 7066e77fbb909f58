//! GET /admin/jobs: pending and failed jobs. POST below it: retries or deletes a failed job.

use super::Tabs;
use crate::components::{
    ActionButton, ConfirmedAction, Empty, PageShell, Pager, Table, Timestamp, address, choices,
};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx, parse_id};
use leptos::prelude::*;
use server::jobs::{self, Filter, QueuedJob};
use server::visitor::Level;

const PATH: &str = "/admin/jobs";
const FAILED: &str = "/admin/jobs?show=failed";

pub async fn jobs(cx: Cx) -> PageResult {
    cx.admin().await?;
    let filter = if cx.query("show") == "failed" { Filter::Failed } else { Filter::Waiting };
    let found = jobs::search(&cx.db, filter, cx.page_number()).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let show = if filter == Filter::Failed { "failed" } else { "" };
    let href = move |page: i64| address(PATH, &[("show", show), ("page", &page.to_string())]);
    let links = vec![
        (PATH.to_owned(), "Waiting", filter == Filter::Waiting),
        (FAILED.to_owned(), "Failed", filter == Filter::Failed),
    ];
    page(
        "Jobs",
        view! {
            <PageShell heading="Jobs">
                <Tabs here=PATH/>
                {choices("Filter jobs", links)}
                {table(found.rows, filter)}
                <Pager number count total noun=("job", "jobs") href/>
            </PageShell>
        },
    )
}

const HEADINGS: &[&str] = &["Job", "Created", "Attempts", "Next attempt", "Error", "Action"];

fn table(jobs: Vec<QueuedJob>, filter: Filter) -> Html {
    if jobs.is_empty() {
        let (heading, advice) = match filter {
            Filter::Waiting => {
                ("No jobs are waiting", "Emails and other jobs are listed here until they are done.")
            }
            Filter::Failed => ("No failed jobs", "A job is tried for two days before it is listed here."),
        };
        return view! { <Empty heading><p class="text-base-content/70">{advice}</p></Empty> }.rendered();
    }
    let rows: Vec<_> = jobs.into_iter().map(row).collect();
    view! { <Table label="Jobs" headings=HEADINGS>{rows}</Table> }.rendered()
}

fn row(job: QueuedJob) -> impl IntoView {
    let hidden = ("id", job.id.to_string());
    let next = job.failed_at.is_none().then(|| view! { <Timestamp at=job.run_at/> });
    let buttons = job.failed_at.map(|_| {
        view! {
            <div class="flex justify-end gap-2">
                <ActionButton action="/admin/jobs/retry" text="Try again" hidden=hidden.clone()/>
                <ConfirmedAction action="/admin/jobs/forget" text="Delete" question="The job will not run again." confirm="Delete job" hidden/>
            </div>
        }
    });
    view! {
        <tr>
            <td class="font-medium">{job.name}</td>
            <td><Timestamp at=job.created_at/></td>
            <td class="tabular-nums">{job.attempts}</td>
            <td>{next}</td>
            <td class="max-w-80 min-w-40 wrap-anywhere">{job.error}</td>
            <td>{buttons}</td>
        </tr>
    }
}

/// Retries a failed job.
#[server(prefix = "", endpoint = "/admin/jobs/retry")]
pub async fn retry_job(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    cx.admin().await?;
    let was_there = jobs::retry(&cx.db, &parse_id(&id)?).await?;
    done(&cx, was_there, "The job runs again now.").await
}

/// Deletes a failed job.
#[server(prefix = "", endpoint = "/admin/jobs/forget")]
pub async fn forget_job(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    cx.admin().await?;
    let was_there = jobs::delete_failed(&cx.db, &parse_id(&id)?).await?;
    done(&cx, was_there, "The job was deleted.").await
}

/// Shows the result. The job is missing if another admin was faster.
async fn done(cx: &Cx, was_there: bool, text: &str) -> Result<(), Problem> {
    match was_there {
        true => cx.flash(Level::Success, text).await?,
        false => cx.flash(Level::Warning, "This job no longer exists.").await?,
    }
    cx.redirect(FAILED)
}
