//! GET /account/devices and its buttons: the sessions of the user.

use super::Tabs;
use crate::new_session::DEVICES;
use leptos::prelude::*;
use server::Id;
use server::sessions::{self, Session};
use server::visitor::Level;
use ui::components::{ActionButton, Badge, Card, ConfirmedAction, PageShell, Tone, ended_card, session_row};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

const PATH: &str = "/account/devices";

pub async fn devices(cx: Cx) -> PageResult {
    let login = cx.login().await?;
    let sessions = sessions::of_user(&cx.db, &login.user.id, cx.limits()).await?;
    let ended = ended_card(sessions::ended_of_user(&cx.db, &login.user.id).await?);
    let others = sessions.len() > 1;
    let devices: Vec<_> = sessions.iter().map(|session| device(session, &login.session_id)).collect();
    page(
        "Your devices",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PATH/>
                <Card heading="Where you are logged in">
                    <ul class="list-rows" data-live=DEVICES>{devices}</ul>
                    {others.then(|| view! {
                        <div><ConfirmedAction action="/account/devices/end-others" text="Log out all other devices"
                            question="Everywhere except here, you will have to log in again." confirm="Log them out"/></div>
                    })}
                </Card>
                {ended}
            </PageShell>
        },
    )
}

fn device(session: &Session, current: &Id<Session>) -> Html {
    let button = if session.id == *current {
        view! { <Badge text="This device" tone=Tone::Good/> }.rendered()
    } else {
        let label = format!("Log out {}", session.device());
        view! { <ActionButton action="/account/devices/end" text="Log out" label hidden=("id", session.id.to_string())/> }.rendered()
    };
    session_row(session, button)
}

/// Ends one of the user's sessions. A session that has already ended is no error.
#[server(prefix = "", endpoint = "/account/devices/end")]
pub async fn end_device(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    sessions::end(&cx.db, &cx.scope().await?, &parse_id(&id)?).await?;
    cx.flash(Level::Success, "The device was logged out.").await?;
    cx.redirect(PATH)
}

/// Ends all of the user's sessions except this one.
#[server(prefix = "", endpoint = "/account/devices/end-others")]
pub async fn end_other_devices() -> Result<(), Problem> {
    let cx = cx()?;
    let ended = sessions::end_others(&cx.db, &cx.scope().await?, &cx.login().await?.session_id).await?;
    let text = match ended {
        0 => "No other device is logged in.".to_owned(),
        1 => "One other device is logged out.".to_owned(),
        ended => format!("{ended} other devices are logged out."),
    };
    cx.flash(Level::Success, text).await?;
    cx.redirect(PATH)
}
