//! The linked accounts at providers, on the page of a user.

use crate::pages::account::log_in_methods::{name_and_detail, row};
use leptos::prelude::*;
use server::User;
use server::identities::{self, Identity};
use ui::components::{Card, Empty, Lead};
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::request::Cx;

/// Returns `None` while single sign-on is switched off.
pub async fn log_in_methods_card(cx: &Cx, user: &User) -> Result<Option<Html>, Problem> {
    let settings = &cx.config.single_sign_on;
    if !settings.is_on() {
        return Ok(None);
    }
    let without_button = |identity: Identity| {
        let (name, detail) = name_and_detail(settings, identity);
        row(name, detail, ().rendered())
    };
    let linked = identities::of_user(&cx.db, &user.id).await?;
    let rows: Vec<_> = linked.into_iter().map(without_button).collect();
    let list = match rows.is_empty() {
        true => view! { <Empty heading="No linked account"><Lead>"This user has not linked an account at a provider."</Lead></Empty> }
            .rendered(),
        false => view! { <ul class="list-rows">{rows}</ul> }.rendered(),
    };
    Ok(Some(view! { <Card heading="Log-in methods">{list}</Card> }.rendered()))
}
