//! GET and POST /account/recover: undoes the change that a security email reported. The link of that email opens the
//! page. The button works for any log-in and any password.

use crate::components::{Card, FormPage, Timestamp, TokenButton, out_of_date};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use server::accounts::LinkRefusal;
use server::sessions::Login;
use server::tokens::{self, Purpose, Token};
use server::visitor::Level;
use server::{User, accounts, rate_limits};

const PATH: &str = "/account/recover";

pub async fn recover_page(cx: Cx) -> PageResult {
    let token = cx.query("token");
    let Some(found) = tokens::find(&cx.db, Purpose::Recover, &token).await? else {
        let advice = "Choose a new password instead: this logs everybody out, and removes what was added in the last 72 hours.";
        return page("Secure your account", out_of_date(advice, "/forgot", "Choose a new password"));
    };
    page(
        "Secure your account",
        view! {
            <FormPage heading="Secure your account?" lead="For when another person was in it.">
                <Card>{consequences(&found)}<TokenButton action=PATH text="Secure my account" token/></Card>
            </FormPage>
        },
    )
}

/// Describes what the button does.
pub(super) fn consequences(found: &Token) -> Html {
    let since = found.at - i64::try_from(accounts::REACH.as_millis()).unwrap_or_default();
    let is_moved = found.sent_to != found.user.email;
    let what = match found.user.email_verified_at {
        None => view! { <li>"Nobody has confirmed this address yet. So all that is in the account is deleted, and it starts empty."</li> }.rendered(),
        Some(_) => {
            let passkeys = if is_moved { "All passkeys go. Two-factor log-in" } else { "Passkeys, two-factor log-in" };
            view! {
                <li>{passkeys}" and recovery codes go that were added after "<Timestamp at=since/>", which is 72 hours before the change. Older ones stay."</li>
                <li>"If the account was planned to be deleted after that, it is not deleted."</li>
            }
            .rendered()
        }
    };
    view! {
        <p>"Afterwards the account of "<strong class="wrap-anywhere">{found.sent_to.clone()}</strong>" is yours alone:"</p>
        <ul class="grid list-disc gap-2 ps-5">
            {is_moved.then(|| view! { <li>"It has this address again."</li> })}
            <li>"Everybody is logged out. Its password ends: we send you a link to choose a new one."</li>
            {what}
        </ul>
    }
    .rendered()
}

/// Undoes the reported change and the changes after it.
#[server(prefix = "", endpoint = "/account/recover")]
pub async fn recover_account(token: String) -> Result<(), Problem> {
    let cx = cx()?;
    recover(&cx, Purpose::Recover, &token).await
}

/// Recovers the account by a link with this purpose, and shows a message.
pub(super) async fn recover(cx: &Cx, purpose: Purpose, token: &str) -> Result<(), Problem> {
    cx.counted(rate_limits::link(&cx.db, cx.visitor.ip()).await?)?;
    match accounts::recover(&cx.db, cx.visitor.ip(), purpose, token).await? {
        Ok(user) => {
            tracing::warn!(user = %user.id, ip = cx.visitor.ip(), "recovered the account by a link");
            let done = match purpose {
                Purpose::OldEmail => format!("Your address is {} again.", user.email),
                _ => "Your account is secured.".to_owned(),
            };
            let next = match user.disabled_at {
                None => format!("A mail is on its way to {}, with a link to a new password.", user.email),
                Some(_) => "It is closed: please ask an administrator.".to_owned(),
            };
            cx.flash(Level::Success, format!("{done} {next}")).await?;
            log_out_of(cx, &user).await?;
        }
        Err(refusal) => cx.flash(Level::Error, refused(refusal)).await?,
    }
    cx.redirect("/login")
}

/// Logs this browser out too, so that the next page does not say that another person did it.
async fn log_out_of(cx: &Cx, user: &User) -> Result<(), Problem> {
    let is_of = |login: &Login| login.user.id == user.id || login.user.email == user.email;
    if cx.visitor.login().await?.is_some_and(is_of) {
        cx.visitor.log_out().await?;
    }
    Ok(())
}

fn refused(refusal: LinkRefusal) -> &'static str {
    match refusal {
        LinkRefusal::Taken => "Somebody else has an account with this address now. Please ask us for help.",
        LinkRefusal::OutOfDate => "This link is out of date, or was used already.",
    }
}
