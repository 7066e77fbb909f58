//! GET and POST /reauthenticate: asks for the password again before a sensitive action, and for a code if the user has
//! a second factor.

use super::log_in::code::is_code;
use super::log_in::recovery::is_recovery_code;
use crate::components::{Button, Card, Field, Form, FormPage, LinkLine};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use server::accounts::two_factor;
use server::users::Role;
use server::visitor::Level;
use server::{FieldErrors, User, rate_limits, sessions, users};

const PATH: &str = "/reauthenticate";

pub async fn reauthenticate_page(cx: Cx) -> PageResult {
    let user = cx.user().await?;
    let submitted = cx.submitted(PATH).await?;
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

/// Confirms the password and redirects to the sensitive page.
#[server(prefix = "", endpoint = "/reauthenticate")]
pub async fn reauthenticate(password: String, #[server(default)] code: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    let attempt = rate_limits::password(&cx.db, &login.user.id, &login.session_id).await?;
    if !users::is_password(&cx.db, &login.user, &password).await? {
        tracing::info!(ip = cx.visitor.ip(), "a password typed again was wrong");
        return cx.back_to(PATH, &[], &FieldErrors::one("password", "Incorrect password.")).await;
    }
    rate_limits::refund(&cx.db, attempt).await?;
    // Only a user with the right password may guess codes: an attacker could otherwise use up the owner's rate limit.
    if login.user.second_factor_at.is_some() && !is_either_code(&cx, &login.user, &code).await? {
        return cx.back_to(PATH, &[], &FieldErrors::one("code", two_factor::WRONG_CODE)).await;
    }
    tracing::info!(ip = cx.visitor.ip(), "typed the password again");
    // Renews the session id first: a copy of the old id must not get the confirmed state.
    if cx.visitor.renew(&login).await? {
        sessions::reauthenticated(&cx.db, &login).await?;
        if cx.config.admin_session.is_some() && login.role() == Role::Admin {
            cx.visitor.open_admin_area(&login).await?;
        }
        cx.flash(Level::Success, "Password confirmed. Nothing was changed yet: continue where you were.")
            .await?;
    }
    cx.redirect(&cx.visitor.take_return_path().await?.unwrap_or("/account".into()))
}

async fn is_either_code(cx: &Cx, user: &User, code: &str) -> Result<bool, Problem> {
    // A text too short for a recovery code is a code of the app.
    if code.chars().filter(|c| c.is_alphanumeric()).count() <= 8 {
        return is_code(cx, user, code).await;
    }
    is_recovery_code(cx, user, code).await
}
