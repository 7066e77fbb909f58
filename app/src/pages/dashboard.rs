//! GET /dashboard: the first page after the log-in.

use crate::components::{Card, PageShell};
use crate::page::{PageResult, page};
use crate::pages::notes::latest::latest_notes;
use crate::request::Cx;
use leptos::prelude::*;

pub async fn dashboard(cx: Cx) -> PageResult {
    let user = cx.user().await?;
    let notes = latest_notes(&cx.db, &cx.scope().await?).await?;
    page(
        "Dashboard",
        view! {
            <PageShell heading=format!("Hello, {}", user.name)>
                <div class="grid items-start gap-6 md:grid-cols-3">
                    <div class="md:col-span-2">{notes}</div>
                    <Card heading="Your account">
                        <p class="text-base-content/70 wrap-anywhere">"You are logged in as "{user.email.clone()}"."</p>
                        <p class="flex flex-wrap gap-2">
                            <a class="btn btn-soft btn-sm" href="/account/devices">"Your devices"</a>
                            <a class="btn btn-soft btn-sm" href="/account">"Your account"</a>
                        </p>
                    </Card>
                </div>
            </PageShell>
        },
    )
}
