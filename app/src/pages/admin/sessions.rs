//! GET /admin/sessions and the buttons on it: everybody's sessions.

use super::Tabs;
use crate::html::{Html, Rendered};
use crate::layout::page;
use crate::parts::{ActionButton, Empty, Frame, Moment, Pager, Search, address};
use crate::problem::Problem;
use crate::request::{admin, db, flash, limits, page_number, parse_id, query, redirect, visitor};
use crate::respond::PageResult;
use leptos::prelude::*;
use server::sessions::{self, Session, SessionOfUser};
use server::visitor::Level;

const PATH: &str = "/admin/sessions";

/// The page.
pub async fn sessions() -> PageResult {
    admin().await?;
    let words = query("q");
    let found = sessions::search(&db()?, &words, page_number(), limits()?).await?;
    let (number, count, total) = (found.number, found.count(), found.total);
    let href = {
        let words = words.clone();
        move |page: i64| address(PATH, &[("q", &words), ("page", &page.to_string())])
    };
    page(
        "Sessions",
        view! {
            <Frame heading="Sessions">
                <Tabs here=PATH/>
                <Search action=PATH label="Name, email or IP address" words/>
                {table(found.rows)}
                <Pager number count total noun=("session", "sessions") href/>
            </Frame>
        },
    )
}

fn table(sessions: Vec<SessionOfUser>) -> Html {
    if sessions.is_empty() {
        return view! {
            <Empty heading="No session found"><p class="text-base-content/70">"Try fewer or other letters."</p></Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = sessions.into_iter().map(row).collect();
    view! {
        <div class="overflow-x-auto rounded-box border border-base-300 bg-base-100" tabindex="0" role="region" aria-label="Sessions">
            <table class="table min-w-3xl">
                <thead class="text-base-content/80">
                    <tr><th>"User"</th><th>"Device"</th><th>"Logged in"</th><th>"Last seen"</th><th>"Action"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .rendered()
}

fn row(found: SessionOfUser) -> impl IntoView {
    let session = found.session;
    view! {
        <tr data-session=session.id.to_string()>
            <td class="max-w-72 wrap-anywhere">
                <a class="link link-hover font-medium" href=format!("/admin/users/{}", found.user_id)>{found.name.clone()}</a>
                <span class="block text-base-content/70">{found.email}</span>
            </td>
            <td>{session.device()}<span class="block text-base-content/70">{session.ip.clone()}</span></td>
            <td><Moment at=session.created_at/></td>
            <td><Moment at=session.last_seen_at/></td>
            <td>{revoke_button(&session, &found.name)}</td>
        </tr>
    }
}

/// The button that ends this session.
pub(super) fn revoke_button(session: &Session, name: &str) -> impl IntoView + use<> {
    let label = format!("Revoke the session on {} of {name}", session.device());
    view! {
        <ActionButton action="/admin/sessions/revoke" text="Revoke" label class="btn btn-sm btn-outline btn-error"
            about=("id", session.id.to_string())/>
    }
}

/// Ends anybody's session. One that ended already is what they wanted.
#[server(prefix = "", endpoint = "/admin/sessions/revoke")]
pub async fn revoke_session(id: String) -> Result<(), Problem> {
    let (visitor, admin) = (visitor()?, admin().await?);
    sessions::revoke(&db()?, visitor.actor(&admin), &parse_id(&id)?).await?;
    flash(Level::Success, "The session is revoked.").await?;
    redirect(PATH);
    Ok(())
}
