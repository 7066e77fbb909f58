//! GET /account/password for a user without a password, and POST /account/password/set.

use super::Tabs;
use leptos::prelude::*;
use server::accounts::single_sign_on::set_first_password;
use server::visitor::Level;
use server::{Error, users};
use ui::components::{Button, Card, Form, Lead, NewPassword, PageShell};
use ui::page::{PageResult, page_with_island};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PAGE: &str = "/account/password";
const PATH: &str = "/account/password/set";

/// Whether the user has no password, or passwords are switched off. A provider then confirms the user.
pub(in crate::pages) async fn has_no_password(cx: &Cx) -> Result<bool, Problem> {
    let settings = &cx.config.single_sign_on;
    Ok(settings.is_on() && (settings.only || !users::has_password(&cx.db, &cx.user().await?).await?))
}

pub(super) async fn first_password(cx: Cx) -> PageResult {
    let submitted = cx.submitted(PATH).await?;
    page_with_island(
        "Your password",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PAGE/>
                <Card heading="Set a password">
                    <Lead>"You have no password yet. With one you can also log in without a provider. Your other devices will be logged out."</Lead>
                    <Form action=PATH>
                        <NewPassword name="new_password" label="New password" submitted/>
                        <p><Button text="Set a password"/></p>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// Sets the first password of the user and logs out all other browsers.
#[server(prefix = "", endpoint = "/account/password/set")]
pub async fn set_password(new_password: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    match set_first_password(&cx.db, cx.visitor.actor(&login.user), &login, &new_password).await {
        Ok(()) => {
            cx.visitor.renew(&login).await?;
            cx.flash(Level::Success, "Your password was set. Your other devices were logged out.").await?;
            cx.redirect(PAGE)
        }
        Err(Error::Invalid(errors)) => {
            cx.visitor.keep_form(PATH, &[], &errors).await?;
            cx.redirect(PAGE)
        }
        Err(error) => Err(error.into()),
    }
}
