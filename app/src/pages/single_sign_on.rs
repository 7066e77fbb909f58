//! POST /login/with: sends the browser to a provider. `callback.rs` has the way back.

mod callback;
pub mod confirm;
mod failure;
pub(super) mod log_out;

use leptos::prelude::*;
use server::sessions::Login;
use server::single_sign_on::{self, Provider, Purpose, Secrets, authorization_url, hash_of};
use server::{Error, SignOnFailure, rate_limits};
use ui::components::{Banner, Button, Form, Hidden, Look, Tone};
use ui::html::{Html, Rendered};
use ui::page::PageResult;
use ui::problem::Problem;
use ui::request::{Cx, cx};
use url::Url;

pub use callback::callback;

pub const SIGN_ON: &str = "/login/with";
pub const LOG_IN_METHODS: &str = "/account/sign-in-methods";
/// Providers redirect only to this address: it is registered with them.
pub const CALLBACK: &str = "/login/with/{id}/callback";

/// One button for each provider.
pub(super) fn provider_buttons(cx: &Cx, action: &'static str) -> Option<Html> {
    let buttons: Vec<_> =
        cx.config.single_sign_on.providers.iter().map(|one| provider_button(one, action)).collect();
    (!buttons.is_empty()).then(|| view! { <div class="grid gap-2">{buttons}</div> }.rendered())
}

pub(super) fn provider_button(provider: &Provider, action: &'static str) -> Html {
    let (text, id) = (format!("Continue with {}", provider.name), provider.id.clone());
    view! {
        <Form action>
            <Hidden name="provider" value=id/>
            <Button text look=Look::Soft/>
        </Form>
    }
    .rendered()
}

/// Says why the last log-in with a provider failed. An unknown code in the query shows nothing.
pub(super) fn failure_banner(cx: &Cx) -> Option<Html> {
    let failure = SignOnFailure::from_code(&cx.query("failed"))?;
    let text = failure.message();
    Some(view! { <Banner label="The log-in with the provider failed" tone=Tone::Danger><p>{text}</p></Banner> }.rendered())
}

/// Returns the address of the page that shows the failure.
fn failed_at(page: &str, failure: SignOnFailure) -> String {
    format!("{page}?failed={}", failure.code())
}

fn page_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::LogIn => "/login",
        Purpose::Link => LOG_IN_METHODS,
        Purpose::Confirm | Purpose::Confirmed => "/reauthenticate",
    }
}

/// The address to which the provider sends the browser.
fn callback_url(cx: &Cx, provider: &Provider) -> Result<Url, Problem> {
    cx.config.public_url.join(&CALLBACK.replace("{id}", &provider.id)).map_err(|_| Problem::Internal)
}

/// Sends the browser to a provider.
#[server(prefix = "", endpoint = "/login/with")]
pub async fn sign_on(provider: String) -> Result<(), Problem> {
    let cx = cx()?;
    send_to_provider(&cx, &provider, Purpose::LogIn, None).await
}

/// The return path is stored with the request: this site's cookies may be missing when the browser comes back.
pub(super) async fn send_to_provider(
    cx: &Cx,
    id: &str,
    purpose: Purpose,
    login: Option<&Login>,
) -> Result<(), Problem> {
    let provider = cx.config.single_sign_on.provider(id).ok_or(Problem::NotFound)?;
    rate_limits::sign_on(&cx.db, cx.visitor.ip()).await?;
    let (secrets, callback) = (Secrets::new()?, callback_url(cx, provider)?);
    let url = match authorization_url(provider, cx.db.now(), &callback, &secrets, purpose).await {
        Err(Error::SignOn(failure)) => return cx.redirect(&failed_at(page_of(purpose), failure)),
        url => url?,
    };
    let path = cx.visitor.take_return_path().await?.unwrap_or_default();
    single_sign_on::begin(&cx.db, cx.keys(), provider, &secrets, (purpose, login), &path).await?;
    cx.visitor.set_sign_on_cookie(Some(hash_of(&secrets.state)));
    cx.redirect(url.as_str())
}
