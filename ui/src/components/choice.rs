//! Fields in which the user chooses: selects, checkboxes, switches, radio buttons, files.

use super::field::{HintAndError, described_by};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::visitor::SubmittedForm;

/// Each option has a value and a text.
pub type Options = Vec<(String, String)>;

#[component]
pub fn Select(
    name: &'static str,
    label: &'static str,
    options: Options,
    submitted: SubmittedForm,
    #[prop(into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
) -> Html {
    let error = submitted.error(name);
    let value = submitted.value(name).unwrap_or(value);
    let options: Vec<_> = options
        .into_iter()
        .map(|(one, text)| {
            let selected = one == value;
            // Without the attribute the text is the value.
            let value = (one != text).then_some(one);
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect();
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <select class="select" id=name name=name aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by(name, error.is_some(), hint.is_some())>{options}</select>
            <HintAndError name hint error/>
        </div>
    }
    .rendered()
}

/// Posts `true` if it is checked, else nothing.
#[component]
pub fn Checkbox(
    name: &'static str,
    label: &'static str,
    submitted: SubmittedForm,
    /// Whether it is checked when the form is first shown.
    #[prop(optional)]
    checked: bool,
    /// Looks like a switch.
    #[prop(optional)]
    switch: bool,
) -> Html {
    let checked = submitted.is_checked(name, checked);
    let (class, role) = if switch { ("toggle", Some("switch")) } else { ("checkbox", None) };
    view! {
        <label class="check">
            <input class=class type="checkbox" role=role name=name value="true" checked=checked/>
            {label}
        </label>
    }
    .rendered()
}

#[component]
pub fn Radio(
    name: &'static str,
    label: &'static str,
    options: Options,
    submitted: SubmittedForm,
    #[prop(into)] value: String,
) -> Html {
    let error = submitted.error(name);
    let value = submitted.value(name).unwrap_or(value);
    let options: Vec<_> = options
        .into_iter()
        .map(|(one, text)| {
            let checked = one == value;
            view! { <label class="check"><input class="radio" type="radio" name=name value=one checked=checked/>{text}</label> }
        })
        .collect();
    let described_by = described_by(name, error.is_some(), false);
    view! {
        <fieldset class="field" aria-describedby=described_by>
            <legend class="field-label">{label}</legend>
            {options}
            <HintAndError name hint=None error/>
        </fieldset>
    }
    .rendered()
}

/// Its form needs `enctype="multipart/form-data"`: see `docs/guides/upload-a-file.md`.
#[component]
pub fn FileField(
    name: &'static str,
    label: &'static str,
    /// Media types or endings, for example `image/png,.csv`.
    accept: &'static str,
    submitted: SubmittedForm,
    #[prop(optional, into)] hint: Option<String>,
) -> Html {
    let error = submitted.error(name);
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <input class="file-input" type="file" id=name name=name accept=accept
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by(name, error.is_some(), hint.is_some())/>
            <HintAndError name hint error/>
        </div>
    }
    .rendered()
}
