//! Forms that work without a script. Each field has a label and shows its own errors.

use super::token::token;
use html_escape::encode_text;
use leptos::prelude::*;
use server::visitor::SubmittedForm;

#[component]
pub fn Form<Inside: IntoView + 'static>(
    action: &'static str,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    view! { <form method="post" action=action class="grid gap-5">{token()}{children.into_inner()()}</form> }
}

#[component]
pub fn Field(
    name: &'static str,
    label: &'static str,
    /// `text`, `email`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    /// The keyboard of a phone.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    #[prop(optional, into)] hint: Option<String>,
    /// What the user sent before, and its field errors.
    submitted: SubmittedForm,
    #[prop(optional, into)] value: Option<String>,
    /// In characters.
    #[prop(default = 200)]
    max: usize,
) -> impl IntoView {
    let error = submitted.error(name);
    // A password is never sent back to the browser, even if the form data has one.
    let value = if kind == "password" { None } else { submitted.value(name).or(value) };
    view! {
        <div class="grid gap-1.5">
            <label class="text-sm font-medium" for=name>{label}</label>
            <input class=INPUT[usize::from(error.is_some())] id=name name=name type=kind value=value required
                autocomplete=autocomplete inputmode=inputmode maxlength=max.to_string() aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by(name, error.is_some(), hint.is_some())/>
            <HintAndError name hint error/>
        </div>
    }
}

#[component]
pub fn TextArea(
    name: &'static str,
    label: &'static str,
    submitted: SubmittedForm,
    #[prop(into)] value: String,
) -> impl IntoView {
    let error = submitted.error(name);
    let value = submitted.value(name).unwrap_or(value);
    view! {
        <div class="grid gap-1.5">
            <label class="text-sm font-medium" for=name>{label}</label>
            // A browser drops the first line break, so there is one more. Leptos does not escape the content: without
            // `encode_text`, user input would be read as HTML.
            <textarea class=TEXTAREA[usize::from(error.is_some())] id=name name=name rows="12" maxlength="10000"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by(name, error.is_some(), false)>{format!("\n{}", encode_text(&value))}</textarea>
            <HintAndError name hint=None error/>
        </div>
    }
}

#[component]
fn HintAndError(name: &'static str, hint: Option<String>, error: Option<String>) -> impl IntoView {
    let hint = hint.map(|hint| {
        view! { <p id=format!("{name}-hint") class="text-sm text-base-content/70">{hint}</p> }
    });
    let error = error.map(|error| {
        view! { <p id=format!("{name}-error") class="text-sm font-medium text-error">{error}</p> }
    });
    (error, hint)
}

/// Complete class names: the stylesheet holds only the classes that occur in the source.
const INPUT: [&str; 2] = ["input w-full", "input input-error w-full"];
const TEXTAREA: [&str; 2] = ["textarea w-full", "textarea textarea-error w-full"];

fn described_by(name: &str, is_wrong: bool, has_hint: bool) -> Option<String> {
    match (is_wrong, has_hint) {
        (true, true) => Some(format!("{name}-error {name}-hint")),
        (true, false) => Some(format!("{name}-error")),
        (false, true) => Some(format!("{name}-hint")),
        (false, false) => None,
    }
}
