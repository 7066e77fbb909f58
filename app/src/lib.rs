//! What people see. The browser compiles `islands` and `problem`; all the rest runs on the server only.
//! The site map is here: a path, and the page that answers it.

// `#[server]` makes structs whose fields cannot carry a sentence.
#![allow(missing_docs)]

pub mod islands;
mod problem;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
mod brand;
#[cfg(feature = "ssr")]
mod content_policy;
#[cfg(feature = "ssr")]
mod html;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod respond;

pub use problem::Problem;
#[cfg(feature = "ssr")]
pub use respond::{Assets, dress_errors, error_page, wants_html};

/// Every page of the product: its path as axum writes it, and what answers there.
#[cfg(feature = "ssr")]
pub fn site_map() -> Vec<(&'static str, axum::routing::MethodRouter)> {
    use pages::notes;
    use pages::{account, admin, dashboard, landing, log_in, sign_up};
    use respond::page;

    vec![
        ("/", page(landing::landing)),
        ("/signup", page(sign_up::sign_up_page)),
        ("/login", page(log_in::log_in_page)),
        ("/dashboard", page(dashboard::dashboard)),
        ("/notes", page(notes::list::notes)),
        ("/notes/new", page(notes::edit::new_note)),
        ("/notes/{id}", page(notes::edit::edit_note)),
        ("/account", page(account::profile::profile)),
        ("/account/password", page(account::password::password)),
        ("/account/devices", page(account::devices::devices)),
        ("/admin", page(admin::overview::overview)),
        ("/admin/users", page(admin::users::users)),
        ("/admin/users/{id}", page(admin::user::user_page)),
        ("/admin/sessions", page(admin::sessions::sessions)),
        ("/admin/audit", page(admin::audit::audit)),
    ]
}
