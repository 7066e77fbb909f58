//! Forms: plain posts that work without a script. Each field has its label, each mistake stands at its field.

use super::token::token;
use html_escape::encode_text;
use leptos::prelude::*;
use server::visitor::Form as Typed;

/// A form that posts to a server function.
#[component]
pub fn Form<Inside: IntoView + 'static>(
    action: &'static str,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    view! { <form method="post" action=action class="grid gap-5">{token()}{children.into_inner()()}</form> }
}

/// One line to fill in.
#[component]
pub fn Field(
    /// Its name in the form.
    name: &'static str,
    /// What it asks for.
    label: &'static str,
    /// `text`, `email`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    /// What a password manager or the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Selection keys a phone offers.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// A word of help below it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What was typed before, and what was wrong with it.
    typed: Typed,
    /// What stands there at first.
    #[prop(optional, into)]
    value: Option<String>,
    /// The most characters it takes.
    #[prop(default = 200)]
    max: usize,
) -> impl IntoView {
    let mistake = typed.mistake(name);
    // A password is never shown again, whatever the form kept.
    let value = if kind == "password" { None } else { typed.value(name).or(value) };
    view! {
        <div class="grid gap-1.5">
            <label class="text-sm font-medium" for=name>{label}</label>
            <input class=INPUT[usize::from(mistake.is_some())] id=name name=name type=kind value=value required
                autocomplete=autocomplete inputmode=inputmode maxlength=max.to_string() aria-invalid=mistake.is_some().then_some("true")
                aria-describedby=described(name, mistake.is_some(), hint.is_some())/>
            <Below name hint mistake/>
        </div>
    }
}

/// Many lines to fill in.
#[component]
pub fn TextArea(
    name: &'static str,
    label: &'static str,
    typed: Typed,
    #[prop(into)] value: String,
) -> impl IntoView {
    let mistake = typed.mistake(name);
    let value = typed.value(name).unwrap_or(value);
    view! {
        <div class="grid gap-1.5">
            <label class="text-sm font-medium" for=name>{label}</label>
            // A browser drops the first line break of a text area, so one stands there to be dropped. Leptos
            // escapes nothing inside of one: what somebody typed would be read as HTML.
            <textarea class=TEXTAREA[usize::from(mistake.is_some())] id=name name=name rows="12" maxlength="10000"
                aria-invalid=mistake.is_some().then_some("true")
                aria-describedby=described(name, mistake.is_some(), false)>{format!("\n{}", encode_text(&value))}</textarea>
            <Below name hint=None mistake/>
        </div>
    }
}

#[component]
fn Below(name: &'static str, hint: Option<String>, mistake: Option<String>) -> impl IntoView {
    let hint = hint.map(|hint| {
        view! { <p id=format!("{name}-hint") class="text-sm text-base-content/70">{hint}</p> }
    });
    let mistake = mistake.map(|mistake| {
        view! { <p id=format!("{name}-error") class="text-sm font-medium text-error">{mistake}</p> }
    });
    (mistake, hint)
}

/// Whole names: the stylesheet holds only the classes that stand somewhere in the source.
const INPUT: [&str; 2] = ["input w-full", "input input-error w-full"];
const TEXTAREA: [&str; 2] = ["textarea w-full", "textarea textarea-error w-full"];

fn described(name: &str, is_wrong: bool, has_hint: bool) -> Option<String> {
    match (is_wrong, has_hint) {
        (true, true) => Some(format!("{name}-error {name}-hint")),
        (true, false) => Some(format!("{name}-error")),
        (false, true) => Some(format!("{name}-hint")),
        (false, false) => None,
    }
}
