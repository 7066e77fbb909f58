//! GET and POST /reauthenticate: the password once more, and a code of those who have a second factor, before what is
//! sensitive.

use super::log_in::code::{WRONG, is_code};
use super::log_in::recovery::is_recovery_code;
use crate::components::{Card, Field, Form, FormPage};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{back_to, counted, db, flash, login, redirect, typed, user, visitor};
use leptos::prelude::*;
use server::visitor::Level;
use server::{FieldErrors, User, rate_limits, sessions, users};

const PATH: &str = "/reauthenticate";

/// The page.
pub async fn reauthenticate_page() -> PageResult {
    let user = user().await?;
    let typed = typed(PATH).await?;
    let code = user.second_factor_at.map(|_| {
        let typed = typed.clone();
        view! {
            <Field name="code" label="Code" autocomplete="one-time-code" max=40
                hint="Of your authenticator app, or a recovery code." typed/>
        }
    });
    page(
        "Confirm your password",
        view! {
            <FormPage heading="Confirm your password" lead="To keep your account safe. You will not be asked again for 15 minutes.">
                <Card>
                    <Form action=PATH>
                        // For password managers, which ask whose password it is.
                        <input type="hidden" name="username" autocomplete="username" value=user.email/>
                        <Field name="password" label="Password" kind="password" autocomplete="current-password" typed/>
                        {code}
                        <button type="submit" class="btn btn-primary">"Go on"</button>
                    </Form>
                </Card>
                <p class="text-center"><a class="link" href="/dashboard">"Never mind"</a></p>
            </FormPage>
        },
    )
}

/// Unlocks what is sensitive and goes back to it.
#[server(prefix = "", endpoint = "/reauthenticate")]
pub async fn reauthenticate(password: String, #[server(default)] code: String) -> Result<(), Problem> {
    let (db, visitor, login) = (db()?, visitor()?, login().await?);
    let attempt = counted(rate_limits::password(&db, &login.user.id).await?)?;
    if !users::is_password(&db, &login.user, &password).await? {
        tracing::info!(ip = visitor.ip(), "a password typed again was wrong");
        return back_to(PATH, &[], &FieldErrors::one("password", "This is not your password.")).await;
    }
    rate_limits::refund(&db, attempt).await?;
    // Only whoever knows the password may guess codes, and so make the owner wait.
    if login.user.second_factor_at.is_some() && !is_either_code(&login.user, &code).await? {
        return back_to(PATH, &[], &FieldErrors::one("code", WRONG)).await;
    }
    tracing::info!(ip = visitor.ip(), "typed the password again");
    // First the new id: whoever copied the old one must not have what is unlocked.
    if visitor.renew(&login).await? {
        sessions::reauthenticated(&db, &login).await?;
        flash(Level::Success, "Thank you. Nothing was changed yet: go on where you were.").await?;
    }
    redirect(&visitor.take_return_path().await?.unwrap_or("/account".into()));
    Ok(())
}

async fn is_either_code(user: &User, typed: &str) -> Result<bool, Problem> {
    // What is too short to be a recovery code is one of the app.
    if typed.chars().filter(|c| c.is_alphanumeric()).count() <= 8 {
        return is_code(user, typed).await;
    }
    is_recovery_code(user, typed).await
}
