//! GET /notes/new and /notes/{id}, and the server functions of their forms: one note.

use crate::components::{Card, ConfirmedAction, Field, Form, PageShell, TextArea};
use crate::page::{PageResult, page};
use crate::problem::Problem;
use crate::request::{Cx, cx, parse_id};
use leptos::prelude::*;
use server::visitor::Level;
use server::{Error, notes};

const NEW: &str = "/notes/new";

/// The page for a new note.
pub async fn new_note(cx: Cx) -> PageResult {
    let submitted = cx.submitted(NEW).await?;
    page(
        "New note",
        view! {
            <PageShell heading="New note">
                <Card>
                    <Form action=NEW>
                        <Field name="title" label="Title" max=120 submitted=submitted.clone()/>
                        <TextArea name="body" label="Text" value="" submitted/>
                        <Buttons/>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// The page of an existing note.
pub async fn edit_note(cx: Cx) -> PageResult {
    let id = cx.path_id()?;
    let note = notes::find(&cx.db, &cx.scope().await?, &id).await?.ok_or(Problem::NotFound)?;
    let submitted = cx.submitted(&format!("/notes/{id}")).await?;
    let hidden = id.to_string();
    let delete = move || {
        view! {
            <ConfirmedAction action="/notes/delete" text="Delete" question="This note will be permanently deleted."
                confirm="Delete the note" hidden=("id", hidden.clone())/>
        }
    };
    page(
        note.title.clone(),
        view! {
            <PageShell heading="Edit note" actions=delete>
                <Card>
                    <Form action="/notes/edit">
                        <input type="hidden" name="id" value=id.to_string()/>
                        <Field name="title" label="Title" max=120 value=note.title submitted=submitted.clone()/>
                        <TextArea name="body" label="Text" value=note.body submitted/>
                        <Buttons/>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <p class="flex gap-3">
            <button type="submit" class="btn btn-primary">"Save"</button>
            <a class="btn btn-ghost" href="/notes">"Cancel"</a>
        </p>
    }
}

/// Creates a note.
#[server(prefix = "", endpoint = "/notes/new")]
pub async fn create_note(title: String, body: String) -> Result<(), Problem> {
    let cx = cx()?;
    match notes::create(&cx.db, &cx.scope().await?, &title, &body).await {
        Ok(_) => saved(&cx).await,
        Err(Error::Invalid(errors)) => cx.back_to(NEW, &[("title", &title), ("body", &body)], &errors).await,
        Err(error) => Err(error.into()),
    }
}

/// Changes one of the user's notes.
#[server(prefix = "", endpoint = "/notes/edit")]
pub async fn update_note(id: String, title: String, body: String) -> Result<(), Problem> {
    let cx = cx()?;
    let id = parse_id(&id)?;
    match notes::update(&cx.db, &cx.scope().await?, &id, &title, &body).await {
        Ok(true) => saved(&cx).await,
        Ok(false) => Err(Problem::NotFound),
        Err(Error::Invalid(errors)) => {
            cx.back_to(&format!("/notes/{id}"), &[("title", &title), ("body", &body)], &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Deletes one of the user's notes. A note that is already deleted is no error.
#[server(prefix = "", endpoint = "/notes/delete")]
pub async fn delete_note(id: String) -> Result<(), Problem> {
    let cx = cx()?;
    notes::delete(&cx.db, &cx.scope().await?, &parse_id(&id)?).await?;
    cx.flash(Level::Success, "The note is deleted.").await?;
    cx.redirect("/notes")
}

async fn saved(cx: &Cx) -> Result<(), Problem> {
    cx.flash(Level::Success, "The note is saved.").await?;
    cx.redirect("/notes")
}
