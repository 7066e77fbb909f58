//! GET /account/sign-in-methods and its forms: the password, and accounts at providers.

mod export;

use super::Tabs;
use crate::pages::single_sign_on::{LOG_IN_METHODS, failure_banner, send_to_provider};
use leptos::prelude::*;
use server::accounts::single_sign_on as accounts;
use server::identities::{self, Identity};
use server::single_sign_on::{Provider, Purpose, SingleSignOn};
use server::visitor::Level;
use server::{Error, users};
use ui::components::{
    ActionButton, Card, ConfirmedAction, EmailText, Lead, LinkButton, Look, PageShell, Size, Small, Timestamp,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

pub use export::{ExportedIdentity, exported_identities};

const PATH: &str = LOG_IN_METHODS;
const LINK: &str = "/account/sign-in-methods/link";
const UNLINK: &str = "/account/sign-in-methods/unlink";

pub async fn log_in_methods(cx: Cx) -> PageResult {
    let (settings, failure) = (cx.config.single_sign_on.clone(), failure_banner(&cx));
    let (user, linked) = (cx.user().await?, identities::list(&cx.db, &cx.scope().await?).await?);
    let has_password = users::has_password(&cx.db, &user).await?;
    let others: Vec<_> = settings
        .providers
        .iter()
        .filter(|provider| linked.iter().all(|identity| identity.issuer != provider.issuer))
        .map(link_row)
        .collect();
    let rows: Vec<_> =
        linked.into_iter().map(|identity| linked_row(&settings, identity)).chain(others).collect();
    page(
        "Log-in methods",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PATH/>
                {failure}
                {(!settings.only).then(|| password_card(has_password))}
                <Card heading="Accounts at providers">
                    <Lead>"Log in here with your account at another service."</Lead>
                    <ul class="list-rows">{rows}</ul>
                </Card>
            </PageShell>
        },
    )
}

fn password_card(has_password: bool) -> Html {
    let (lead, text) = match has_password {
        true => ("You can log in with your email address and your password.", "Change your password"),
        false => ("You have no password: you log in with a provider.", "Set a password"),
    };
    view! {
        <Card heading="Password">
            <Lead>{lead}</Lead>
            <p><LinkButton href="/account/password" text look=Look::Soft/></p>
        </Card>
    }
    .rendered()
}

pub fn row(name: String, detail: Html, button: Html) -> Html {
    view! {
        <li class="flex flex-wrap items-center justify-between gap-3 py-4">
            <div class="grid gap-1"><span class="font-medium">{name}</span><Small>{detail}</Small></div>
            {button}
        </li>
    }
    .rendered()
}

/// Returns the provider's name, and the address and times of the account there.
pub fn name_and_detail(settings: &SingleSignOn, identity: Identity) -> (String, Html) {
    let Identity { issuer, email, created_at, last_used_at, .. } = identity;
    let name = settings.of_issuer(&issuer).map_or(issuer, |provider| provider.name.clone());
    let email = (!email.is_empty()).then(|| view! { <EmailText text=email/>" · " });
    let detail = view! { {email}"linked "<Timestamp at=created_at/>" · used "<Timestamp at=last_used_at/> };
    (name, detail.rendered())
}

fn linked_row(settings: &SingleSignOn, identity: Identity) -> Html {
    let hidden = ("id", identity.id.to_string());
    let (name, detail) = name_and_detail(settings, identity);
    let question = format!(
        "You can no longer log in with your account at {name}. Devices that logged in with it are logged out, but not this one."
    );
    let label = format!("Unlink {name}");
    let button = view! {
        <ConfirmedAction action=UNLINK text="Unlink" confirm="Unlink it" question label hidden/>
    };
    row(name, detail, button.rendered())
}

fn link_row(provider: &Provider) -> Html {
    let (name, hidden) = (provider.name.clone(), ("provider", provider.id.clone()));
    let label = format!("Link {name}");
    let button = view! { <ActionButton action=LINK text="Link" size=Size::Small label hidden/> };
    row(name, view! { "not linked" }.rendered(), button.rendered())
}

/// Sends the browser to a provider, to link an account there.
#[server(prefix = "", endpoint = "/account/sign-in-methods/link")]
pub async fn link_provider(provider: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    send_to_provider(&cx, &provider, Purpose::Link, Some(&login)).await
}

/// Unlinks an account at a provider. One that is already unlinked is no error.
#[server(prefix = "", endpoint = "/account/sign-in-methods/unlink")]
pub async fn unlink_provider(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    let actor = cx.visitor.actor(&login.user);
    match accounts::unlink(&cx.db, actor, &cx.config.single_sign_on, &login, &parse_id(&id)?).await {
        Err(Error::SignOn(failure)) => cx.flash(Level::Error, failure.message()).await?,
        unlinked => {
            unlinked?;
            cx.flash(Level::Success, "The provider is unlinked.").await?;
        }
    }
    cx.redirect(PATH)
}
