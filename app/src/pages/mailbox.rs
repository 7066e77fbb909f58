//! GET /dev/mailbox: all emails that the product sent on this machine, and a preview of each kind. A release build does
//! not have these pages.

use crate::components::{Card, Empty, PageShell, Table};
use crate::emails;
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::Cx;
use axum::http::{HeaderName, header};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;
use server::mail::mailbox::Folder;

const PATH: &str = "/dev/mailbox";
const HEADINGS: &[&str] = &["Subject", "To"];

pub async fn mailbox(_: Cx) -> PageResult {
    let mails = Folder::of_developer().mails().map_err(|error| broken(&error))?;
    let rows: Vec<_> = mails
        .into_iter()
        .map(|mail| {
            view! {
                <tr>
                    <td><a class="link font-medium" href=format!("{PATH}/{}", mail.id)>{mail.subject}</a></td>
                    <td class="wrap-anywhere">{mail.to}</td>
                </tr>
            }
        })
        .collect();
    let list = match rows.is_empty() {
        true => view! { <Empty heading="No emails yet"><p class="text-base-content/70">"Sign up to get one."</p></Empty> }.into_any(),
        false => view! { <Table label="Mails" headings=HEADINGS class="table">{rows}</Table> }.into_any(),
    };
    let previews: Vec<_> = emails::PREVIEWS
        .iter()
        .map(|name| view! { <li><a class="link" href=format!("/dev/mails/{name}")>{name.replace('-', " ")}</a></li> })
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
pub async fn mail(cx: Cx) -> PageResult {
    let id = cx.path_id()?;
    let mail = Folder::of_developer().find(&id).map_err(|error| broken(&error))?.ok_or(Problem::NotFound)?;
    let text: Vec<_> = mail.text.split_inclusive(char::is_whitespace).map(linked).collect();
    page(
        mail.subject.clone(),
        view! {
            <PageShell heading=mail.subject>
                <Card>
                    <p class="text-base-content/70">"To "{mail.to}" · "<a class="link" href=format!("{PATH}/{id}/html")>"as HTML"</a></p>
                    <pre class="whitespace-pre-wrap wrap-anywhere font-sans">{text}</pre>
                </Card>
            </PageShell>
        },
    )
}

fn linked(word: &str) -> AnyView {
    let link = word.trim_end();
    if link.starts_with("http://") || link.starts_with("https://") {
        return view! { <a class="link" href=link.to_owned()>{word.to_owned()}</a> }.into_any();
    }
    word.to_owned().into_any()
}

/// GET /dev/mailbox/{id}/html: the HTML part of the email.
pub fn html(cx: &Cx) -> Result<Response, Problem> {
    let id = cx.path_id()?;
    let mail = Folder::of_developer().find(&id).map_err(|error| broken(&error))?.ok_or(Problem::NotFound)?;
    Ok(as_mail(mail.html))
}

/// GET /dev/mails/{name}: the preview of one kind of email.
pub async fn preview(cx: Cx) -> PageResult {
    let name = cx.path_value("name");
    let written = emails::preview(&name, &cx.config.public_url).ok_or(Problem::NotFound)?;
    page(
        written.subject.clone(),
        view! {
            <PageShell heading=written.subject>
                <Card>
                    <p><a class="link" href=format!("/dev/mails/{name}/html")>"As HTML"</a></p>
                    <pre class="whitespace-pre-wrap wrap-anywhere font-sans">{written.text}</pre>
                </Card>
            </PageShell>
        },
    )
}

/// GET /dev/mails/{name}/html: the HTML part of the preview.
pub fn preview_html(cx: &Cx) -> Result<Response, Problem> {
    emails::preview(&cx.path_value("name"), &cx.config.public_url)
        .map(|written| as_mail(written.html))
        .ok_or(Problem::NotFound)
}

/// Emails have inline styles, which the policy of the product's own pages forbids.
fn as_mail(html: String) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    let headers: [(HeaderName, &str); 1] = [(header::CONTENT_SECURITY_POLICY, POLICY)];
    (headers, Html(html)).into_response()
}

fn broken(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "the mailbox cannot be read");
    Problem::Internal
}
