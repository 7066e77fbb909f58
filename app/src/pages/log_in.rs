//! GET and POST /login, POST /logout: in and out.

use crate::layout::{elsewhere, page};
use crate::parts::{Card, Field, Form, Narrow};
use crate::problem::Problem;
use crate::request::{back_to, db, flash, redirect, typed, visitor};
use crate::respond::PageResult;
use leptos::prelude::*;
use server::visitor::Level;
use server::{Mistakes, users};

const PATH: &str = "/login";
/// One message for both: which of the two was wrong is nobody else's business.
const WRONG: &str = "This email and password do not go together.";

/// The page.
pub async fn log_in_page() -> PageResult {
    if visitor()?.login().await?.is_some() {
        return elsewhere("/dashboard");
    }
    let typed = typed(PATH).await?;
    page(
        "Log in",
        view! {
            <Narrow heading="Welcome back" lead="Log in to go on.">
                <Card>
                    <Form action=PATH>
                        <Field name="email" label="Email" kind="email" autocomplete="username" max=254 typed=typed.clone()/>
                        <Field name="password" label="Password" kind="password" autocomplete="current-password" typed/>
                        <label class="flex items-center gap-3">
                            <input class="checkbox" type="checkbox" name="remember" value="true"/>
                            "Keep me logged in on this device"
                        </label>
                        <button type="submit" class="btn btn-primary">"Log in"</button>
                    </Form>
                </Card>
                <p class="text-center">"No account yet? "<a class="link" href="/signup">"Sign up"</a></p>
            </Narrow>
        },
    )
}

/// Logs a person in and sends them to where they wanted to go.
#[server(prefix = "", endpoint = "/login")]
pub async fn log_in(
    email: String,
    password: String,
    #[server(default)] remember: bool,
) -> Result<(), Problem> {
    let visitor = visitor()?;
    let refuse =
        async |field, reason| back_to(PATH, &[("email", &email)], &Mistakes::one(field, reason)).await;
    let Some(user) = users::authenticate(&db()?, &email, &password).await? else {
        return refuse("password", WRONG).await;
    };
    // Only whoever knows the password is told.
    if user.disabled_at.is_some() {
        return refuse("email", "This account is closed. Please ask an administrator.").await;
    }
    if !visitor.log_in(&user, remember).await? {
        return refuse("password", WRONG).await;
    }
    flash(Level::Success, format!("Welcome back, {}.", user.name)).await?;
    redirect(&visitor.take_return_path().await?.unwrap_or("/dashboard".into()));
    Ok(())
}

/// Logs this browser out.
#[server(prefix = "", endpoint = "/logout")]
pub async fn log_out() -> Result<(), Problem> {
    visitor()?.log_out().await?;
    flash(Level::Info, "You are logged out. See you soon.").await?;
    redirect(PATH);
    Ok(())
}
