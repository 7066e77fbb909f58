//! GET and POST /reauthenticate: asks for the password again before a sensitive action, and for a code if the user has
//! a second factor.

use super::account::first_password::has_no_password;
use super::confirmation::{CONFIRMED, complete};
use super::link_owner::WRONG_PASSWORD;
use super::log_in::code::is_code;
use super::log_in::recovery::is_recovery_code;
use super::single_sign_on::confirm::form_without_password;
use super::single_sign_on::failure_banner;
use leptos::prelude::*;
use server::accounts::two_factor;
use server::sessions::Login;
use server::{FieldErrors, User, rate_limits, single_sign_on, users};
use ui::components::{Button, Card, Field, Form, FormPage, LinkLine, hidden_mark};
use ui::html::Html;
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/reauthenticate";

pub async fn reauthenticate_page(cx: Cx) -> PageResult {
    let login = cx.login().await?;
    let submitted = cx.submitted(PATH).await?;
    if let Some(form) = form_without_password(&cx, &login, &submitted).await? {
        return confirm_page(&cx, form);
    }
    let user = login.user;
    let code = user.second_factor_at.map(|_| {
        let submitted = submitted.clone();
        view! {
            <Field name="code" label="Code" autocomplete="one-time-code" max=40
                hint="From your authenticator app, or a recovery code." submitted/>
        }
    });
    page(
        "Confirm your password",
        view! {
            <FormPage heading="Confirm your password" lead="This protects your account. You will not be asked again for 15 minutes.">
                <Card>
                    <Form action=PATH>
                        // Password managers need the user name.
                        <input type="hidden" name="username" autocomplete="username" value=user.email/>
                        {hidden_mark("username")}
                        <Field name="password" label="Password" kind="password" autocomplete="current-password" submitted/>
                        {code}
                        <Button text="Continue"/>
                    </Form>
                </Card>
                <LinkLine href="/dashboard" text="Cancel"/>
            </FormPage>
        },
    )
}

/// For a user without a password.
fn confirm_page(cx: &Cx, form: Html) -> PageResult {
    let failure = failure_banner(cx);
    page(
        "Confirm that it is you",
        view! {
            <FormPage heading="Confirm that it is you" lead="This protects your account. You will not be asked again for 15 minutes.">
                {failure}
                <Card>{form}</Card>
                <LinkLine href="/dashboard" text="Cancel"/>
            </FormPage>
        },
    )
}

/// Confirms the password and redirects to the sensitive page.
#[server(prefix = "", endpoint = "/reauthenticate")]
pub async fn reauthenticate(
    #[server(default)] password: String,
    #[server(default)] code: String,
) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    if cx.config.single_sign_on.is_on() && single_sign_on::is_confirmed(&cx.db, &login).await? {
        return confirm_by_code(&cx, &login, &code).await;
    }
    if has_no_password(&cx).await? {
        return cx.redirect(PATH);
    }
    let attempt = rate_limits::password(&cx.db, &login.user.id, &login.session_id).await?;
    if !users::is_password(&cx.db, &login.user, &password).await? {
        tracing::info!(ip = cx.visitor.ip(), "a password for reauthentication was wrong");
        return cx.back_to(PATH, &[], &FieldErrors::one("password", WRONG_PASSWORD)).await;
    }
    rate_limits::refund(&cx.db, attempt).await?;
    // The code is checked only after the password. Otherwise an attacker could use up the owner's rate limit of codes.
    if login.user.second_factor_at.is_some() && !is_either_code(&cx, &login.user, &code).await? {
        return cx.back_to(PATH, &[], &FieldErrors::one("code", two_factor::WRONG_CODE)).await;
    }
    tracing::info!(ip = cx.visitor.ip(), "reauthenticated with the password");
    let path = complete(&cx, &login, "Password confirmed. Nothing was changed yet: continue where you were.");
    cx.redirect(&path.await?)
}

/// The second step of a user without a password: a provider has confirmed the user already.
async fn confirm_by_code(cx: &Cx, login: &Login, code: &str) -> Result<(), Problem> {
    if !is_either_code(cx, &login.user, code).await? {
        return cx.back_to(PATH, &[], &FieldErrors::one("code", two_factor::WRONG_CODE)).await;
    }
    single_sign_on::end_confirmed(&cx.db, login).await?;
    cx.redirect(&complete(cx, login, CONFIRMED).await?)
}

async fn is_either_code(cx: &Cx, user: &User, code: &str) -> Result<bool, Problem> {
    // A text that is too short for a recovery code is a code of the app.
    if code.chars().filter(|c| c.is_alphanumeric()).count() <= 8 {
        return is_code(cx, user, code).await;
    }
    is_recovery_code(cx, user, code).await
}
