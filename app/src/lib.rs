//! The user interface, rendered on the server. `routes.rs` lists every path; what runs in the browser is the crate
//! `islands`.

pub mod actions;
pub mod api;
mod assets;
pub mod brand;
mod colors;
pub mod components;
mod content_policy;
pub mod emails;
mod errors;
mod html;
mod layout;
pub mod live;
mod new_session;
mod onward;
mod page;
pub mod pages;
mod plain_cookie;
mod preferences;
mod problem;
mod referer;
mod request;
mod request_id;
mod respond;
pub mod routes;
mod state;
mod ways_out;

pub use assets::Assets;
pub use errors::{TypedInput, problem_response, render_errors, wants_html};
pub use layout::SignedIn;
pub use onward::onward;
pub use problem::Problem;
pub use referer::came_from;
pub use request::Cx;
pub use request_id::RequestId;
pub use state::AppState;
pub use ways_out::LogOutToken;

/// The components, the mailbox, the email previews and a log-in without a password. A release build does not have them.
#[cfg(debug_assertions)]
pub fn dev_site_map() -> Vec<(&'static str, axum::routing::MethodRouter)> {
    use pages::{components, log_in_as, mailbox, push};
    use respond::{page, raw};

    vec![
        ("/dev/components", page(components::components)),
        ("/dev/log-in", page(log_in_as::seeded_users).post(log_in_as::log_in_as)),
        ("/dev/push", page(push::push)),
        ("/dev/mailbox", page(mailbox::mailbox)),
        ("/dev/mailbox/{id}", page(mailbox::mail)),
        ("/dev/mailbox/{id}/html", raw(mailbox::html)),
        ("/dev/mails/{name}", page(mailbox::preview)),
        ("/dev/mails/{name}/html", raw(mailbox::preview_html)),
    ]
}
