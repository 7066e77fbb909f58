//! Reauthentication of a user without a password, with a provider.

use super::failure::Failure;
use super::{provider_button, send_to_provider};
use crate::pages::account::first_password::has_no_password;
use crate::pages::confirmation::{CONFIRMED, complete};
use leptos::prelude::*;
use server::accounts::single_sign_on as accounts;
use server::clock::{SKEW, millis};
use server::sessions::Login;
use server::single_sign_on::{self, Claims, Kind, Provider, Purpose, Request};
use server::visitor::SubmittedForm;
use server::{SignOnFailure, identities};
use ui::components::{Button, Field, Form, Lead, TextLink};
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const ACTION: &str = "/reauthenticate/with";

/// Returns `None` if the page asks for the password.
pub(in crate::pages) async fn form_without_password(
    cx: &Cx,
    login: &Login,
    submitted: &SubmittedForm,
) -> Result<Option<Html>, Problem> {
    if !has_no_password(cx).await? {
        return Ok(None);
    }
    if login.user.second_factor_at.is_some() && single_sign_on::is_confirmed(&cx.db, login).await? {
        return Ok(Some(code_form(submitted.clone()).rendered()));
    }
    let linked = identities::list(&cx.db, &cx.scope().await?).await?;
    let settings = &cx.config.single_sign_on;
    let providers = linked.iter().filter_map(|identity| settings.of_issuer(&identity.issuer));
    // GitHub does not report when its user logged in.
    let providers = providers.filter(|provider| provider.kind == Kind::OpenId);
    let buttons: Vec<_> = providers.map(|provider| provider_button(provider, ACTION)).collect();
    let rest = match (settings.only, buttons.is_empty()) {
        (false, _) => Some(view! { <Lead>"Your account has no password. "<TextLink href="/forgot" text="Choose one by email"/>" to confirm with it."</Lead> }.into_any()),
        (true, true) => Some(view! { <Lead>"No provider is linked to your account. Log out, and log in with a provider."</Lead> }.into_any()),
        (true, false) => None,
    };
    Ok(Some(view! { <div class="grid gap-2">{buttons}</div>{rest} }.rendered()))
}

fn code_form(submitted: SubmittedForm) -> Html {
    view! {
        <Form action="/reauthenticate">
            <Field name="code" label="Code" autocomplete="one-time-code" max=40
                hint="From your authenticator app, or a recovery code." submitted/>
            <Button text="Continue"/>
        </Form>
    }
    .rendered()
}

/// Sends the browser to a provider, at which the user must log in again.
#[server(prefix = "", endpoint = "/reauthenticate/with")]
pub async fn confirm_with(provider: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    send_to_provider(&cx, &provider, Purpose::Confirm, Some(&login)).await
}

/// Returns the next page.
pub(super) async fn confirm(
    cx: &Cx,
    provider: &Provider,
    request: &Request,
    login: &Login,
    claims: &Claims,
) -> Result<String, Failure> {
    if !accounts::is_identity_of(&cx.db, &cx.scope().await?, provider, claims).await? {
        return Err(SignOnFailure::OtherIdentity.into());
    }
    // A provider that ignores the request to ask again returns the time of an older log-in, or none.
    let earliest = request.created_at - millis(SKEW);
    if claims.authenticated_at.is_none_or(|at| at < earliest) {
        return Err(SignOnFailure::NotRecent.into());
    }
    if login.user.second_factor_at.is_some() && !claims.has_two_factors {
        single_sign_on::keep_confirmed(&cx.db, provider, login).await?;
        return Ok("/reauthenticate".into());
    }
    Ok(complete(cx, login, CONFIRMED).await?)
}
