//! The pages of the product and its API. `routes.rs` lists every path. The crate `ui` has what pages are made of, and
//! the crate `islands` what runs in the browser.

pub mod api;
mod new_session;
pub mod pages;
pub mod routes;

use ui::Routes;

/// Everything that the product serves.
pub fn all_routes() -> Routes {
    Routes {
        pages: routes::routes(),
        api: routes::api_routes(),
        documented: api::openapi::operations(),
        development: development_pages(),
    }
}

/// The components, the mailbox, the email previews and a log-in without a password. A release build does not have them.
#[cfg(debug_assertions)]
fn development_pages() -> Vec<(&'static str, axum::routing::MethodRouter)> {
    use pages::{components, log_in_as, mailbox, push};
    use ui::respond::{page, raw};

    vec![
        ("/dev/components", page(components::components)),
        ("/dev/log-in", page(log_in_as::seeded_users).post(log_in_as::log_in_as)),
        ("/dev/push", page(push::push)),
        ("/dev/mailbox", page(mailbox::mailbox)),
        ("/dev/mailbox/{id}", page(mailbox::email)),
        ("/dev/mailbox/{id}/html", raw(mailbox::html)),
        ("/dev/mails/{name}", page(mailbox::preview)),
        ("/dev/mails/{name}/html", raw(mailbox::preview_html)),
    ]
}

#[cfg(not(debug_assertions))]
fn development_pages() -> Vec<(&'static str, axum::routing::MethodRouter)> {
    Vec::new()
}
