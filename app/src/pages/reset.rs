//! GET and POST /reset: the page of the link in a reset email. Its form sets a new password.

use super::link_owner::back_to_link;
use leptos::prelude::*;
use server::tokens::{self, Purpose};
use server::visitor::Level;
use server::{Error, accounts, rate_limits};
use ui::components::{
    Button, Card, Field, Form, FormPage, Lead, TokenField, expired_link, hidden_mark, password_hint,
};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::removal::Removal;
use ui::request::{Cx, cx};

const PATH: &str = "/reset";

pub async fn reset_page(cx: Cx) -> PageResult {
    let token = cx.query("token");
    let Some(found) = tokens::find(&cx.db, Purpose::Reset, &token).await? else {
        return page("A new password", expired_link("Request a new one.", "/forgot", "Request a new link"));
    };
    let submitted = cx.submitted(PATH).await?;
    let removal = Removal::of(&cx.config);
    let what = match found.user.email_verified_at {
        Some(_) => format!(
            "{} that were added in the last 72 hours are removed, and a deletion that was planned in that time is \
             cancelled. Older ones stay.{}",
            removal.log_in_methods(),
            removal.tokens(" All access tokens are revoked."),
        ),
        None => "This address was never confirmed, so all data in the account will be deleted.".to_owned(),
    };
    page(
        "A new password",
        view! {
            <FormPage heading="A new password" lead="All your devices will be logged out.">
                <Card>
                    <Lead>{what}</Lead>
                    <Form action=PATH>
                        <TokenField token/>
                        // Password managers need the user name.
                        <input type="hidden" name="username" autocomplete="username" value=found.sent_to/>
                        {hidden_mark("username")}
                        <Field name="new_password" label="New password" kind="password" autocomplete="new-password" submitted
                            hint=password_hint()/>
                        <Button text="Change password"/>
                    </Form>
                </Card>
            </FormPage>
        },
    )
}

/// Changes the password and logs out all devices.
#[server(prefix = "", endpoint = "/reset")]
pub async fn reset(token: String, new_password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let attempt = rate_limits::link(&cx.db, cx.visitor.ip()).await?;
    match accounts::reset_password(&cx.db, cx.visitor.ip(), &token, &new_password).await {
        Ok(user) => {
            rate_limits::refund(&cx.db, attempt).await?;
            if cx.visitor.login().await?.is_some_and(|login| login.user.email == user.email) {
                cx.visitor.log_out().await?;
            }
            tracing::info!(user = %user.id, ip = cx.visitor.ip(), "reset the password");
            cx.flash(Level::Success, "Your password was changed. Log in with the new one.").await?;
            cx.redirect("/login")
        }
        // With an expired link, the page itself says so.
        Err(Error::Invalid(errors)) => {
            if !errors.has("token") {
                rate_limits::refund(&cx.db, attempt).await?;
            }
            back_to_link(&cx, PATH, &token, &errors).await
        }
        Err(error) => Err(error.into()),
    }
}
