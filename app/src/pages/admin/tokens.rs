//! The access tokens, on the page of a user, and the button that revokes one.

use crate::pages::account::tokens::rows;
use leptos::prelude::*;
use server::visitor::Level;
use server::{Scope, User, api_tokens};
use ui::components::Card;
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

/// Returns `None` while the API is switched off.
pub async fn tokens_card(cx: &Cx, user: &User) -> Result<Option<Html>, Problem> {
    if !cx.config.api {
        return Ok(None);
    }
    let tokens = api_tokens::list(&cx.db, &Scope::of(user)).await?;
    let rows = rows(tokens, "/admin/users/revoke-token", cx.db.now());
    Ok(Some(view! { <Card heading="Access tokens">{rows}</Card> }.rendered()))
}

/// Revokes a token of any user.
#[server(prefix = "", endpoint = "/admin/users/revoke-token")]
pub async fn revoke_token_of_user(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let admin = cx.admin().await?;
    let id = parse_id(&id)?;
    let Some(owner) = api_tokens::owner(&cx.db, &id).await? else {
        cx.flash(Level::Success, "This token is revoked.").await?;
        return cx.redirect("/admin/users");
    };
    api_tokens::revoke(&cx.db, cx.visitor.actor(&admin), &Scope::of(&owner), &id).await?;
    cx.flash(Level::Success, format!("The token of {} is revoked.", owner.name_in_text())).await?;
    cx.redirect(&format!("/admin/users/{}", owner.id))
}
