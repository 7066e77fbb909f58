//! Buttons, and links that look like them. A button that changes something is a form of its own, so it works without a
//! script.

use super::form_token_field::token;
use super::hidden::Hidden;
use super::icon::{Icon, Shape};
use crate::html::{Html, Rendered};
use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The action that the page is for: at most one on a page.
    #[default]
    Primary,
    Soft,
    Ghost,
    /// Deletes or ends something.
    Danger,
    /// Opens the dialog that asks before something is deleted or ended.
    DangerOutline,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

/// Class names are written in full: the stylesheet has only the classes that occur in the source.
pub fn button_class(look: Look, size: Size) -> String {
    let look = match look {
        Look::Primary => "btn btn-primary",
        Look::Soft => "btn btn-soft",
        Look::Ghost => "btn btn-ghost",
        Look::Danger => "btn btn-error",
        Look::DangerOutline => "btn btn-outline btn-error",
    };
    let size = match size {
        Size::Small => " btn-sm",
        Size::Medium => "",
        Size::Large => " btn-lg",
    };
    format!("{look}{size}")
}

/// Submits the form that it is in.
#[component]
pub fn Button(
    #[prop(into)] text: String,
    #[prop(default = Look::Primary)] look: Look,
    #[prop(default = Size::Medium)] size: Size,
    #[prop(optional)] icon: Option<Shape>,
    /// Shows that the action is running.
    #[prop(optional)]
    busy: bool,
    #[prop(optional)] disabled: bool,
    /// Accessible name, for screen readers.
    #[prop(optional, into)]
    label: Option<String>,
) -> Html {
    let icon = icon.map(|shape| view! { <Icon shape/> });
    let spinner =
        busy.then(|| view! { <span class="loading loading-spinner loading-sm" aria-hidden="true"></span> });
    view! {
        <button type="submit" class=button_class(look, size) disabled=disabled || busy aria-label=label
            aria-busy=busy.then_some("true")>{spinner}{icon}{text}</button>
    }
    .rendered()
}

#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(into)] text: String,
    #[prop(default = Look::Primary)] look: Look,
    #[prop(default = Size::Medium)] size: Size,
    #[prop(optional)] icon: Option<Shape>,
) -> Html {
    let icon = icon.map(|shape| view! { <Icon shape/> });
    view! { <a class=button_class(look, size) href=href>{icon}{text}</a> }.rendered()
}

/// A form that is one button. It posts at most one value.
#[component]
pub fn ActionButton(
    action: &'static str,
    #[prop(into)] text: String,
    #[prop(default = Look::Soft)] look: Look,
    #[prop(default = Size::Small)] size: Size,
    /// Name and value of the hidden field.
    #[prop(optional)]
    hidden: Option<(&'static str, String)>,
    /// Accessible name, for screen readers.
    #[prop(optional, into)]
    label: Option<String>,
) -> Html {
    view! {
        <form method="post" action=action>
            {token()}{hidden_field(hidden)}
            <button type="submit" class=button_class(look, size) aria-label=label>{text}</button>
        </form>
    }
    .rendered()
}

pub(super) fn hidden_field(hidden: Option<(&'static str, String)>) -> Option<Html> {
    hidden.map(|(name, value)| view! { <Hidden name value/> }.rendered())
}
