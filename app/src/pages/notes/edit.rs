//! GET /notes/new and /notes/{id}: one note, and the server functions of its forms.

use leptos::prelude::*;
use server::Error;
use server::notes::{self, Note, SEEN_AT};
use server::visitor::{Level, SubmittedForm};
use ui::components::{
    Breadcrumbs, Button, Buttons, Card, ConfirmedAction, Field, Form, Hidden, LinkButton, Look, PageShell,
    TextArea, Typed,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page_with_island};
use ui::problem::Problem;
use ui::request::{Cx, cx, parse_id};

const NEW: &str = "/notes/new";

/// The page for a new note.
pub async fn new_note(cx: Cx) -> PageResult {
    let submitted = cx.submitted(NEW).await?;
    page_with_island(
        "New note",
        view! {
            <PageShell heading="New note">
                <Card>
                    <Form action=NEW>
                        <Field name="title" label="Title" max=120 submitted=submitted.clone()/>
                        <TextArea name="body" label="Text" value="" submitted counts=true/>
                        <SaveOrCancel/>
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
    // Input of a refused form was typed on the version that the form first showed, not on the current one.
    let seen_at = submitted.value(SEEN_AT).unwrap_or_else(|| note.updated_at.to_string());
    let hidden = id.to_string();
    let delete = move || {
        view! {
            <ConfirmedAction action="/notes/delete" text="Delete" question="This note will be permanently deleted."
                confirm="Delete the note" hidden=("id", hidden.clone())/>
        }
    };
    page_with_island(
        note.title.clone(),
        view! {
            <PageShell heading="Edit note" actions=delete>
                <Breadcrumbs links=vec![("/notes", "Notes")] here=note.title.clone()/>
                {changed_meanwhile(&note, &submitted)}
                <Card>
                    <Form action="/notes/edit">
                        <Hidden name="id" value=id.to_string()/>
                        <Hidden name=SEEN_AT value=seen_at/>
                        <Field name="title" label="Title" max=120 value=note.title submitted=submitted.clone()/>
                        <TextArea name="body" label="Text" value=note.body submitted counts=true/>
                        <SaveOrCancel/>
                    </Form>
                </Card>
            </PageShell>
        },
    )
}

/// The stored text, if it changed after the user opened the form. The form below has the user's own text.
fn changed_meanwhile(note: &Note, submitted: &SubmittedForm) -> Option<Html> {
    let message = submitted.error(SEEN_AT)?;
    let stored = view! {
        <section class="grid gap-3 rounded-box border border-warning bg-base-100 p-6" aria-labelledby="changed">
            <h2 id="changed" class="font-semibold">{message}</h2>
            <p>"Your text is below and not saved yet. Save again to replace this version:"</p>
            <h3 class="font-medium"><Typed text=note.title.clone()/></h3>
            <p class="plain-text" dir="auto">{note.body.clone()}</p>
        </section>
    };
    Some(stored.rendered())
}

#[component]
fn SaveOrCancel() -> Html {
    view! {
        <Buttons>
            <Button text="Save"/>
            <LinkButton href="/notes" text="Cancel" look=Look::Ghost/>
        </Buttons>
    }
    .rendered()
}

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
pub async fn update_note(
    id: String,
    #[server(default)] seen_at: String,
    title: String,
    body: String,
) -> Result<(), Problem> {
    let cx = cx()?;
    let id = parse_id(&id)?;
    let version = seen_at.parse().unwrap_or_default();
    match notes::update(&cx.db, &cx.scope().await?, &id, version, &title, &body).await {
        Ok(true) => saved(&cx).await,
        Ok(false) => Err(Problem::NotFound),
        Err(Error::Invalid(errors)) => {
            let typed = [("title", title.as_str()), ("body", body.as_str()), (SEEN_AT, seen_at.as_str())];
            // After a reported conflict, the next form replaces the version that its page shows.
            let kept = if errors.has(SEEN_AT) { &typed[..2] } else { &typed[..] };
            cx.back_to(&format!("/notes/{id}"), kept, &errors).await
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
