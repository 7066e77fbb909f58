//! The user interface. The browser compiles `islands` and `problem`; the rest runs only on the server. `routes.rs`
//! lists every path.

pub mod islands;
mod problem;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
mod assets;
#[cfg(feature = "ssr")]
pub mod brand;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
mod content_policy;
#[cfg(feature = "ssr")]
pub mod emails;
#[cfg(feature = "ssr")]
mod errors;
#[cfg(feature = "ssr")]
mod html;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod referer;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod request_id;
#[cfg(feature = "ssr")]
mod respond;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
mod state;

#[cfg(feature = "ssr")]
pub use assets::Assets;
#[cfg(feature = "ssr")]
pub use errors::{problem_response, render_errors, wants_html};
pub use problem::Problem;
#[cfg(feature = "ssr")]
pub use referer::came_from;
#[cfg(feature = "ssr")]
pub use request::Cx;
#[cfg(feature = "ssr")]
pub use request_id::RequestId;
#[cfg(feature = "ssr")]
pub use state::AppState;

/// The mailbox and the email previews. A release build does not have them.
#[cfg(all(feature = "ssr", debug_assertions))]
pub fn dev_site_map() -> Vec<(&'static str, axum::routing::MethodRouter)> {
    use pages::mailbox;
    use respond::{page, raw};

    vec![
        ("/dev/mailbox", page(mailbox::mailbox)),
        ("/dev/mailbox/{id}", page(mailbox::mail)),
        ("/dev/mailbox/{id}/html", raw(mailbox::html)),
        ("/dev/mails/{name}", page(mailbox::preview)),
        ("/dev/mails/{name}/html", raw(mailbox::preview_html)),
    ]
}
