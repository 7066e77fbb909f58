//! GET and POST /login/code: the code of the authenticator app, after the password.

use super::complete_log_in;
use leptos::prelude::*;
use server::accounts::two_factor;
use server::visitor::{Level, PendingLogin};
use server::{FieldErrors, User};
use ui::components::{Button, Card, Field, Form, FormPage, LinkLine, TextLink};
use ui::page::{PageResult, page, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/login/code";

pub async fn code_page(cx: Cx) -> PageResult {
    if cx.visitor.pending_login().await?.is_none() {
        return redirect_to("/login");
    }
    let submitted = cx.submitted(PATH).await?;
    page(
        "Your code",
        view! {
            <FormPage heading="Enter your code" lead="Your authenticator app shows the code.">
                <Card>
                    <Form action=PATH>
                        <Field name="code" label="Code" autocomplete="one-time-code" inputmode="numeric" max=20
                            hint="Six digits." submitted/>
                        <Button text="Log in"/>
                    </Form>
                    <p class="text-sm"><TextLink href="/login/recovery" text="Use a recovery code"/></p>
                </Card>
                <LinkLine href="/login" text="Back to log in"/>
            </FormPage>
        },
    )
}

/// Logs in a user who has already typed the password.
#[server(prefix = "", endpoint = "/login/code")]
pub async fn log_in_with_code(code: String) -> Result<(), Problem> {
    let cx = cx()?;
    let Some(pending) = cx.visitor.pending_login().await? else {
        return restart_log_in(&cx).await;
    };
    if !is_code(&cx, &pending.user, &code).await? {
        return cx.back_to(PATH, &[], &FieldErrors::one("code", two_factor::WRONG_CODE)).await;
    }
    complete_pending_log_in(&cx, pending).await.map(drop)
}

/// Returns whether the code is valid. A wrong code counts towards the rate limit.
pub(in crate::pages) async fn is_code(cx: &Cx, user: &User, code: &str) -> Result<bool, Problem> {
    let is_right = two_factor::check_code(&cx.db, cx.keys(), user, code, cx.visitor.browser()).await?;
    if !is_right {
        tracing::info!(user = %user.id, ip = cx.visitor.ip(), "a code was wrong");
    }
    Ok(is_right)
}

/// Logs in after the second factor. Returns `false` if the account was disabled or changed in the meantime.
pub(super) async fn complete_pending_log_in(cx: &Cx, pending: PendingLogin) -> Result<bool, Problem> {
    if complete_log_in(cx, &pending.user, pending.remember, pending.origin.as_ref()).await? {
        return Ok(true);
    }
    restart_log_in(cx).await.map(|()| false)
}

/// Redirects to the password form.
pub(super) async fn restart_log_in(cx: &Cx) -> Result<(), Problem> {
    if cx.visitor.login().await?.is_some() {
        return cx.redirect("/dashboard");
    }
    cx.flash(Level::Info, "Please log in again. It took too long, or your account was changed.").await?;
    cx.redirect("/login")
}
