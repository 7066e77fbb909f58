//! What people see. The browser compiles `islands` and `problem`; all the rest runs on the server only.
//! The site map is here: a path, and the page that answers it.

// `#[server]` makes structs whose fields cannot carry a sentence.
#![allow(missing_docs)]

pub mod islands;
mod problem;

#[cfg(feature = "ssr")]
pub mod actions;
#[cfg(feature = "ssr")]
mod assets;
#[cfg(feature = "ssr")]
pub mod brand;
#[cfg(feature = "ssr")]
mod content_policy;
#[cfg(feature = "ssr")]
mod errors;
#[cfg(feature = "ssr")]
mod html;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
pub mod mails;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
mod referer;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod respond;

#[cfg(feature = "ssr")]
pub use assets::Assets;
#[cfg(feature = "ssr")]
pub use errors::{dress_errors, error_page, wants_html};
pub use problem::Problem;
#[cfg(feature = "ssr")]
pub use referer::came_from;
#[cfg(feature = "ssr")]
pub use request::RequestId;

/// Every page of the product: its path as axum writes it, and what answers there.
#[cfg(feature = "ssr")]
pub fn site_map() -> Vec<(&'static str, axum::routing::MethodRouter)> {
    use pages::notes;
    use pages::{
        account, admin, dashboard, forgot, landing, log_in, log_in_by_mail, reauthenticate, reset, sign_up,
        verify,
    };
    use respond::page;

    vec![
        ("/", page(landing::landing)),
        ("/signup", page(sign_up::sign_up_page)),
        ("/verify", page(verify::verify_page)),
        ("/login", page(log_in::log_in_page)),
        ("/login/code", page(log_in::code::code_page)),
        ("/login/recovery", page(log_in::recovery::recovery_page)),
        ("/login/mail", page(log_in_by_mail::mail_page)),
        ("/login/link", page(log_in_by_mail::link_page)),
        ("/forgot", page(forgot::forgot_page)),
        ("/reset", page(reset::reset_page)),
        ("/dashboard", page(dashboard::dashboard)),
        ("/notes", page(notes::list::notes)),
        ("/notes/new", page(notes::edit::new_note)),
        ("/notes/{id}", page(notes::edit::edit_note)),
        ("/account", page(account::profile::profile)),
        ("/account/email", page(account::email::email)),
        ("/account/email/confirm", page(account::new_email::confirm_page)),
        ("/account/email/undo", page(account::old_email::undo_page)),
        ("/account/recover", page(account::recover::recover_page)),
        ("/account/password", page(account::password::password)),
        ("/account/two-factor", page(account::two_factor::two_factor)),
        ("/account/two-factor/enrol", page(account::two_factor::enrol::enrol_page)),
        ("/account/two-factor/recovery-codes", page(account::two_factor::recovery::recovery_codes_page)),
        ("/account/passkeys", page(account::passkeys::passkeys_page)),
        ("/account/devices", page(account::devices::devices)),
        ("/account/export", page(account::export::export_page)),
        ("/account/delete", page(account::delete::delete)),
        ("/reauthenticate", page(reauthenticate::reauthenticate_page)),
        ("/admin", page(admin::overview::overview)),
        ("/admin/users", page(admin::users::users)),
        ("/admin/users/{id}", page(admin::user::user_page)),
        ("/admin/sessions", page(admin::sessions::sessions)),
        ("/admin/activity", page(admin::activity::activity)),
        ("/admin/audit", page(admin::audit::audit)),
        ("/admin/jobs", page(admin::jobs::jobs)),
    ]
}

/// The pages for developers, which a release build does not have: the mailbox, and how each mail looks.
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
