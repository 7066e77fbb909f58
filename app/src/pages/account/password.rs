//! GET and POST /account/password: changes the password.

use super::Tabs;
use super::first_password::{first_password, has_no_password};
use leptos::prelude::*;
use server::visitor::Level;
use server::{Error, accounts, rate_limits};
use ui::components::{Button, Card, Field, Form, Lead, NewPassword, PageShell};
use ui::page::{PageResult, page_with_island};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account/password";

pub async fn password(cx: Cx) -> PageResult {
    if has_no_password(&cx).await? {
        return first_password(cx).await;
    }
    let submitted = cx.submitted(PATH).await?;
    page_with_island(
        "Your password",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PATH/>
                <Card heading="Change your password">
                    <Lead>"Your other devices will be logged out."</Lead>
                    <Form action=PATH>
                        <Field name="current_password" label="Current password" kind="password"
                            autocomplete="current-password" submitted=submitted.clone()/>
                        <NewPassword name="new_password" label="New password" submitted/>
                        <p><Button text="Change password"/></p>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// Changes the user's password and logs out all other browsers.
#[server(prefix = "", endpoint = "/account/password")]
pub async fn change_password(current_password: String, new_password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    let attempt = rate_limits::password(&cx.db, &login.user.id, &login.session_id).await?;
    let actor = cx.visitor.actor(&login.user);
    match accounts::change_password(&cx.db, actor, &current_password, &new_password, &login).await {
        Ok(()) => {
            rate_limits::refund(&cx.db, attempt).await?;
            cx.visitor.renew(&login).await?;
            cx.flash(Level::Success, "Your password was changed. Your other devices were logged out.")
                .await?;
            cx.redirect(PATH)
        }
        Err(Error::Invalid(errors)) => {
            if !errors.has("current_password") {
                rate_limits::refund(&cx.db, attempt).await?;
            }
            cx.back_to(PATH, &[], &errors).await
        }
        Err(error) => Err(error.into()),
    }
}
