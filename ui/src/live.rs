//! Live tabs: the browser's script, and the events that it gets. `server::live` decides which tabs get which event.

use crate::components::Toast;
use crate::html::Html;
use axum::response::sse::Event;
use leptos::prelude::*;
use serde_json::{Value, json};
use server::Id;
use server::live::{self, Message, Push};
use server::visitor::{Flash, Level};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

/// The script of a logged-in user's pages, served at `SCRIPT_PATH`.
pub const SCRIPT: &str = concat!(
    "{\n",
    include_str!("live/page.js"),
    include_str!("live/show.js"),
    include_str!("live/tab.js"),
    include_str!("live/stream.js"),
    include_str!("live/idle.js"),
    include_str!("live/submit_once.js"),
    "}\n"
);
pub const SCRIPT_PATH: &str = "/live.js";

const NEW_VERSION: &str = "A new version is available. Reload the page to use it.";

/// Identifies this build: a page of another build asks its user to reload. All processes of one image have the same
/// value.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let modified =
        program.as_ref().ok().and_then(|file| file.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    hash(&(program.map_or(0, |file| file.len()), modified.map_or(0, |at| at.as_secs())))
});
static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| hash(&SCRIPT));

fn hash(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

pub fn build() -> &'static str {
    &BUILD
}

/// Changes with the content of the script.
pub fn script_address() -> String {
    format!("{SCRIPT_PATH}?v={}", *SCRIPT_HASH)
}

/// Replaces the element with `data-live` = `fragment` by a rendered component, in which all text is escaped.
pub fn replace(fragment: &str, html: Html) -> Push {
    Push::Replace { fragment: fragment.into(), html: html.to_html() }
}

/// The event that follows the missed ones. A browser that gets no later event asks for a replay from its id.
pub fn greeting() -> Event {
    let data = json!({ "kind": "hello", "build": build(), "html": toast(Level::Info, NEW_VERSION) });
    sse_event(&Id::<Message>::new().to_string(), &data)
}

pub fn for_browser(event: &live::Event) -> Event {
    match event {
        live::Event::Ended(reason) => {
            sse_event(Id::<Message>::new().as_str(), &json!({ "kind": "ended", "reason": reason.name() }))
        }
        live::Event::Message(message) => sse_event(message.id.as_str(), &data_of(message)),
    }
}

/// The event of a message that the browser may have missed. A tab ignores those from before its first page.
pub fn replayed(message: &Message) -> Event {
    let mut data = data_of(message);
    data["replayed"] = true.into();
    sse_event(message.id.as_str(), &data)
}

fn data_of(message: &Message) -> Value {
    let mut data = content(&message.push);
    data["tab"] = message.tab().map_or(Value::Null, |tab| tab.to_string().into());
    data
}

fn sse_event(id: &str, data: &Value) -> Event {
    Event::default().id(id).data(data.to_string())
}

fn content(push: &Push) -> Value {
    match push {
        Push::Toast { level, text } => json!({ "kind": "toast", "html": toast(*level, text) }),
        Push::Navigate { path } => json!({ "kind": "navigate", "path": path }),
        Push::Reload => json!({ "kind": "reload" }),
        Push::Refresh { fragment } => json!({ "kind": "refresh", "fragment": fragment }),
        Push::Replace { fragment, html } => json!({ "kind": "replace", "fragment": fragment, "html": html }),
        Push::Event { name, data } => json!({ "kind": "event", "name": name, "data": data }),
    }
}

fn toast(level: Level, text: &str) -> String {
    let flash = Flash { level, text: text.to_owned() };
    view! { <Toast flash in_live_region=true/> }.to_html()
}
