//! GET and POST /login, POST /logout. The second step of the log-in is in the modules below.

pub mod code;
pub mod recovery;

pub mod passkey;

use crate::components::{Banner, Button, Card, Checkbox, Field, Form, FormPage, LinkLine, TextLink, Tone};
use crate::page::{PageResult, page, page_with_island, redirect_to};
use crate::pages::account::devices::DEVICES;
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use passkey::{passkey_form, relying_party};
use server::live::{Push, To};
use server::sessions::EndReason;
use server::visitor::{Level, is_local_path};
use server::{Error, FieldErrors, User, accounts};

const PATH: &str = "/login";

pub async fn log_in_page(cx: Cx) -> PageResult {
    if cx.visitor.login().await?.is_some() {
        return logged_in_already(&cx);
    }
    let ended = ended_notice(&cx).await?;
    let submitted = cx.submitted(PATH).await?;
    let by_mail = cx.config.magic_links.then(|| {
        view! { <p class="text-sm"><TextLink href="/login/mail" text="Log in by email, without a password"/></p> }
    });
    let passkey = relying_party(&cx)?.map(|_| passkey_form(&cx));
    let as_seeded = (cfg!(debug_assertions) && cx.config.is_development()).then(
        || view! { <LinkLine href="/dev/log-in" text="Log in as a seeded user" before="In development: "/> },
    );
    let has_island = passkey.is_some();
    let main = view! {
        <FormPage heading="Welcome back" lead="Log in to continue.">
            {ended}
            <Card>
                <Form action=PATH>
                    // The browser suggests passkeys in this field too: islands/src/passkeys.rs.
                    <Field name="email" label="Email" kind="email" autocomplete="username webauthn" max=254 submitted=submitted.clone()/>
                    <Field name="password" label="Password" kind="password" autocomplete="current-password" submitted can_show=has_island/>
                    <Checkbox name="remember" label="Keep me logged in on this device"/>
                    <Button text="Log in"/>
                </Form>
                {passkey}
                <p class="text-sm"><TextLink href="/forgot" text="Forgot your password?"/></p>
                {by_mail}
            </Card>
            <LinkLine href="/signup" text="Sign up" before="No account yet? "/>
            {as_seeded}
        </FormPage>
    };
    if has_island { page_with_island("Log in", main) } else { page("Log in", main) }
}

/// A live tab may come here although its session is valid, when another tab was faster to log in again.
fn logged_in_already(cx: &Cx) -> PageResult {
    let to = cx.query("to");
    redirect_to(if is_local_path(&to) { to } else { "/dashboard".into() })
}

/// A live tab comes here when its session ends. Each tab shows the reason, though the session data holds it once.
async fn ended_notice(cx: &Cx) -> Result<Option<impl IntoView + use<>>, Problem> {
    let name = cx.query("ended");
    if name.is_empty() {
        return Ok(None);
    }
    cx.visitor.return_to(&cx.query("to")).await?;
    let stored = cx.visitor.take_end_reason().await?.filter(|reason| *reason != EndReason::Unknown);
    let reason = match stored.unwrap_or_else(|| EndReason::from_name(&name)) {
        // The tab saw the end before the server told it why.
        EndReason::Unknown => cx.visitor.end_reason().await?,
        reason => reason,
    };
    let text = format!("You were logged out. {}", reason.message());
    Ok(Some(view! { <Banner label="Logged out" tone=Tone::Warning><p>{text}</p></Banner> }))
}

/// Logs a user in and redirects to the page that they wanted.
#[server(prefix = "", endpoint = "/login")]
pub async fn log_in(
    email: String,
    password: String,
    #[server(default)] remember: bool,
) -> Result<(), Problem> {
    let cx = cx()?;
    let refuse = async |errors: &FieldErrors| cx.back_to(PATH, &[("email", &email)], errors).await;
    let (ip, browser) = (cx.visitor.ip(), cx.visitor.browser());
    let user = match accounts::check_password(&cx.db, &email, &password, ip, browser).await {
        Err(Error::Invalid(errors)) => return refuse(&errors).await,
        checked => checked?,
    };
    match log_in_or_ask_for_code(&cx, &user, remember).await? {
        true => Ok(()),
        false => refuse(&accounts::wrong_password()).await,
    }
}

/// Logs a user in after one proof of identity and redirects to the page that they wanted. A user with a second factor
/// is asked for a code first. Returns `false` if the account was disabled or changed in the meantime.
pub(super) async fn log_in_or_ask_for_code(cx: &Cx, user: &User, remember: bool) -> Result<bool, Problem> {
    if user.second_factor_at.is_none() {
        return complete_log_in(cx, user, remember).await;
    }
    cx.visitor.begin_log_in(user, remember).await?;
    tracing::info!(user = %user.id, ip = cx.visitor.ip(), "password correct, second factor required");
    cx.redirect("/login/code")?;
    Ok(true)
}

/// Logs a user in after two proofs: a password and a code, or a passkey with user verification. Must not be called
/// after only one, if the user has a second factor.
pub(super) async fn complete_log_in(cx: &Cx, user: &User, remember: bool) -> Result<bool, Problem> {
    if !cx.visitor.log_in(user, remember).await? {
        return Ok(false);
    }
    tracing::info!(user = %user.id, ip = cx.visitor.ip(), "logged in");
    tell_other_tabs(cx, user);
    cx.flash(Level::Success, format!("Welcome, {}.", user.name_in_text())).await?;
    cx.redirect(&cx.visitor.take_return_path().await?.unwrap_or("/dashboard".into()))?;
    Ok(true)
}

fn tell_other_tabs(cx: &Cx, user: &User) {
    if !cx.visitor.is_known_to(user) {
        let text = format!("{} has just logged in to your account.", cx.visitor.device().in_words());
        cx.push(To::User(user.id.clone()), Push::Toast { level: Level::Info, text });
    }
    cx.push(To::User(user.id.clone()), Push::Refresh { fragment: DEVICES.into() });
}

/// Logs this browser out.
#[server(prefix = "", endpoint = "/logout")]
pub async fn log_out() -> Result<(), Problem> {
    let cx = cx()?;
    cx.visitor.log_out().await?;
    tracing::info!("logged out");
    cx.flash(Level::Info, "You are logged out.").await?;
    cx.redirect(PATH)
}
