//! GET /admin/jobs: waiting and failed jobs. POST /admin/jobs/retry and /admin/jobs/forget: retries or deletes a failed
//! job.

use super::Tabs;
use leptos::prelude::*;
use server::emails::{self, Description};
use server::jobs::{self, Filter, QueuedJob};
use server::visitor::Level;
use ui::components::{
    ActionButton, Column, ConfirmedAction, Empty, Lead, PageShell, Pager, Row, Table, Timestamp, Typed,
    address, choices,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

const PATH: &str = "/admin/jobs";
const FAILED: &str = "/admin/jobs?show=failed";

pub async fn jobs(cx: Cx) -> PageResult {
    cx.admin().await?;
    let filter = if cx.query("show") == "failed" { Filter::Failed } else { Filter::Waiting };
    let found = jobs::search(&cx.db, filter, cx.page_number()).await?;
    let described = emails::describe(&cx.db, &found.rows).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let rows = found.rows.into_iter().zip(described).collect();
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
                {table(rows, filter)}
                <Pager number count total noun=("job", "jobs") href/>
            </PageShell>
        },
    )
}

fn table(jobs: Vec<(QueuedJob, Description)>, filter: Filter) -> Html {
    if jobs.is_empty() {
        let (heading, advice) = match filter {
            Filter::Waiting => {
                ("No jobs are waiting", "Emails and other jobs are listed here until they are done.")
            }
            Filter::Failed => (
                "No failed jobs",
                "A job is listed here after two days of attempts, or at once if the mail server refuses an email for good.",
            ),
        };
        return view! { <Empty heading><Lead>{advice}</Lead></Empty> }.rendered();
    }
    let columns = vec![
        Column::text("Job"),
        Column::text("Created"),
        Column::number("Attempts"),
        Column::text("Next attempt"),
        Column::text("Error"),
        Column::text("Action"),
    ];
    let rows = jobs.into_iter().map(row).collect();
    view! { <Table label="Jobs" columns rows/> }.rendered()
}

fn row((job, described): (QueuedJob, Description)) -> Row {
    let hidden = ("id", job.id.to_string());
    let next = job.failed_at.is_none().then(|| view! { <Timestamp at=job.run_at/> });
    let buttons = job.failed_at.map(|_| {
        view! {
            <div class="flex gap-2">
                <ActionButton action="/admin/jobs/retry" text="Try again" hidden=hidden.clone()/>
                <ConfirmedAction action="/admin/jobs/forget" text="Delete" question="The job will not run again." confirm="Delete job" hidden/>
            </div>
        }
    });
    let recipient =
        described.recipient.map(|email| view! { <span class="cell-detail">"to "<Typed text=email/></span> });
    // The technical text contains the response of the mail server.
    let error = Some(job.error).filter(|text| !text.is_empty()).map(|text| {
        view! {
            <details><summary>{described.error}</summary><span class="cell-detail"><Typed text/></span></details>
        }
    });
    Row::new(vec![
        view! { <span class="font-medium">{described.kind}</span>{recipient} }.rendered(),
        view! { <Timestamp at=job.created_at/> }.rendered(),
        job.attempts.rendered(),
        next.rendered(),
        error.rendered(),
        buttons.rendered(),
    ])
}

/// Retries a failed job.
#[server(prefix = "", endpoint = "/admin/jobs/retry")]
pub async fn retry_job(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let existed = jobs::retry(&cx.db, cx.visitor.actor(&admin), &parse_id(&id)?).await?;
    done(&cx, existed, "The job runs again now. An email that is too old by now is not sent.").await
}

/// Deletes a failed job.
#[server(prefix = "", endpoint = "/admin/jobs/forget")]
pub async fn forget_job(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let existed = jobs::delete_failed(&cx.db, cx.visitor.actor(&admin), &parse_id(&id)?).await?;
    done(&cx, existed, "The job was deleted.").await
}

/// Shows the result. The job is missing if another admin was faster.
async fn done(cx: &Cx, existed: bool, text: &str) -> Result<(), Problem> {
    match existed {
        true => cx.flash(Level::Success, text).await?,
        false => cx.flash(Level::Warning, "This job no longer exists.").await?,
    }
    cx.redirect(FAILED)
}
