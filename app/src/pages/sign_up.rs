//! GET and POST /signup: new accounts.

use crate::components::{Card, Field, Form, FormPage};
use crate::page::{PageResult, page_with_island, redirect_to};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use islands::PasswordStrength;
use leptos::prelude::*;
use server::accounts::NewUser;
use server::visitor::Level;
use server::{Error, FieldErrors, accounts, rate_limits};

const PATH: &str = "/signup";

pub async fn sign_up_page(cx: Cx) -> PageResult {
    if cx.visitor.login().await?.is_some() {
        return redirect_to("/dashboard");
    }
    let submitted = cx.submitted(PATH).await?;
    page_with_island(
        "Sign up",
        view! {
            <FormPage heading="Create your account" lead="It takes less than a minute.">
                <Card>
                    <Form action=PATH>
                        <Field name="name" label="Name" autocomplete="name" max=100 submitted=submitted.clone()/>
                        <Field name="email" label="Email" kind="email" autocomplete="username" max=254 submitted=submitted.clone()/>
                        <div class="grid gap-2">
                            <Field name="password" label="Password" kind="password" autocomplete="new-password"
                                hint="At least 8 characters. A few uncommon words work well." submitted/>
                            <PasswordStrength/>
                        </div>
                        <button type="submit" class="btn btn-primary">"Sign up"</button>
                    </Form>
                </Card>
                <p class="text-center">"Already have an account? "<a class="link" href="/login">"Log in"</a></p>
            </FormPage>
        },
    )
}

/// Creates the account and sends an email. If the address already has an account, its owner gets an email too: the
/// answer is the same, so it does not reveal that.
#[server(prefix = "", endpoint = "/signup")]
pub async fn sign_up(name: String, email: String, password: String) -> Result<(), Problem> {
    let cx = cx()?;
    rate_limits::sign_up(&cx.db, cx.visitor.ip()).await?;
    match accounts::sign_up(&cx.db, NewUser { email: &email, name: &name, password: &password }).await {
        Ok(()) => {
            tracing::info!(ip = cx.visitor.ip(), "signed up");
            cx.flash(Level::Success, format!("Welcome. We sent an email to {email}.")).await?;
            // The log-in form then has the address filled in.
            cx.back_to("/login", &[("email", &email)], &FieldErrors::default()).await
        }
        Err(Error::Invalid(errors)) => cx.back_to(PATH, &[("name", &name), ("email", &email)], &errors).await,
        Err(error) => Err(error.into()),
    }
}
