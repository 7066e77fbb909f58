//! GET /admin/users/{id}: one user with all cards. POST /admin/users/revoke-sessions: its button for the sessions.

use super::Tabs;
use super::account::{account, password_form};
use super::log_in_methods::log_in_methods_card;
use super::roles;
use super::sessions::revoke_button;
use super::tokens::tokens_card;
use super::users::unconfirmed_badge;
use leptos::prelude::*;
use server::sessions::{self, Session};
use server::users::Role;
use server::visitor::Level;
use server::{User, users};
use ui::components::{
    Badge, Breadcrumbs, Card, ConfirmedAction, Empty, Lead, PageShell, Timestamp, Tone, Typed, ended_card,
    session_row,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

pub async fn user_page(cx: Cx) -> PageResult {
    let admin = cx.admin().await?;
    let id = cx.path_id()?;
    let user = users::find(&cx.db, &id).await?.ok_or(Problem::NotFound)?;
    let submitted = cx.submitted(&format!("/admin/users/{id}")).await?;
    let sessions = sessions::of_user(&cx.db, &id, cx.limits()).await?;
    let ended = ended_card(sessions::ended_of_user(&cx.db, &id).await?);
    let revoke_all = (!sessions.is_empty()).then(|| {
        let question = format!("{} will be logged out everywhere.", user.name_in_text());
        view! {
            <ConfirmedAction action="/admin/users/revoke-sessions" text="Revoke all sessions" question
                confirm="Revoke all" hidden=("user_id", id.to_string())/>
        }
    });
    let account = account(&user, &admin, roles::buttons(&user), &cx.config);
    let may_have_password = user.id != admin.id && !cx.config.single_sign_on.only;
    let password = may_have_password.then(|| password_form(&user, submitted, &cx.config));
    let tokens = tokens_card(&cx, &user).await?;
    let log_in_methods = log_in_methods_card(&cx, &user).await?;
    let facts = facts(&user);
    page(
        user.name.clone(),
        view! {
            <PageShell heading=user.name.clone()>
                <Tabs here="/admin/users"/>
                <Breadcrumbs links=vec![("/admin/users", "Users")] here=user.name.clone()/>
                <Card heading="Profile">
                    <dl class="facts">{facts}</dl>
                </Card>
                <Card heading="Sessions">{rows(sessions, &user.name)}{revoke_all}</Card>
                {ended}
                {log_in_methods}
                {tokens}
                {account}
                {password}
            </PageShell>
        },
    )
}

fn facts(user: &User) -> Vec<Html> {
    let unconfirmed = user.email_verified_at.is_none().then(unconfirmed_badge);
    let disabled = user.disabled_at.map(|_| view! { <Badge text="Disabled" tone=Tone::Warning/> });
    let roles = user.roles.all().into_iter().map(Role::title).collect::<Vec<_>>().join(", ");
    let email = user.email.clone();
    let facts = [
        fact("Email", view! { <Typed text=email/>" "{unconfirmed} }),
        fact("Roles", view! { {roles}" "{disabled} }),
        fact("Signed up", view! { <Timestamp at=user.created_at/> }),
    ];
    let undeliverable = user.undeliverable_email.clone();
    let others = [
        undeliverable.map(|text| fact("Undeliverable", view! { <Typed text/> })),
        user.second_factor_at.map(|at| fact("Two-factor", view! { "On, since "<Timestamp at/> })),
        user.disabled_at.map(|at| fact("Disabled", view! { <Timestamp at/> })),
        user.delete_at.map(|at| fact("To be deleted", view! { <Timestamp at/>", requested by the user" })),
    ];
    facts.into_iter().chain(others.into_iter().flatten()).collect()
}

fn fact(name: &'static str, value: impl IntoView) -> Html {
    view! { <dt>{name}</dt><dd>{value}</dd> }.rendered()
}

fn rows(sessions: Vec<Session>, name: &str) -> Html {
    if sessions.is_empty() {
        return view! { <Empty heading="Not logged in"><Lead>"There is no session to revoke."</Lead></Empty> }.rendered();
    }
    let rows: Vec<_> =
        sessions.iter().map(|session| session_row(session, revoke_button(session, name))).collect();
    view! { <ul class="list-rows">{rows}</ul> }.rendered()
}

/// Ends all sessions of a user.
#[server(prefix = "", endpoint = "/admin/users/revoke-sessions")]
pub async fn revoke_sessions(user_id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let id = parse_id(&user_id)?;
    let user = users::find(&cx.db, &id).await?.ok_or(Problem::NotFound)?;
    sessions::revoke_all(&cx.db, cx.visitor.actor(&admin), &user).await?;
    cx.flash(Level::Success, format!("{} is logged out everywhere.", user.name_in_text())).await?;
    cx.redirect(&format!("/admin/users/{id}"))
}
