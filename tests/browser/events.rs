//! The stream of a browser: its events as they arrive.

use super::Browser;
use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Request, header};
use futures_util::StreamExt;
use leptos::config::LeptosOptions;
use server::live::{Live, Push};
use server::sessions::Session;
use server::testing::TestDb;
use server::visitor::Level;
use server::{Config, Id};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::watch;
use tower::ServiceExt;

/// As `site`, with live tabs that run until the test ends. Without a bus: see `tests/two_nodes_live.rs`.
pub fn live_site(db: &TestDb, changes: &[(&str, &str)]) -> (Router, Live) {
    let leptos = LeptosOptions::builder().output_name("app").site_root("target/no-site").build();
    let config = Config::for_tests(changes);
    let live = Live::new((**db).clone(), config.limits, config.session_keys.clone(), None);
    let (stop, stopped) = watch::channel(false);
    let running = live.clone().run(stopped);
    tokio::spawn(async move {
        running.await;
        drop(stop);
    });
    (program::router::router((**db).clone(), config, leptos, live.clone(), app::all_routes()), live)
}

/// Only the beginning of a stream of events, which does not end.
pub(super) async fn content(headers: &HeaderMap, body: Body) -> String {
    let is_stream = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let bytes = match is_stream {
        true => body.into_data_stream().next().await.unwrap().unwrap(),
        false => to_bytes(body, 1 << 22).await.unwrap(),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// For what takes two seconds at most, on a busy machine.
const SOON: Duration = Duration::from_secs(15);

#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    pub id: String,
    /// Type of the event: `toast`, `ended` and so on.
    pub kind: String,
    pub data: serde_json::Value,
}

pub struct Events {
    pub headers: HeaderMap,
    body: BodyDataStream,
    text: String,
    /// Events that came before the greeting.
    missed: VecDeque<Received>,
}

impl Browser {
    /// Opens its stream with this query. Returns the status if it is refused. Drops the greeting.
    pub async fn events(&self, query: &str) -> Result<Events, u16> {
        let mut request = Request::builder().uri(format!("/events?{query}"));
        request = request.header(header::HOST, "localhost").header(header::ACCEPT, "text/event-stream");
        if let Some(cookies) = self.cookies() {
            request = request.header(header::COOKIE, cookies);
        }
        let response = self.site.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        let (parts, body) = response.into_parts();
        let mut events = Events {
            headers: parts.headers,
            body: body.into_data_stream(),
            text: String::new(),
            missed: VecDeque::new(),
        };
        let mut missed = VecDeque::new();
        loop {
            match events.next().await.unwrap() {
                greeting if greeting.kind == "hello" => break,
                event => missed.push_back(event),
            }
        }
        events.missed = missed;
        Ok(events)
    }

    /// The session that the last page names.
    pub fn session(&self) -> Id<Session> {
        self.first_between("data-session=\"", "\"", |id| id.len() == 36).parse().unwrap()
    }
}

impl Events {
    /// Waits for the next event. `None` if the server ended the stream.
    pub async fn next(&mut self) -> Option<Received> {
        if let Some(missed) = self.missed.pop_front() {
            return Some(missed);
        }
        tokio::time::timeout(SOON, self.read()).await.expect("an event, or the end")
    }

    async fn read(&mut self) -> Option<Received> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let received = field("data: ").map(|data| {
                    let data: serde_json::Value = serde_json::from_str(data).unwrap();
                    let kind = data["kind"].as_str().unwrap().to_owned();
                    Received { id: field("id: ").unwrap().to_owned(), kind, data }
                });
                self.text = rest.to_owned();
                if received.is_some() {
                    return received;
                }
                continue;
            }
            let more = self.body.next().await;
            self.text += std::str::from_utf8(&more?.unwrap()).unwrap();
        }
    }

    /// The texts of the next events up to the toast `last`.
    pub async fn toasts_until(&mut self, last: &str) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            let event = self.next().await.expect("the stream is open");
            let html = event.data["html"].as_str().unwrap_or_default();
            let text =
                html.split("</span>").nth(1).and_then(|rest| rest.split("</p>").next()).unwrap_or_default();
            if text == last {
                return found;
            }
            found.push(text.to_owned());
        }
    }
}

pub fn toast(text: &str) -> Push {
    Push::Toast { level: Level::Info, text: text.into() }
}

/// A user who is logged in, with a page that names the session.
pub async fn member(site: &Router, email: &str) -> Browser {
    let mut browser = Browser::at(site.clone());
    browser.sign_up(email).await;
    browser.get("/dashboard").await;
    browser
}
