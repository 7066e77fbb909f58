//! The script of live tabs, and the dialog that it shows before a session ends. Only pages of a logged-in user have
//! them.

use crate::components::{ActionButton, Look, Size};
use crate::html::{Html, Rendered};
use crate::live::{build, script_address};
use leptos::prelude::*;
use server::Id;
use server::live::Message;
use server::sessions::Login;

/// `ends_in_ms` is the time until the session ends without further activity.
#[component]
pub fn LiveTabs(login: Login, ends_in_ms: i64) -> Html {
    // Messages from now on are for this page.
    let since = Id::<Message>::new();
    view! {
        <dialog id="idle" class="dialog" aria-labelledby="idle-title" aria-describedby="idle-text">
            <h2 id="idle-title" class="text-lg font-semibold">"Are you still there?"</h2>
            <p id="idle-text">"You will be logged out in "<strong class="tabular-nums" data-idle="left" aria-hidden="true"></strong>
                <span class="sr-only" role="status" data-idle="said"></span>". "
                // Screen readers say only what changes in an element that is already there.
                <span role="status" data-idle="limit"></span></p>
            <div class="flex flex-wrap justify-end gap-3">
                <ActionButton action="/logout" text="Log out" look=Look::Ghost size=Size::Medium/>
                <button type="button" class="btn btn-primary" data-idle="stay" autofocus>"Stay logged in"</button>
                <button type="button" class="btn btn-primary" data-idle="close" hidden>"Close"</button>
            </div>
        </dialog>
        // Not all screen readers announce a live region that is added together with its text.
        <section class="toasts live-toasts" aria-label="Live messages" aria-live="polite" aria-relevant="additions"
            data-live-toasts></section>
        <script id="live" src=script_address() defer data-session=login.session_id.to_string()
            data-build=build() data-ends-in=ends_in_ms.to_string() data-since=since.to_string()></script>
    }
    .rendered()
}
