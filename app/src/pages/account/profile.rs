//! GET and POST /account: the user's name and time zone.

use super::Tabs;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use server::visitor::Level;
use server::{Error, FieldErrors, User, users};
use ui::components::{Button, Card, Field, Form, Line, PageShell, Select, Timestamp, Typed};
use ui::page::{PageResult, page};
use ui::preferences::{time_zone, time_zones};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account";
/// The option to follow the browser. It has a value, since an empty one looks like a missing field.
const BROWSER: &str = "browser";

pub async fn profile(cx: Cx) -> PageResult {
    let user = cx.user().await?;
    let submitted = cx.submitted(PATH).await?;
    let here = time_zone(&cx.preferences.time_zone);
    let browser =
        format!("Same as the browser ({})", here.as_ref().and_then(TimeZone::iana_name).unwrap_or("UTC"));
    let zones = [(BROWSER.to_owned(), browser)]
        .into_iter()
        .chain(time_zones().into_iter().map(|name| (name.clone(), name)));
    let zones = zones.collect();
    let zone = if user.time_zone.is_empty() { BROWSER.into() } else { user.time_zone };
    page(
        "Your account",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PATH/>
                <Card heading="Profile">
                    <Form action=PATH>
                        <Field name="name" label="Name" autocomplete="name" max=100 value=user.name submitted=submitted.clone()/>
                        <div class="field">
                            <span class="field-label">"Email"</span>
                            <Line>
                                <Typed text=user.email/>
                                <a class="btn btn-soft btn-xs" href="/account/email">"Change"<span class="sr-only">" your email address"</span></a>
                            </Line>
                        </div>
                        <Select name="time_zone" label="Time zone" options=zones value=zone submitted
                            hint="Times are shown in this time zone."/>
                        <p><Button text="Save"/></p>
                    </Form>
                </Card>
                <p class="flex flex-wrap items-center justify-between gap-3 text-sm text-base-content/70">
                    <span>"Member since "<Timestamp at=user.created_at/></span>
                    <span class="flex flex-wrap gap-x-6 gap-y-1">
                        <a class="link link-hover" href="/account/export">"Download your data"</a>
                        <a class="link link-hover" href="/account/delete">"Delete your account"</a>
                    </span>
                </p>
            </PageShell>
        },
    )
}

#[server(prefix = "", endpoint = "/account")]
pub async fn save_profile(name: String, #[server(default)] time_zone: Option<String>) -> Result<(), Problem> {
    let cx = cx()?;
    match save(&cx, &cx.user().await?, &name, time_zone.as_deref()).await {
        Ok(()) => {
            cx.flash(Level::Success, "Your profile is saved.").await?;
            cx.redirect(PATH)
        }
        Err(Error::Invalid(errors)) => {
            let zone = time_zone.unwrap_or_default();
            cx.back_to(PATH, &[("name", &name), ("time_zone", &zone)], &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn save(cx: &Cx, user: &User, name: &str, zone: Option<&str>) -> Result<(), Error> {
    let zone = zone.map(|zone| if zone == BROWSER { "" } else { zone });
    if zone.is_some_and(|zone| !zone.is_empty() && !time_zones().iter().any(|known| known == zone)) {
        return Err(FieldErrors::one("time_zone", "Please choose a time zone from the list.").into());
    }
    users::save_profile(&cx.db, user, name, zone).await
}
