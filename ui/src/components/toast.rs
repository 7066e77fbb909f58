//! Flash messages. Each is an open dialog with a form that closes it, so it works without a script. The stylesheet
//! hides it after some seconds; a pointer or the focus on it pauses that.

use super::icon::Icon;
use crate::html::{Html, Rendered};
use icondata_lu::{LuCircleAlert, LuCircleCheck, LuInfo, LuTriangleAlert, LuX};
use leptos::prelude::*;
use server::visitor::{Flash, Level};

/// Where the messages are on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    TopLeft,
    Top,
    TopRight,
    Left,
    Center,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}

impl Position {
    pub const ALL: [Self; 9] = [
        Self::TopLeft,
        Self::Top,
        Self::TopRight,
        Self::Left,
        Self::Center,
        Self::Right,
        Self::BottomLeft,
        Self::Bottom,
        Self::BottomRight,
    ];

    fn class(self) -> &'static str {
        match self {
            Self::TopLeft => "toasts place-content-start justify-items-start",
            Self::Top => "toasts place-content-start justify-items-center",
            Self::TopRight => "toasts place-content-start justify-items-end",
            Self::Left => "toasts place-content-center justify-items-start",
            Self::Center => "toasts place-content-center justify-items-center",
            Self::Right => "toasts place-content-center justify-items-end",
            Self::BottomLeft => "toasts place-content-end justify-items-start",
            Self::Bottom => "toasts place-content-end justify-items-center",
            Self::BottomRight => "toasts place-content-end justify-items-end",
        }
    }
}

#[component]
pub fn Toasts(
    flashes: Vec<Flash>,
    position: Position,
    /// Whether errors stay until the user dismisses them.
    errors_stay: bool,
) -> Option<Html> {
    (!flashes.is_empty()).then(|| {
        let toasts: Vec<_> = flashes.into_iter().map(|flash| view! { <Toast flash errors_stay/> }).collect();
        view! { <section class=position.class() aria-label="Messages">{toasts}</section> }.rendered()
    })
}

#[component]
pub fn Toast(
    flash: Flash,
    #[prop(default = true)] errors_stay: bool,
    /// Whether it stays until the user dismisses it, as on the page of all components.
    #[prop(optional)]
    stays: bool,
    /// Whether it is added to a live region: with a role of its own, it would be announced twice.
    #[prop(optional)]
    in_live_region: bool,
) -> Html {
    let (class, role, prefix, shape) = match flash.level {
        Level::Info => ("alert alert-info", "status", "Note: ", LuInfo),
        Level::Success => ("alert alert-success", "status", "Done: ", LuCircleCheck),
        Level::Warning => ("alert alert-warning", "alert", "Warning: ", LuTriangleAlert),
        Level::Error => ("alert alert-error", "alert", "Error: ", LuCircleAlert),
    };
    let role = (!in_live_region).then_some(role);
    let card_class = match flash.level {
        _ if stays => "toast-card",
        Level::Info | Level::Success => "toast-card leaves",
        Level::Warning | Level::Error if errors_stay => "toast-card",
        Level::Warning | Level::Error => "toast-card leaves leaves-late",
    };
    view! {
        <dialog open class=card_class aria-label="Message">
            <form method="dialog" class=format!("{class} toast-text")>
                <Icon shape class="mt-0.5 size-5 shrink-0"/>
                <p class="min-w-0 wrap-anywhere" role=role data-flash=flash.level.name()><span class="sr-only">{prefix}</span>{flash.text}</p>
                <button class="btn btn-circle btn-ghost btn-xs" aria-label="Dismiss this message"><Icon shape=LuX/></button>
            </form>
        </dialog>
    }
    .rendered()
}
