//! GET /dev/push: sends a push, for tests of live tabs. A release build does not have this page.

use leptos::prelude::*;
use serde_json::json;
use server::live::{Push, To};
use server::visitor::Level;
use ui::components::{Card, PageShell};
use ui::html::Rendered;
use ui::live::replace;
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::Cx;

/// In the query: `to` (tab, session, user or everyone) with `session` and `tab`, `kind`, and `text`.
pub async fn push(cx: Cx) -> PageResult {
    let text = cx.query("text");
    let to = match cx.query("to").as_str() {
        "tab" => {
            To::Tab(cx.query("session").parse().map_err(|_| Problem::BadInput)?, cx.query("tab").parse()?)
        }
        "session" => To::Session(cx.query("session").parse().map_err(|_| Problem::BadInput)?),
        "user" => To::User(cx.user().await?.id),
        _ => To::Everyone,
    };
    let what = match cx.query("kind").as_str() {
        "navigate" => Push::Navigate { path: text },
        "reload" => Push::Reload,
        "refresh" => Push::Refresh { fragment: text },
        "replace" => replace("devices", view! { <ul data-live="devices"><li>{text}</li></ul> }.rendered()),
        "event" => Push::Event { name: "tried".into(), data: json!({ "text": text }) },
        _ => Push::Toast { level: Level::Warning, text },
    };
    cx.live.push(to, what)?;
    let (streams, online) = (cx.live.counts().streams, cx.live.online().len());
    page(
        "Push",
        view! { <PageShell heading="Push"><Card>{format!("Sent. Open streams: {streams}. Users online: {online}.")}</Card></PageShell> },
    )
}
