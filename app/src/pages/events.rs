//! GET /events: the event stream of a browser (server-sent events). It is no activity of the user.

use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{StreamExt, stream};
use server::live::{MAX_TABS, Stream, TabId};
use std::convert::Infallible;
use std::time::Duration;
use ui::live::{for_browser, greeting, replayed};
use ui::page::{Page, PageResult};
use ui::problem::Problem;
use ui::request::Cx;

/// Many proxies close a connection after a minute without data.
const HEARTBEAT: Duration = Duration::from_secs(15);
const HEADERS: [(HeaderName, HeaderValue); 2] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache")),
    // Tells nginx to send each event at once.
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
];

/// In the query, `tabs` lists the tabs of the browser as `ID:MILLISECONDS,…`, each with the time since its last
/// activity. `after` is the last event that the browser got, unless it sends the header `Last-Event-ID`. `session` is
/// the page's.
pub async fn events(cx: Cx) -> PageResult {
    if !cx.config.live_tabs {
        return Err(Problem::NotFound);
    }
    let login = cx.login().await?;
    // Another user of this browser may have logged in since the page was loaded.
    let asked = cx.query("session");
    if !asked.is_empty() && asked != login.session_id.as_str() {
        return Err(Problem::NotFound);
    }
    let after = cx.last_event_id().map_or_else(|| cx.query("after"), str::to_owned);
    let mut stream = cx.live.open(&login, tabs(&cx.query("tabs")), after.parse().ok().as_ref())?;
    let missed = std::mem::take(&mut stream.missed);
    let missed = missed.iter().map(|message| replayed(message));
    // The greeting follows the missed messages. A browser that does not get all of them asks for the rest.
    let first: Vec<_> = missed.chain([greeting()]).map(Ok::<_, Infallible>).collect();
    let events = Sse::new(stream::iter(first).chain(stream::unfold(stream, next)))
        .keep_alive(KeepAlive::new().interval(HEARTBEAT));
    Ok(Page::Raw((HEADERS, events).into_response()))
}

async fn next(mut stream: Stream) -> Option<(Result<Event, Infallible>, Stream)> {
    let event = stream.next().await?;
    Some((Ok(for_browser(&event)), stream))
}

/// Leaves out malformed entries.
fn tabs(list: &str) -> Vec<(TabId, i64)> {
    let pairs = list.split(',').take(MAX_TABS).filter_map(|pair| pair.split_once(':'));
    pairs.filter_map(|(tab, age)| Some((tab.parse().ok()?, age.parse().ok()?))).collect()
}
