//! GET /dev/mailbox: the emails that were sent in development, and a preview of each kind. A release build does not
//! have these pages.

use axum::http::{HeaderName, header};
use axum::response::{self, IntoResponse, Response};
use leptos::prelude::*;
use server::mail::mailbox::Folder;
use ui::components::{Card, Column, Empty, Lead, PageShell, Row, Table, TextLink, Typed};
use ui::emails::{self, Site};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::Cx;

const PATH: &str = "/dev/mailbox";

pub async fn mailbox(_: Cx) -> PageResult {
    let emails = Folder::of_developer().emails().map_err(|error| unreadable(&error))?;
    let rows: Vec<_> = emails
        .into_iter()
        .map(|email| {
            let href = format!("{PATH}/{}", email.id);
            Row::new(vec![
                view! { <TextLink href text=email.subject/> }.rendered(),
                view! { <Typed text=email.to/> }.rendered(),
            ])
        })
        .collect();
    let columns = ["Subject", "To"].map(Column::text).into();
    let list = match rows.is_empty() {
        true => {
            view! { <Empty heading="No emails yet"><Lead>"Sign up to get one."</Lead></Empty> }.rendered()
        }
        false => view! { <Table label="Emails" columns rows/> }.rendered(),
    };
    let previews: Vec<_> = emails::PREVIEWS
        .iter()
        .map(|name| view! { <li><TextLink href=format!("/dev/mails/{name}") text=name.replace('-', " ")/></li> })
        .collect();
    page(
        "Mailbox",
        view! {
            <PageShell heading="Mailbox">
                {list}
                <Card heading="Email previews"><ul class="grid list-inside list-disc gap-1 sm:grid-cols-2">{previews}</ul></Card>
            </PageShell>
        },
    )
}

/// GET /dev/mailbox/{id}: one email, with links that work.
pub async fn email(cx: Cx) -> PageResult {
    let id = cx.path_id()?;
    let email =
        Folder::of_developer().find(&id).map_err(|error| unreadable(&error))?.ok_or(Problem::NotFound)?;
    let text: Vec<_> = email.text.split_inclusive(char::is_whitespace).map(linked).collect();
    page(
        email.subject.clone(),
        view! {
            <PageShell heading=email.subject>
                <Card>
                    <Lead>"To "{email.to}" · "<TextLink href=format!("{PATH}/{id}/html") text="as HTML"/></Lead>
                    <pre class="plain-text">{text}</pre>
                </Card>
            </PageShell>
        },
    )
}

fn linked(word: &str) -> Html {
    let link = word.trim_end();
    if link.starts_with("http://") || link.starts_with("https://") {
        return view! { <TextLink href=link text=word/> }.rendered();
    }
    word.to_owned().rendered()
}

/// GET /dev/mailbox/{id}/html: the HTML part of the email.
pub fn html(cx: &Cx) -> Result<Response, Problem> {
    let id = cx.path_id()?;
    let email =
        Folder::of_developer().find(&id).map_err(|error| unreadable(&error))?.ok_or(Problem::NotFound)?;
    Ok(as_email(email.html))
}

/// GET /dev/mails/{name}: the preview of one kind of email.
pub async fn preview(cx: Cx) -> PageResult {
    let name = cx.path_value("name");
    let rendered = emails::preview(&name, &Site::of(&cx.config)).ok_or(Problem::NotFound)?;
    page(
        rendered.subject.clone(),
        view! {
            <PageShell heading=rendered.subject>
                <Card>
                    <p><TextLink href=format!("/dev/mails/{name}/html") text="As HTML"/></p>
                    <pre class="plain-text">{rendered.text}</pre>
                </Card>
            </PageShell>
        },
    )
}

/// GET /dev/mails/{name}/html: the HTML part of the preview.
pub fn preview_html(cx: &Cx) -> Result<Response, Problem> {
    emails::preview(&cx.path_value("name"), &Site::of(&cx.config))
        .map(|rendered| as_email(rendered.html))
        .ok_or(Problem::NotFound)
}

/// Emails have inline styles, which the policy of the product's own pages forbids.
fn as_email(html: String) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    let headers: [(HeaderName, &str); 1] = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, response::Html(html)).into_response()
}

fn unreadable(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "the mailbox cannot be read");
    Problem::Internal
}
