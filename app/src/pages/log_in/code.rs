//! GET and POST /login/code: the code of the authenticator app, after the password.

use super::complete_log_in;
use crate::components::{Card, Field, Form, FormPage};
use crate::page::{PageResult, page, redirect_to};
use crate::problem::Problem;
use crate::request::{back_to, counted, db, flash, keys, redirect, typed, visitor};
use leptos::prelude::*;
use server::accounts::two_factor;
use server::visitor::{Level, PendingLogin};
use server::{FieldErrors, User, rate_limits};

const PATH: &str = "/login/code";
/// One message for a wrong code and a used one: it must not reveal that another person used the code.
pub(in crate::pages) const WRONG: &str =
    "This code does not fit, or was used already. RetryAfter for the next one and try again.";

pub async fn code_page() -> PageResult {
    if visitor()?.pending_login().await?.is_none() {
        return redirect_to("/login");
    }
    let typed = typed(PATH).await?;
    page(
        "Your code",
        view! {
            <FormPage heading="Your code, please" lead="Your authenticator app shows it.">
                <Card>
                    <Form action=PATH>
                        <Field name="code" label="Code" autocomplete="one-time-code" inputmode="numeric" max=20
                            hint="Six digits." typed/>
                        <button type="submit" class="btn btn-primary">"Log in"</button>
                    </Form>
                    <a class="link text-sm justify-self-start" href="/login/recovery">"Use a recovery code"</a>
                </Card>
                <p class="text-center"><a class="link" href="/login">"Back to the log-in"</a></p>
            </FormPage>
        },
    )
}

/// Logs in a user who has already typed the password.
#[server(prefix = "", endpoint = "/login/code")]
pub async fn log_in_with_code(code: String) -> Result<(), Problem> {
    let Some(half) = visitor()?.pending_login().await? else {
        return begin_again().await;
    };
    if !is_code(&half.user, &code).await? {
        return back_to(PATH, &[], &FieldErrors::one("code", WRONG)).await;
    }
    finish(half).await.map(drop)
}

/// Whether the code is valid. A wrong code counts towards the rate limit.
pub(in crate::pages) async fn is_code(user: &User, typed: &str) -> Result<bool, Problem> {
    let (db, visitor) = (db()?, visitor()?);
    let attempt = counted(rate_limits::code(&db, &user.id, visitor.browser()).await?)?;
    if !two_factor::is_code(&db, &keys()?, user, typed).await? {
        tracing::info!(user = %user.id, ip = visitor.ip(), "a code was wrong");
        return Ok(false);
    }
    rate_limits::refund(&db, attempt).await?;
    Ok(true)
}

/// Logs in after password and code. Returns `false` if the account was closed or changed in the meantime.
pub(super) async fn finish(half: PendingLogin) -> Result<bool, Problem> {
    if complete_log_in(&half.user, half.remember).await? {
        return Ok(true);
    }
    begin_again().await.map(|()| false)
}

/// Redirects to the password form.
pub(super) async fn begin_again() -> Result<(), Problem> {
    if visitor()?.login().await?.is_some() {
        redirect("/dashboard");
        return Ok(());
    }
    flash(Level::Info, "Please log in again: it took too long, or your account was changed.").await?;
    redirect("/login");
    Ok(())
}
