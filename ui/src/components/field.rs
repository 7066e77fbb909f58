//! Forms that work without a script. Each field has a label and shows its own errors.

use super::form_token_field::token;
use crate::html::{Html, Rendered};
use html_escape::encode_text;
use leptos::prelude::*;
use server::visitor::SubmittedForm;

#[component]
pub fn Form<Inside: IntoView + 'static>(action: &'static str, children: TypedChildren<Inside>) -> Html {
    view! { <form method="post" action=action class="form">{token()}{children.into_inner()()}</form> }
        .rendered()
}

/// The buttons below a form.
#[component]
pub fn Buttons<Inside: IntoView + 'static>(children: TypedChildren<Inside>) -> Html {
    view! { <div class="flex flex-wrap gap-3">{children.into_inner()()}</div> }.rendered()
}

#[component]
pub fn Field(
    name: &'static str,
    label: &'static str,
    /// `text`, `email`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(optional, into)] hint: Option<String>,
    /// Text before the input, for example `https://`.
    #[prop(optional)]
    prefix: Option<&'static str>,
    /// What the user sent before, and its field errors.
    submitted: SubmittedForm,
    #[prop(optional, into)] value: Option<String>,
    /// In characters.
    #[prop(default = 200)]
    max: usize,
    #[prop(optional)] disabled: bool,
    /// Whether a button shows the password. It needs a page with an island: `islands/src/show_password.rs`.
    #[prop(optional)]
    can_show: bool,
) -> Html {
    let error = submitted.error(name);
    // A password is never sent back to the browser, even if the form data has one.
    let value = if kind == "password" { None } else { submitted.value(name).or(value) };
    let is_text = kind == "text" || kind == "search";
    let input = view! {
        <input class=if prefix.is_some() { "grow" } else { "input" } id=name name=name type=kind value=value required disabled=disabled
            autocomplete=autocomplete inputmode=inputmode maxlength=max.to_string() dir=is_text.then_some("auto")
            aria-invalid=error.is_some().then_some("true") aria-describedby=described_by(name, error.is_some(), hint.is_some())/>
    };
    // Codes are short, other values are not.
    let width = if max <= 40 { "field field-short" } else { "field" };
    view! {
        <div class=width>
            <label class="field-label" for=name>{label}</label>
            {with_prefix(prefix, input)}
            // It is above the input, but after it in the tab order.
            {can_show.then(show_button)}
            <HintAndError name hint error/>
        </div>
    }
    .rendered()
}

fn with_prefix(prefix: Option<&'static str>, input: impl IntoView) -> Html {
    match prefix {
        None => input.rendered(),
        Some(prefix) => {
            view! { <span class="input"><span class="text-base-content/70">{prefix}</span>{input}</span> }
                .rendered()
        }
    }
}

fn show_button() -> Html {
    view! {
        <button type="button" class="field-show" hidden data-show-password aria-label="Show password" aria-pressed="false">"Show"</button>
    }
    .rendered()
}

#[component]
pub fn TextArea(
    name: &'static str,
    label: &'static str,
    submitted: SubmittedForm,
    #[prop(into)] value: String,
    /// In characters.
    #[prop(default = 10_000)]
    max: usize,
    /// Whether typed characters are counted. It needs a page with an island: `islands/src/character_count.rs`.
    #[prop(optional)]
    counts: bool,
) -> Html {
    let hint = Some(format!("At most {} characters.", grouped(max)));
    let count = counts.then(|| view! { <p class="field-hint" data-count></p> });
    let error = submitted.error(name);
    let value = submitted.value(name).unwrap_or(value);
    view! {
        <div class="field field-wide">
            <label class="field-label" for=name>{label}</label>
            // A browser drops the first line break, so one is added. Leptos does not escape the content: without
            // `encode_text`, user input would be read as HTML.
            <textarea class="textarea" id=name name=name rows="12" maxlength=max.to_string() dir="auto"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by(name, error.is_some(), hint.is_some())>{format!("\n{}", encode_text(&value))}</textarea>
            <HintAndError name hint error/>
            {count}
        </div>
    }
    .rendered()
}

#[component]
pub(super) fn HintAndError(name: &'static str, hint: Option<String>, error: Option<String>) -> Html {
    let hint = hint.map(|hint| view! { <p id=format!("{name}-hint") class="field-hint">{hint}</p> });
    let error = error.map(|error| view! { <p id=format!("{name}-error") class="field-error">{error}</p> });
    (error, hint).rendered()
}

pub(super) fn described_by(name: &str, is_wrong: bool, has_hint: bool) -> Option<String> {
    match (is_wrong, has_hint) {
        (true, true) => Some(format!("{name}-error {name}-hint")),
        (true, false) => Some(format!("{name}-error")),
        (false, true) => Some(format!("{name}-hint")),
        (false, false) => None,
    }
}

/// For example `10,000`.
fn grouped(number: usize) -> String {
    if number < 1000 {
        number.to_string()
    } else {
        format!("{},{:03}", grouped(number / 1000), number % 1000)
    }
}
