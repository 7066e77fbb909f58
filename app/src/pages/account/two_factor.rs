//! GET /account/two-factor and its buttons: whether a code is needed besides the password.

pub mod enrol;
mod qr_code;
pub mod recovery;

use super::Tabs;
use crate::components::{ActionButton, Card, ConfirmedAction, PageShell, Timestamp};
use crate::html::{Html, Rendered};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use server::accounts::two_factor;
use server::recovery_codes;
use server::visitor::Level;

const PATH: &str = "/account/two-factor";

pub async fn two_factor(cx: Cx) -> PageResult {
    let user = cx.user().await?;
    let state = match user.second_factor_at {
        Some(since) => on(since, recovery_codes::left(&cx.db, &user).await?),
        None => off(),
    };
    page(
        "Two-factor log-in",
        view! { <PageShell heading="Your account"><Tabs here=PATH/>{state}</PageShell> },
    )
}

fn off() -> Html {
    view! {
        <Card heading="Two-factor log-in is off">
            <p>"With it, whoever knows your password still cannot log in: a code of an authenticator app on your phone is asked for too."</p>
            <p class="text-base-content/70">"Every other device will be logged out when you turn it on."</p>
            <ActionButton action="/account/two-factor/enrol" text="Set it up" class="btn btn-primary"/>
        </Card>
    }
    .rendered()
}

fn on(since: i64, left: i64) -> Html {
    let left = match left {
        0 => view! { <p class="font-medium text-error">"You have no recovery codes left: without your app you could not log in."</p> }.rendered(),
        1 => view! { <p>"You have one recovery code left."</p> }.rendered(),
        left => view! { <p>{format!("You have {left} recovery codes left.")}</p> }.rendered(),
    };
    let question = "Your password alone will do again. Every other device will be logged out.";
    view! {
        <Card heading="Two-factor log-in is on">
            <p>"Since "<Timestamp at=since/>", a code of your authenticator app is asked for besides your password."</p>
            <ConfirmedAction action="/account/two-factor/off" text="Turn it off" question confirm="Turn it off for good"/>
        </Card>
        <Card heading="Recovery codes">
            {left}
            <p class="text-base-content/70">"Each stands in once for your app. New ones make the old ones worthless."</p>
            <ActionButton action=recovery::PATH text="Make new recovery codes"/>
        </Card>
    }
    .rendered()
}

/// Removes the user's second factor and logs out all other browsers.
#[server(prefix = "", endpoint = "/account/two-factor/off")]
pub async fn turn_off() -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    two_factor::turn_off(&cx.db, cx.visitor.actor(&login.user), &login).await?;
    cx.visitor.renew(&login).await?;
    cx.flash(Level::Success, "Two-factor log-in is off. Your other devices are logged out.").await?;
    cx.redirect(PATH)
}
