//! GET /admin/users/{id} and its button: one user and their sessions.

use super::Tabs;
use super::account::{account, password_form};
use super::sessions::revoke_button;
use crate::components::{Card, ConfirmedAction, Empty, PageShell, Timestamp, ended_card};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx, parse_id};
use leptos::prelude::*;
use server::sessions::{self, Session};
use server::users;
use server::visitor::Level;

pub async fn user_page(cx: Cx) -> PageResult {
    let admin = cx.admin().await?;
    let id = cx.path_id()?;
    let user = users::find(&cx.db, &id).await?.ok_or(Problem::NotFound)?;
    let submitted = cx.submitted(&format!("/admin/users/{id}")).await?;
    let sessions = sessions::of_user(&cx.db, &id, cx.limits()).await?;
    let ended = ended_card(sessions::ended_of_user(&cx.db, &id).await?);
    let revoke_all = (!sessions.is_empty()).then(|| {
        let question = format!("{} will be logged out everywhere.", user.name);
        view! {
            <ConfirmedAction action="/admin/users/revoke-sessions" text="Revoke all sessions" question
                confirm="Revoke all" hidden=("user_id", id.to_string())/>
        }
    });
    let account = account(&user, &admin);
    let password = (user.id != admin.id).then(|| password_form(&user, submitted));
    let closed_at = user.disabled_at.map(|at| {
        view! {
            <dt class="text-base-content/70">"Closed"</dt><dd><Timestamp at/></dd>
        }
    });
    let second_factor = user.second_factor_at.map(|at| {
        view! {
            <dt class="text-base-content/70">"Two-factor"</dt><dd>"On since "<Timestamp at/></dd>
        }
    });
    let deletion = user.delete_at.map(|at| {
        view! {
            <dt class="text-base-content/70">"To be deleted"</dt><dd><Timestamp at/>", requested by the user"</dd>
        }
    });
    let is_closed =
        user.disabled_at.map(|_| view! { " "<span class="badge badge-sm badge-warning">"Closed"</span> });
    page(
        user.name.clone(),
        view! {
            <PageShell heading=user.name.clone()>
                <Tabs here="/admin/users"/>
                <Card heading="Profile">
                    <dl class="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
                        <dt class="text-base-content/70">"Email"</dt><dd class="wrap-anywhere">{user.email}</dd>
                        <dt class="text-base-content/70">"Role"</dt><dd>{if user.is_admin { "Admin" } else { "User" }}{is_closed}</dd>
                        <dt class="text-base-content/70">"Signed up"</dt><dd><Timestamp at=user.created_at/></dd>
                        {second_factor}{closed_at}{deletion}
                    </dl>
                </Card>
                <Card heading="Sessions">{rows(sessions, &user.name)}{revoke_all}</Card>
                {ended}
                {account}
                {password}
            </PageShell>
        },
    )
}

fn rows(sessions: Vec<Session>, name: &str) -> Html {
    if sessions.is_empty() {
        return view! {
            <Empty heading="Not logged in"><p class="text-base-content/70">"There is no session to revoke."</p></Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|session| {
            view! {
                <li class="flex flex-wrap items-center justify-between gap-3 py-4" data-session=session.id.to_string()>
                    <div class="grid gap-1">
                        <span class="font-medium">{session.device()}</span>
                        <span class="text-sm text-base-content/70">
                            {session.ip.clone()}" · logged in "<Timestamp at=session.created_at/>" · last seen "
                            <Timestamp at=session.last_seen_at/>
                        </span>
                    </div>
                    {revoke_button(&session, name)}
                </li>
            }
        })
        .collect();
    view! { <ul class="grid divide-y divide-base-300">{rows}</ul> }.rendered()
}

/// Ends all sessions of a user.
#[server(prefix = "", endpoint = "/admin/users/revoke-sessions")]
pub async fn revoke_sessions(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let id = parse_id(&user_id)?;
    let user = users::find(&cx.db, &id).await?.ok_or(Problem::NotFound)?;
    sessions::revoke_all(&cx.db, cx.visitor.actor(&admin), &user).await?;
    cx.flash(Level::Success, format!("{} is logged out everywhere.", user.name)).await?;
    cx.redirect(&format!("/admin/users/{id}"))
}
