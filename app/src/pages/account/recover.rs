//! GET and POST /account/recover: the page of the link in a security email. Its button undoes the change that the email
//! reported, and needs neither a log-in nor a password.

use leptos::prelude::*;
use server::sessions::Login;
use server::tokens::{self, Purpose, Token};
use server::visitor::Level;
use server::{Error, User, accounts, rate_limits};
use ui::components::{Card, EmailText, FormPage, Timestamp, TokenButton, expired_link};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::removal::Removal;
use ui::request::{Cx, cx};

const PATH: &str = "/account/recover";

pub async fn recover_page(cx: Cx) -> PageResult {
    let token = cx.query("token");
    let Some(found) = tokens::find(&cx.db, Purpose::Recover, &token).await? else {
        let (advice, href, text) = match (cx.config.single_sign_on.only, cx.config.api) {
            (true, _) => ("Ask an administrator instead.", "/login", "Log in"),
            (false, false) => (
                "Choose a new password instead: this logs out all devices, and removes passkeys and other ways to log in that were added in the last 72 hours.",
                "/forgot",
                "Choose a new password",
            ),
            (false, true) => (
                "Choose a new password instead: this logs out all devices, revokes all access tokens, and removes passkeys and other ways to log in that were added in the last 72 hours.",
                "/forgot",
                "Choose a new password",
            ),
        };
        return page("Secure your account", expired_link(advice, href, text));
    };
    page(
        "Secure your account",
        view! {
            <FormPage heading="Secure your account?" lead="Use this if another person had access to it.">
                <Card>{consequences(&cx, &found)}<TokenButton action=PATH text="Secure my account" token/></Card>
            </FormPage>
        },
    )
}

/// Describes what the button does.
pub(super) fn consequences(cx: &Cx, found: &Token) -> Html {
    let since = found.at - i64::try_from(accounts::REACH.as_millis()).unwrap_or_default();
    let password = match cx.config.single_sign_on.only {
        true => None,
        false => Some("The password is removed: we send you a link to choose a new one."),
    };
    let address_changed = accounts::restores_address(found);
    let removed = match found.user.email_verified_at {
        None => {
            view! { <li>"This address was never confirmed, so all data in the account will be deleted."</li> }
                .rendered()
        }
        Some(_) => removed(Removal::of(&cx.config), address_changed, since),
    };
    view! {
        <p>"This secures the account of "<strong><EmailText text=found.sent_to.clone()/></strong>":"</p>
        <ul class="grid list-disc gap-2 ps-5">
            {address_changed.then(|| view! { <li>"The account gets this address back."</li> })}
            <li>"All devices are logged out. "{password}</li>
            {removed}
        </ul>
    }
    .rendered()
}

/// Names what `server/src/accounts/recovery.rs` removes.
fn removed(removal: Removal, address_changed: bool, since: i64) -> Html {
    let all = address_changed.then(|| {
        let text = format!("All {} are removed.", removal.passkeys());
        view! { <li>{text}</li> }
    });
    let recent =
        if address_changed { "Two-factor log-in and recovery codes" } else { removal.log_in_methods() };
    let tokens = Some(removal.tokens("All access tokens are revoked.")).filter(|text| !text.is_empty());
    view! {
        {all}
        <li>{recent}" that were added after "<Timestamp at=since/>", 72 hours before the change, are removed. Older ones stay."</li>
        {tokens.map(|text| view! { <li>{text}</li> })}
        <li>"A deletion of the account that was planned after that time is cancelled."</li>
    }
    .rendered()
}

#[server(prefix = "", endpoint = "/account/recover")]
pub async fn recover_account(token: String) -> Result<(), Problem> {
    let cx = cx()?;
    recover(&cx, Purpose::Recover, &token).await
}

/// Recovers the account by a link with this purpose, and shows a message.
pub(super) async fn recover(cx: &Cx, purpose: Purpose, token: &str) -> Result<(), Problem> {
    let attempt = rate_limits::link(&cx.db, cx.visitor.ip()).await?;
    match accounts::recover(&cx.db, cx.visitor.ip(), purpose, token).await {
        Ok(user) => {
            rate_limits::refund(&cx.db, attempt).await?;
            tracing::warn!(user = %user.id, ip = cx.visitor.ip(), "recovered the account by a link");
            let done = match purpose {
                Purpose::OldEmail => format!("Your address is {} again.", user.email),
                _ => "Your account is secured.".to_owned(),
            };
            let next = match user.disabled_at {
                None if cx.config.single_sign_on.only => {
                    "Log in with your account at your provider.".to_owned()
                }
                None => format!("We sent an email to {} with a link to choose a new password.", user.email),
                Some(_) => "It is disabled: contact an administrator.".to_owned(),
            };
            cx.flash(Level::Success, format!("{done} {next}")).await?;
            log_out_of(cx, &user).await?;
        }
        Err(Error::Refused(refusal)) => cx.flash(Level::Error, refusal.to_string()).await?,
        Err(error) => return Err(error.into()),
    }
    cx.redirect("/login")
}

/// Logs out this browser too. Otherwise the next page would say that a link in an email ended its session.
async fn log_out_of(cx: &Cx, user: &User) -> Result<(), Problem> {
    let is_of = |login: &Login| login.user.id == user.id || login.user.email == user.email;
    if cx.visitor.login().await?.is_some_and(is_of) {
        cx.visitor.log_out().await?;
    }
    Ok(())
}
