//! POST /login/passkey and the endpoint of its island: log-in without a password.

use super::complete_log_in;
use crate::components::Form;
use crate::islands::Passkeys;
use crate::problem::Problem;
use crate::request::{back_to, counted, db, public_origin, relying_party, visitor};
use leptos::prelude::*;
use server::accounts::passkeys;
use server::{FieldErrors, rate_limits};

const PAGE: &str = "/login";
const WRONG: &str = "This passkey is not known here, or it took too long. Please try again.";

/// The form that sends the passkey. It is hidden without a script.
pub(super) fn passkey_form() -> Result<impl IntoView + use<>, Problem> {
    let origin = public_origin()?;
    Ok(view! {
        <Form action="/login/passkey">
            <input type="hidden" name="answer" data-origin=origin/>
            <input type="hidden" name="remember" value="false"/>
            <div class="grid gap-2" hidden data-when="able">
                <button type="submit" class="btn btn-soft">"Log in with a passkey"</button>
                <p class="text-sm font-medium text-error" role="status">
                    <span hidden data-when="failed">"That did not work. Try again, or log in with your password."</span>
                </p>
            </div>
            <Passkeys/>
        </Form>
    })
}

/// Returns the options for the browser, as JSON. The user need not have typed anything.
#[server(prefix = "", endpoint = "/login/passkey/begin")]
pub async fn begin_passkey_log_in() -> Result<String, Problem> {
    let (db, visitor) = (db()?, visitor()?);
    counted(rate_limits::passkey_challenge(&db, visitor.ip()).await?)?;
    let place = relying_party()?.ok_or(Problem::NotFound)?;
    Ok(passkeys::begin_log_in(&visitor, &place).await?)
}

/// Logs a user in by the browser's answer, and redirects to the page that they wanted.
#[server(prefix = "", endpoint = "/login/passkey")]
pub async fn log_in_with_passkey(answer: String, #[server(default)] remember: bool) -> Result<(), Problem> {
    let (db, visitor) = (db()?, visitor()?);
    let place = relying_party()?.ok_or(Problem::NotFound)?;
    let attempt = counted(rate_limits::passkey(&db, visitor.ip()).await?)?;
    let refuse = async |reason| back_to(PAGE, &[], &FieldErrors::one("email", reason)).await;
    let Some(user) = passkeys::log_in(&db, &visitor, &place, &answer).await? else {
        tracing::info!(ip = visitor.ip(), "a log-in with a passkey failed");
        return refuse(WRONG).await;
    };
    rate_limits::refund(&db, attempt).await?;
    if user.disabled_at.is_some() {
        return refuse("This account is closed. Please ask an administrator.").await;
    }
    // User verification on the device makes a passkey two factors, so no code is needed.
    if !complete_log_in(&user, remember).await? {
        return refuse(WRONG).await;
    }
    Ok(())
}
