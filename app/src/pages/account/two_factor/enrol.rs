//! GET and POST /account/two-factor/enrol: makes a secret for the authenticator app. POST /account/two-factor/confirm:
//! turns two-factor log-in on with its first code.

use super::super::Tabs;
use super::qr_code::qr_code;
use super::recovery;
use leptos::prelude::*;
use server::Error;
use server::accounts::two_factor;
use server::visitor::Level;
use ui::brand;
use ui::components::{Button, Buttons, Card, Field, Form, LinkButton, Look, PageShell};
use ui::page::{PageResult, page, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account/two-factor/enrol";

pub async fn enrol_page(cx: Cx) -> PageResult {
    let user = cx.user().await?;
    let Some(enrolment) = two_factor::enrolment(&cx.db, cx.keys(), &user, brand::NAME).await? else {
        return redirect_to("/account/two-factor");
    };
    let submitted = cx.submitted(PATH).await?;
    page(
        "Set up two-factor log-in",
        view! {
            <PageShell heading="Your account">
                <Tabs here="/account/two-factor"/>
                <Card heading="1. Scan this with your authenticator app">
                    {qr_code(&enrolment.otpauth_url)}
                    <p>"Or enter this key in the app: "<code class="font-mono wrap-anywhere" data-secret>{enrolment.secret_base32}</code></p>
                </Card>
                <Card heading="2. Enter the code that the app shows">
                    <Form action="/account/two-factor/confirm">
                        <Field name="code" label="Code" autocomplete="one-time-code" inputmode="numeric" max=20
                            hint="Six digits." submitted/>
                        <Buttons>
                            <Button text="Turn it on"/>
                            <LinkButton href="/account/two-factor" text="Cancel" look=Look::Ghost/>
                        </Buttons>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// Makes a new secret for the app. It has no effect until its first code is confirmed.
#[server(prefix = "", endpoint = "/account/two-factor/enrol")]
pub async fn enrol() -> Result<(), Problem> {
    let cx = cx()?;
    two_factor::enrol(&cx.db, cx.keys(), &cx.user().await?).await?;
    cx.redirect(PATH)
}

/// Enables two-factor log-in if the code is right, and logs out all other browsers.
#[server(prefix = "", endpoint = "/account/two-factor/confirm")]
pub async fn turn_on(code: String) -> Result<(), Problem> {
    let cx = cx()?;
    let login = cx.login().await?;
    match two_factor::turn_on(&cx.db, cx.keys(), cx.visitor.actor(&login.user), &login, &code).await {
        Ok(recovery_codes) => {
            cx.visitor.keep_recovery_codes(&login.user, &recovery_codes).await?;
            cx.visitor.renew(&login).await?;
            cx.flash(Level::Success, "Two-factor log-in is on. Your other devices were logged out.").await?;
            cx.redirect(recovery::PATH)
        }
        Err(Error::Invalid(errors)) => cx.back_to(PATH, &[], &errors).await,
        Err(error) => Err(error.into()),
    }
}
