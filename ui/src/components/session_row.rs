//! One session in a list: device, address and times.

use super::{Badge, Timestamp};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::sessions::Session;

/// `button` ends the session, or says that it is this one.
pub fn session_row(session: &Session, button: Html) -> Html {
    view! {
        <li class="list-row" data-row=session.id.to_string()>
            <div class="grid gap-1">
                <span class="font-medium">{session.device()}{client_badge(session)}</span>
                <span class="text-sm text-base-content/70">
                    {session.ip.clone()}" · logged in "<Timestamp at=session.created_at/>" · last seen "
                    <Timestamp at=session.last_seen_at/>
                </span>
            </div>
            {button}
        </li>
    }
    .rendered()
}

/// Marks the session of an API client, since its device can have the name of a browser.
pub fn client_badge(session: &Session) -> Option<Html> {
    session.is_client.then(|| view! { " "<Badge text="API client"/> }.rendered())
}
