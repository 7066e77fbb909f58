//! GET /account/two-factor and its buttons: the state of two-factor log-in and of the recovery codes.

pub mod enrol;
mod qr_code;
pub mod recovery;

use super::Tabs;
use leptos::prelude::*;
use server::accounts::two_factor;
use server::recovery_codes;
use server::visitor::Level;
use ui::components::{ActionButton, Card, ConfirmedAction, Lead, Look, PageShell, Size, Timestamp};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

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
            <p>"With two-factor log-in, a stolen password is not enough to log in: you also enter a code from an authenticator app on your phone."</p>
            <Lead>"Your other devices will be logged out when you turn it on."</Lead>
            <ActionButton action="/account/two-factor/enrol" text="Set it up" look=Look::Primary size=Size::Medium/>
        </Card>
    }
    .rendered()
}

fn on(since: i64, left: i64) -> Html {
    let left = match left {
        0 => view! { <p class="field-error">"You have no recovery codes left. Without your app you cannot log in."</p> }.rendered(),
        1 => view! { <p>"You have one recovery code left."</p> }.rendered(),
        left => view! { <p>{format!("You have {left} recovery codes left.")}</p> }.rendered(),
    };
    let question = "You will log in with your password only. Your other devices will be logged out.";
    view! {
        <Card heading="Two-factor log-in is on">
            <p>"Since "<Timestamp at=since/>", you log in with your password and a code from your authenticator app."</p>
            <ConfirmedAction action="/account/two-factor/off" text="Turn it off" question confirm="Turn off two-factor log-in"/>
        </Card>
        <Card heading="Recovery codes">
            {left}
            <Lead>"You can use each code once instead of your app. New codes replace the old ones."</Lead>
            <ActionButton action=recovery::PATH text="Create new recovery codes"/>
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
    cx.flash(Level::Success, "Two-factor log-in is off. Your other devices were logged out.").await?;
    cx.redirect(PATH)
}
