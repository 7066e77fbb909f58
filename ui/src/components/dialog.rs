//! Dialogs, each with the button that opens it. They work without a script: `command` opens a modal dialog, and
//! browsers without it use `popovertarget`. Escape, Cancel and a click outside close a dialog.

use super::button::{Look, Size, button_class, hidden_field};
use super::form_token_field::token;
use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// A button, and the dialog that it opens.
#[component]
pub fn Dialog<Inside: IntoView + 'static>(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// Text of the button.
    #[prop(into)]
    text: String,
    #[prop(default = Look::Soft)] look: Look,
    #[prop(default = Size::Small)] size: Size,
    /// Accessible name of the button, for screen readers.
    #[prop(optional_no_strip, into)]
    label: Option<String>,
    #[prop(into)] heading: String,
    children: TypedChildren<Inside>,
) -> Html {
    let title = format!("{id}-title");
    view! {
        <button type="button" class=button_class(look, size) aria-label=label aria-haspopup="dialog" commandfor=id.clone()
            command="show-modal" popovertarget=id.clone()>{text}</button>
        <dialog class="dialog" id=id popover="auto" closedby="any" aria-labelledby=title.clone()>
            <h2 id=title.clone() class="text-lg font-semibold">{heading}</h2>
            {children.into_inner()()}
        </dialog>
    }
    .rendered()
}

/// Closes the dialog `id`. The dialog opens with the focus on it, so that Enter cancels.
#[component]
pub fn CancelButton(#[prop(into)] id: String) -> Html {
    view! {
        <button type="button" class=button_class(Look::Ghost, Size::Medium) autofocus commandfor=id.clone()
            command="close" popovertarget=id popovertargetaction="hide">"Cancel"</button>
    }
    .rendered()
}

/// A button that asks for confirmation before it posts.
#[component]
pub fn ConfirmedAction(
    action: &'static str,
    #[prop(into)] text: String,
    #[prop(into)] question: String,
    /// Text of the second button.
    #[prop(into)]
    confirm: String,
    /// Whether something is deleted or ended.
    #[prop(default = true)]
    danger: bool,
    #[prop(default = Size::Small)] size: Size,
    /// Accessible name of the first button, for screen readers.
    #[prop(optional, into)]
    label: Option<String>,
    /// Name and value of the hidden field.
    #[prop(optional)]
    hidden: Option<(&'static str, String)>,
    /// Name and value of a second hidden field.
    #[prop(optional)]
    also: Option<(&'static str, String)>,
) -> Html {
    let values: String = [&hidden, &also].into_iter().flatten().map(|(_, value)| value.as_str()).collect();
    let id = format!("confirm{}{values}", action.replace('/', "-"));
    let (first, second) =
        if danger { (Look::DangerOutline, Look::Danger) } else { (Look::Soft, Look::Primary) };
    view! {
        <Dialog id=id.clone() text=text.clone() look=first size heading=format!("{text}?") label=label>
            <p class="typed text-pretty" dir="auto">{question}</p>
            <form method="post" action=action class="flex flex-wrap justify-end gap-3">
                {token()}{hidden_field(hidden)}{hidden_field(also)}
                <CancelButton id/>
                <button type="submit" class=button_class(second, Size::Medium)>{confirm}</button>
            </form>
        </Dialog>
    }
    .rendered()
}
