//! GET and POST /account/role: switches the active role of this session.

use leptos::prelude::*;
use server::users::Role;
use server::visitor::Level;
use server::{Error, accounts};
use ui::components::{ActionButton, Card, FormPage, LinkLine, Look, Size};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account/role";

pub async fn role_page(cx: Cx) -> PageResult {
    let login = cx.login().await?;
    let active = login.role();
    let others = login.user.roles.all().into_iter().filter(|role| *role != active);
    let buttons: Vec<_> = others.map(button).collect();
    let lead = match buttons.is_empty() {
        true => "You have one role. An administrator can give you others.",
        false => "Your choice applies in this browser only, until you switch again or log out.",
    };
    page(
        "Switch role",
        view! {
            <FormPage heading="Switch role" lead>
                <Card>
                    <p>"Active role: "<strong>{active.title()}</strong></p>
                    {buttons}
                </Card>
                <LinkLine href="/dashboard" text="Cancel"/>
            </FormPage>
        },
    )
}

fn button(role: Role) -> Html {
    let (text, hidden) = (format!("Continue as {}", role.noun()), ("role", role.name().to_owned()));
    view! { <ActionButton action=PATH text look=Look::Soft size=Size::Medium hidden/> }.rendered()
}

/// Makes a role of the user active in this session.
#[server(prefix = "", endpoint = "/account/role")]
pub async fn switch_role(role: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    let role = Role::parse(&role).ok_or(Problem::BadInput)?;
    if !login.user.roles.holds(role) {
        return Err(Problem::Forbidden);
    }
    // Renews the session id first: a copy of the old id must not get the other rights.
    if login.role() != role && cx.visitor.renew(&login).await? {
        match accounts::switch_role(&cx.db, cx.visitor.actor(&login.user), &login, role).await {
            Ok(()) => cx.flash(Level::Success, format!("You continue as {}.", role.noun())).await?,
            Err(Error::Refused(refusal)) => cx.flash(Level::Error, refusal.to_string()).await?,
            Err(error) => return Err(error.into()),
        }
    }
    cx.redirect(&cx.visitor.take_return_path().await?.unwrap_or("/dashboard".into()))
}
