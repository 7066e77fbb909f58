//! POST /login/passkey, and POST /login/passkey/begin for its island: log-in with a passkey.

use super::complete_log_in;
use islands::Passkeys;
use leptos::prelude::*;
use server::accounts::passkeys::{self, RelyingParty};
use server::{FieldErrors, rate_limits};
use ui::brand;
use ui::components::{Button, Form, Hidden, Look, TextLink, hidden_mark};
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PAGE: &str = "/login";
const WRONG: &str = "This passkey is not registered, or the request took too long. Try again.";

/// Returns `None` if passkeys are not possible at the product's address.
pub(in crate::pages) fn relying_party(cx: &Cx) -> Result<Option<RelyingParty>, Problem> {
    Ok(RelyingParty::of(&cx.config.public_url, brand::NAME)?)
}

/// The product's address without a path, which the island compares with that of the page.
pub(in crate::pages) fn public_origin(cx: &Cx) -> String {
    cx.config.public_url.origin().ascii_serialization()
}

/// The form that sends the passkey. Without a script it is hidden.
pub(super) fn passkey_form(cx: &Cx) -> Html {
    let origin = public_origin(cx);
    view! {
        <Form action="/login/passkey">
            <input type="hidden" name="answer" data-origin=origin/>
            {hidden_mark("answer")}
            <Hidden name="remember" value="false"/>
            <div class="grid gap-2" hidden data-when="able">
                <Button text="Log in with a passkey" look=Look::Soft/>
                <p class="field-error" role="status">
                    <span hidden data-when="failed">"That did not work. Try again, or log in with your password."</span>
                    <span hidden data-when="outdated">
                        "This page is out of date. "<TextLink href=PAGE text="Reload it"/>" to log in."
                    </span>
                </p>
            </div>
            <Passkeys/>
        </Form>
    }
    .rendered()
}

/// Returns the options for the browser, as JSON. The user has not typed an address.
#[server(prefix = "", endpoint = "/login/passkey/begin")]
pub async fn begin_passkey_log_in() -> Result<String, Problem> {
    let cx = cx()?;
    rate_limits::passkey_challenge(&cx.db, cx.visitor.ip()).await?;
    let relying_party = relying_party(&cx)?.ok_or(Problem::NotFound)?;
    Ok(passkeys::begin_log_in(&cx.visitor, &relying_party).await?)
}

/// Logs a user in by the browser's answer, and redirects to the page that they wanted.
#[server(prefix = "", endpoint = "/login/passkey")]
pub async fn log_in_with_passkey(answer: String, #[server(default)] remember: bool) -> Result<(), Problem> {
    let cx = cx()?;
    let relying_party = relying_party(&cx)?.ok_or(Problem::NotFound)?;
    let attempt = rate_limits::passkey(&cx.db, cx.visitor.ip()).await?;
    let remembered = remember.to_string();
    let typed = [("remember", remembered.as_str())];
    let refuse = async |reason| cx.back_to(PAGE, &typed, &FieldErrors::one("email", reason)).await;
    let Some(user) = passkeys::log_in(&cx.db, &cx.visitor, &relying_party, &answer).await? else {
        tracing::info!(ip = cx.visitor.ip(), "a log-in with a passkey failed");
        return refuse(WRONG).await;
    };
    rate_limits::refund(&cx.db, attempt).await?;
    if user.disabled_at.is_some() {
        return refuse("This account is disabled. Contact an administrator.").await;
    }
    // User verification on the device makes a passkey two factors, so no code is needed.
    if !complete_log_in(&cx, &user, remember, None).await? {
        return refuse(WRONG).await;
    }
    Ok(())
}
