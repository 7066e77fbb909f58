//! The roles of a user: the buttons on the user's page and their server functions.

use super::account::{done, find, refused};
use leptos::prelude::*;
use server::users::Role;
use server::{Error, User, accounts};
use ui::components::ConfirmedAction;
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::request::cx;

/// Returns one button for each role except that of a member.
pub fn buttons(user: &User) -> Vec<Html> {
    Role::ALL.into_iter().filter(|role| *role != Role::Member).map(|role| button(user, role)).collect()
}

fn button(user: &User, role: Role) -> Html {
    let (hidden, also) = (("user_id", user.id.to_string()), ("role", role.name().to_owned()));
    let name = user.name_in_text();
    let (granted, removed) = match role {
        Role::Member => return ().rendered(),
        Role::Admin => {
            ("will see all users and get all permissions of an admin", "will lose access to the admin area")
        }
    };
    if user.roles.holds(role) {
        let text = format!("Remove {} role", role.name());
        view! { <ConfirmedAction action="/admin/users/remove-role" text=text.clone() question=format!("{name} {removed}.") confirm=text hidden also/> }
            .rendered()
    } else {
        let text = format!("Make {}", role.noun());
        view! { <ConfirmedAction action="/admin/users/grant-role" text=text.clone() question=format!("{name} {granted}.") confirm=text hidden also/> }
            .rendered()
    }
}

#[server(prefix = "", endpoint = "/admin/users/grant-role")]
pub async fn grant_role(user_id: String, role: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let (user, role) = (find(&cx, &user_id).await?, Role::parse(&role).ok_or(Problem::BadInput)?);
    accounts::grant_role(&cx.db, cx.visitor.actor(&admin), &user, role).await?;
    done(&cx, &user.id, format!("{} is {} now.", user.name_in_text(), role.noun())).await
}

#[server(prefix = "", endpoint = "/admin/users/remove-role")]
pub async fn remove_role(user_id: String, role: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let role = Role::parse(&role).filter(|role| *role != Role::Member).ok_or(Problem::BadInput)?;
    let user = find(&cx, &user_id).await?;
    match accounts::remove_role(&cx.db, cx.visitor.actor(&admin), &user, role).await {
        Ok(()) => done(&cx, &user.id, format!("{} is no longer {}.", user.name_in_text(), role.noun())).await,
        Err(Error::Refused(refusal)) => refused(&cx, &user.id, refusal).await,
        Err(error) => Err(error.into()),
    }
}
