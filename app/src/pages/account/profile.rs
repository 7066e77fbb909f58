//! GET and POST /account: the user's name.

use super::Tabs;
use crate::components::{Card, Field, Form, PageShell, Timestamp};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx};
use leptos::prelude::*;
use server::visitor::Level;
use server::{Error, users};

const PATH: &str = "/account";

pub async fn profile(cx: Cx) -> PageResult {
    let user = cx.user().await?;
    let submitted = cx.submitted(PATH).await?;
    page(
        "Your account",
        view! {
            <PageShell heading="Your account">
                <Tabs here=PATH/>
                <Card heading="Profile">
                    <Form action=PATH>
                        <Field name="name" label="Name" autocomplete="name" max=100 value=user.name submitted/>
                        <div class="grid gap-1.5">
                            <span class="text-sm font-medium">"Email"</span>
                            <p class="flex flex-wrap items-center gap-3">
                                <span class="wrap-anywhere">{user.email}</span>
                                <a class="btn btn-soft btn-xs" href="/account/email">"Change"<span class="sr-only">" your email address"</span></a>
                            </p>
                        </div>
                        <p><button type="submit" class="btn btn-primary">"Save"</button></p>
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
pub async fn rename(name: String) -> Result<(), Problem> {
    let cx = cx()?;
    match users::rename(&cx.db, &cx.user().await?, &name).await {
        Ok(()) => {
            cx.flash(Level::Success, "Your profile is saved.").await?;
            cx.redirect(PATH)
        }
        Err(Error::Invalid(errors)) => cx.back_to(PATH, &[("name", &name)], &errors).await,
        Err(error) => Err(error.into()),
    }
}
