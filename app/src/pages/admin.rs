//! The admin area: all users and all sessions. The guard admits only admins, and each page checks again.

pub mod account;
pub mod activity;
pub mod audit;
pub mod csv;
mod ended_sessions;
pub mod jobs;
mod log_in_methods;
pub mod overview;
pub mod roles;
pub mod sessions;
pub mod tokens;
pub mod user;
pub mod users;

use leptos::prelude::*;
use server::sessions::Session;
use server::{Id, User};
use ui::components::{RowLink, Typed, client_badge};
use ui::html::{Html, Rendered};

#[component]
fn Tabs(here: &'static str) -> Html {
    let tabs = [
        ("/admin", "Overview"),
        ("/admin/users", "Users"),
        ("/admin/sessions", "Sessions"),
        ("/admin/activity", "Activity"),
        ("/admin/audit", "Audit log"),
        ("/admin/jobs", "Jobs"),
    ];
    ui::components::tabs("Admin pages", &tabs, here)
}

/// A user's name, with a link to the page of the user, and the email address.
fn person_cell(id: &Id<User>, name: &str, email: &str) -> Html {
    view! {
        <RowLink href=format!("/admin/users/{id}") text=name/>
        <span class="cell-detail"><Typed text=email/></span>
    }
    .rendered()
}

/// The device and the address of a session.
fn device_cell(session: &Session) -> Html {
    view! { {session.device()}{client_badge(session)}<span class="cell-detail">{session.ip.clone()}</span> }
        .rendered()
}
