//! GET /admin: charts of the last 30 days, the latest changes, and what an admin should act on.

use super::Tabs;
use super::audit::sentence;
use leptos::prelude::*;
use server::audit::{self, Entry};
use server::statistics::{self, Day};
use ui::components::{
    Banner, BarChart, Card, LineChart, PageShell, Point, Stat, TextLink, Timestamp, Tone, address, day_text,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::request::Cx;

const DAYS: i64 = 30;
const LATEST: usize = 5;

pub async fn overview(cx: Cx) -> PageResult {
    cx.admin().await?;
    let totals = statistics::totals(&cx.db, cx.limits()).await?;
    let days = statistics::days(&cx.db, DAYS).await?;
    let entries = audit::search(&cx.db, "", 1).await?.rows.into_iter().take(LATEST);
    let restarts = audit::recent_restarts(&cx.db).await?;
    let sign_ups = points(&days, |day| day.sign_ups);
    let active_users = points(&days, |day| day.active_users);
    let failed_log_ins = points(&days, |day| day.failed_log_ins);
    let latest: Vec<_> = entries.map(latest_entry).collect();
    let program = format!("{} {} · {}", ui::brand::NAME, env!("CARGO_PKG_VERSION"), cx.db.kind());
    page(
        "Admin",
        view! {
            <PageShell heading="Admin">
                <Tabs here="/admin"/>
                {(restarts > 0).then(|| view! { <Restarts count=restarts/> })}
                <div class="tiles-small">
                    <Stat href="/admin/users" value=totals.users.to_string() text="Users"/>
                    <Stat href="/admin/sessions" value=totals.active_sessions.to_string() text="Sessions now"/>
                    <Stat href="/admin/jobs" value=totals.waiting_jobs.to_string() text="Emails and jobs waiting"/>
                    <Stat href="/admin/jobs?show=failed" value=totals.failed_jobs.to_string() text="Failed emails and jobs" warns={totals.failed_jobs > 0}/>
                    <Stat href="/admin/users?show=undeliverable" value=totals.undeliverable_addresses.to_string()
                        text="Undeliverable addresses" warns={totals.undeliverable_addresses > 0}/>
                </div>
                <div class="tiles">
                    <Card><BarChart heading="Sign-ups" href="/admin/users" points=sign_ups/></Card>
                    <Card><LineChart heading="Active users" href="/admin/activity?window=week" points=active_users/></Card>
                    <Card><BarChart heading="Failed log-ins" points=failed_log_ins/></Card>
                </div>
                <Card heading="Latest changes">
                    <ul class="list-rows">{latest}</ul>
                    <p class="text-sm"><TextLink href="/admin/audit" text="All changes"/></p>
                </Card>
                <p class="text-sm text-base-content/70">{program}</p>
            </PageShell>
        },
    )
}

fn points(days: &[Day], value: fn(&Day) -> i64) -> Vec<Point> {
    days.iter().map(|day| (day_text(day.at), value(day))).collect()
}

fn latest_entry(entry: Entry) -> Html {
    view! { <li class="list-row text-sm"><span class="min-w-0">{sentence(&entry)}</span><Timestamp at=entry.at/></li> }.rendered()
}

#[component]
fn Restarts(count: i64) -> Html {
    view! {
        <Banner label="A part of the program restarted" tone=Tone::Warning>
            <p>{format!("Background tasks failed and were restarted in the last 7 days: {count}. The log says why. ")}
                <TextLink href=address("/admin/audit", &[("q", audit::RESTARTS)]) text="Show when"/></p>
        </Banner>
    }
    .rendered()
}
