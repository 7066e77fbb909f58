//! GET and POST /account/password: changes the password.

use super::Tabs;
use crate::components::{Card, Field, Form, PageShell};
use crate::islands::PasswordStrength;
use crate::page::{PageResult, page_with_island};
use crate::problem::Problem;
use crate::request::{back_to, counted, db, flash, login, redirect, typed, visitor};
use leptos::prelude::*;
use server::visitor::Level;
use server::{accounts, rate_limits};

const PATH: &str = "/account/password";

pub async fn password() -> PageResult {
    let typed = typed(PATH).await?;
    page_with_island(
        "Your password",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PATH/>
                <Card heading="Change your password">
                    <p class="text-base-content/70">"Every other device will be logged out."</p>
                    <Form action=PATH>
                        <Field name="current_password" label="Current password" kind="password"
                            autocomplete="current-password" typed=typed.clone()/>
                        <div class="grid gap-2">
                            <Field name="new_password" label="New password" kind="password" autocomplete="new-password"
                                hint="At least 8 characters. A few uncommon words work well." typed/>
                            <PasswordStrength/>
                        </div>
                        <p><button type="submit" class="btn btn-primary">"Change password"</button></p>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// Changes the user's password and logs out all other browsers.
#[server(prefix = "", endpoint = "/account/password")]
pub async fn change_password(current_password: String, new_password: String) -> Result<(), Problem> {
    let (db, visitor, login) = (db()?, visitor()?, login().await?);
    let attempt = counted(rate_limits::password(&db, &login.user.id).await?)?;
    let actor = visitor.actor(&login.user);
    match accounts::change_password(&db, actor, &current_password, &new_password, &login).await? {
        Ok(()) => {
            rate_limits::refund(&db, attempt).await?;
            visitor.renew(&login).await?;
            flash(Level::Success, "Your password is changed. Your other devices are logged out.").await?;
            redirect(PATH);
            Ok(())
        }
        Err(mistakes) => back_to(PATH, &[], &mistakes).await,
    }
}
