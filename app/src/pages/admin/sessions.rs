//! GET /admin/sessions and its buttons: the sessions of all users.

use super::ended_sessions::ended_table;
use super::{Tabs, device_cell, person_cell};
use leptos::prelude::*;
use server::Id;
use server::direction::isolated;
use server::live::Presence;
use server::sessions::{self, Session, SessionOfUser};
use server::visitor::Level;
use std::collections::HashMap;
use ui::components::{
    Badge, Column, ConfirmedAction, Empty, Lead, PageShell, Pager, Row, Search, Size, Table, Timestamp, Tone,
    address, choices,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

const PATH: &str = "/admin/sessions";
/// Value of the query parameter `show` for the list of ended sessions.
const ENDED: &str = "ended";

/// Lists the active sessions or, if the query says so, the recently ended ones.
pub async fn sessions(cx: Cx) -> PageResult {
    cx.admin().await?;
    let (words, show, asked) = (cx.query("q"), cx.query("show"), cx.page_number());
    let ((number, count, total), table) = if show == ENDED {
        let found = sessions::search_ended(&cx.db, &words, asked).await?;
        ((found.number, found.count(), found.total), ended_table(found.rows))
    } else {
        let found = sessions::search(&cx.db, &words, asked, cx.limits()).await?;
        let numbers = (found.number, found.count(), found.total);
        let table = table(found.rows, &cx.live.presence());
        let live = view! { <div data-live="sessions" data-live-every="5">{table}</div> }.rendered();
        (numbers, live)
    };
    let show = if show == ENDED { ENDED } else { "" };
    let kinds = [("", "Active"), (ENDED, "Recently ended")]
        .map(|(kind, text)| (address(PATH, &[("q", &words), ("show", kind)]), text, kind == show));
    let href = {
        let words = words.clone();
        move |page: i64| address(PATH, &[("q", &words), ("show", show), ("page", &page.to_string())])
    };
    page(
        "Sessions",
        view! {
            <PageShell heading="Sessions" actions=revoke_all_button>
                <Tabs here=PATH/>
                <div class="flex flex-wrap items-center justify-between gap-4">
                    <Search action=PATH label="Name, email or IP address" words keep=vec![("show", show)]/>
                    {choices("Filter sessions", kinds.into())}
                </div>
                {table}
                <Pager number count total noun=("session", "sessions") href/>
            </PageShell>
        },
    )
}

fn revoke_all_button() -> Html {
    view! {
        <ConfirmedAction action="/admin/sessions/revoke-all" text="Log out all users" confirm="Log out all users" size=Size::Medium
            question="All users, including you, will be logged out everywhere. Use this if a secret or the database was leaked."/>
    }
    .rendered()
}

fn table(sessions: Vec<SessionOfUser>, presence: &HashMap<Id<Session>, Presence>) -> Html {
    if sessions.is_empty() {
        return view! {
            <Empty heading="No session found"><Lead>"Try a different search."</Lead></Empty>
        }
        .rendered();
    }
    let columns = ["User", "Device", "Logged in", "Last seen", "Action"].map(Column::text).into();
    let row = |found: SessionOfUser| row(presence.get(&found.session.id), found);
    let rows = sessions.into_iter().map(row).collect();
    view! { <Table label="Sessions" columns rows/> }.rendered()
}

fn row(presence: Option<&Presence>, found: SessionOfUser) -> Row {
    let session = found.session;
    let tabs = presence.map_or(0, |present| present.tabs.len());
    let last_seen_at = presence.map_or(0, |present| present.last_activity).max(session.last_seen_at);
    let online = (tabs > 0).then(|| {
        let text = if tabs == 1 { "1 open tab".to_owned() } else { format!("{tabs} open tabs") };
        view! { " "<Badge text tone=Tone::Good/> }
    });
    let row = Row::new(vec![
        person_cell(&found.user_id, &found.name, &found.email),
        device_cell(&session),
        view! { <Timestamp at=session.created_at/> }.rendered(),
        view! { <Timestamp at=last_seen_at/>{online} }.rendered(),
        revoke_button(&session, &found.name),
    ]);
    row.id(session.id)
}

/// The button that ends this session, after a confirmation.
pub(super) fn revoke_button(session: &Session, name: &str) -> Html {
    let (device, name) = (session.device(), isolated(name));
    view! {
        <ConfirmedAction action="/admin/sessions/revoke" text="Revoke" confirm="Revoke session"
            label=format!("Revoke the session on {device} of {name}")
            question=format!("{name} will be logged out on {device}.") hidden=("id", session.id.to_string())/>
    }
    .rendered()
}

/// Ends a session of any user. A session that has already ended is no error.
#[server(prefix = "", endpoint = "/admin/sessions/revoke")]
pub async fn revoke_session(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    sessions::revoke(&cx.db, cx.visitor.actor(&admin), &parse_id(&id)?).await?;
    cx.flash(Level::Success, "The session is revoked.").await?;
    cx.redirect(PATH)
}

/// Ends all sessions of all users, including the admin's own.
#[server(prefix = "", endpoint = "/admin/sessions/revoke-all")]
pub async fn revoke_all_sessions() -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    sessions::revoke_all_users(&cx.db, cx.visitor.actor(&admin)).await?;
    cx.visitor.log_out().await?;
    cx.flash(Level::Success, "All users are logged out, including you.").await?;
    cx.redirect("/login")
}
