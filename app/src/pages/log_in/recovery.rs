//! GET and POST /login/recovery: log-in with a recovery code, for a user who lost the authenticator app.

use super::code::{complete_pending_log_in, restart_log_in};
use leptos::prelude::*;
use server::accounts::two_factor;
use server::visitor::Level;
use server::{FieldErrors, User, rate_limits, recovery_codes};
use ui::components::{Button, Card, Field, Form, FormPage, TextLink};
use ui::page::{PageResult, page, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/login/recovery";

pub async fn recovery_page(cx: Cx) -> PageResult {
    if cx.visitor.pending_login().await?.is_none() {
        return redirect_to("/login");
    }
    let submitted = cx.submitted(PATH).await?;
    page(
        "A recovery code",
        view! {
            <FormPage heading="Enter a recovery code" lead="You got ten codes when you set up two-factor log-in.">
                <Card>
                    <Form action=PATH>
                        <Field name="recovery_code" label="Recovery code" max=40 hint="Each works once." submitted/>
                        <Button text="Log in"/>
                    </Form>
                    <p class="text-sm"><TextLink href="/login/code" text="Use your authenticator app"/></p>
                </Card>
                <p class="text-center text-sm text-base-content/70">
                    "Lost your codes? An administrator can remove your two-factor log-in."
                </p>
            </FormPage>
        },
    )
}

/// Logs in a user who has already typed the password, and uses up one recovery code.
#[server(prefix = "", endpoint = "/login/recovery")]
pub async fn log_in_with_recovery_code(recovery_code: String) -> Result<(), Problem> {
    let cx = cx()?;
    let Some(pending) = cx.visitor.pending_login().await? else {
        return restart_log_in(&cx).await;
    };
    let user = pending.user.clone();
    if !is_recovery_code(&cx, &user, &recovery_code).await? {
        let wrong = "This recovery code is incorrect or was already used.";
        return cx.back_to(PATH, &[], &FieldErrors::one("recovery_code", wrong)).await;
    }
    if complete_pending_log_in(&cx, pending).await? {
        let left = recovery_codes::left(&cx.db, &user).await?;
        cx.flash(Level::Warning, format!("You used a recovery code. Codes left: {left}.")).await?;
    }
    Ok(())
}

/// Uses up a recovery code of the user, and returns whether it was valid. A wrong code counts towards the rate limit.
pub(in crate::pages) async fn is_recovery_code(cx: &Cx, user: &User, code: &str) -> Result<bool, Problem> {
    let attempt = rate_limits::recovery_code(&cx.db, &user.id, cx.visitor.browser()).await?;
    if !two_factor::use_recovery_code(&cx.db, cx.visitor.actor(user), user, code).await? {
        tracing::info!(user = %user.id, ip = cx.visitor.ip(), "a recovery code was wrong");
        return Ok(false);
    }
    rate_limits::refund(&cx.db, attempt).await?;
    Ok(true)
}
