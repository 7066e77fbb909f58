//! GET and POST /dev/log-in: logs in as a seeded user, without a password. A release build does not have it.

use axum::extract::{Form, FromRequest, Request};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;
use server::seed::{PEOPLE, Seeded};
use server::users;
use ui::components::{ActionButton, Card, FormPage, Look, Size};
use ui::errors::problem_response;
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::Cx;

const PATH: &str = "/dev/log-in";

#[derive(Deserialize)]
struct Chosen {
    email: String,
}

pub async fn seeded_users(_: Cx) -> PageResult {
    let users: Vec<_> = PEOPLE.iter().map(button).collect();
    page(
        "Log in as",
        view! {
            <FormPage heading="Log in as" lead="Without a password. Only in development.">
                <Card>{users}</Card>
            </FormPage>
        },
    )
}

fn button(user: &Seeded) -> Html {
    let hidden = ("email", user.email.to_owned());
    view! { <ActionButton action=PATH text=user.name look=Look::Soft size=Size::Medium hidden/> }.rendered()
}

/// Refuses a user who is not seeded: the database may be a copy with accounts of others.
pub async fn log_in_as(request: Request) -> Response {
    let cx = match Cx::of(&request, Vec::new()) {
        Ok(cx) => cx,
        Err(problem) => return problem_response(problem),
    };
    let seeded = match Form::<Chosen>::from_request(request, &()).await {
        Ok(Form(chosen)) => PEOPLE.iter().find(|user| user.email == chosen.email),
        Err(_) => None,
    };
    log_in(&cx, seeded).await.unwrap_or_else(problem_response)
}

async fn log_in(cx: &Cx, seeded: Option<&Seeded>) -> Result<Response, Problem> {
    let seeded = seeded.ok_or(Problem::NotFound)?;
    let user = users::with_email(&cx.db, seeded.email).await?.ok_or(Problem::NotFound)?;
    if !cx.visitor.log_in(&user, false).await? {
        return Err(Problem::Forbidden);
    }
    let path = cx.visitor.take_return_path().await?.unwrap_or("/dashboard".into());
    Ok(Redirect::to(&path).into_response())
}
