//! Small components that show a state: a number, a badge, a banner, a bar.

use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// A number that leads to its list.
#[component]
pub fn Stat(
    href: &'static str,
    #[prop(into)] value: String,
    text: &'static str,
    /// Whether an admin should act.
    #[prop(optional)]
    warns: bool,
) -> Html {
    let class = if warns { "stat-card border-warning" } else { "stat-card" };
    view! {
        <a class=class href=href>
            <span class="text-3xl font-semibold tracking-tight tabular-nums">{value}</span>
            <span class="text-sm text-base-content/70">{text}</span>
        </a>
    }
    .rendered()
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Primary,
    Good,
    Warning,
    Danger,
}

#[component]
pub fn Badge(
    #[prop(into)] text: String,
    #[prop(default = Tone::Neutral)] tone: Tone,
    /// Tooltip.
    #[prop(optional, into)]
    title: Option<String>,
) -> Html {
    let class = match tone {
        Tone::Neutral => "badge badge-sm badge-soft",
        Tone::Primary => "badge badge-sm badge-primary",
        Tone::Good => "badge badge-sm badge-success",
        Tone::Warning => "badge badge-sm badge-warning",
        Tone::Danger => "badge badge-sm badge-error",
    };
    view! { <span class=class title=title>{text}</span> }.rendered()
}

/// A message above the page that stays until the user acts on it.
#[component]
pub fn Banner<Inside: IntoView + 'static>(
    label: &'static str,
    tone: Tone,
    children: TypedChildren<Inside>,
) -> Html {
    let class = match tone {
        Tone::Danger => "banner bg-error/15",
        Tone::Warning => "banner bg-warning/15",
        _ => "banner bg-info/15",
    };
    view! {
        <aside class=class aria-label=label><div class="banner-text">{children.into_inner()()}</div></aside>
    }
    .rendered()
}

#[component]
pub fn Progress(label: &'static str, value: u32, max: u32) -> Html {
    view! {
        <progress class="progress progress-primary" aria-label=label value=value.to_string() max=max.to_string()></progress>
    }
    .rendered()
}

/// A placeholder for content that is still loading.
#[component]
pub fn Skeleton(#[prop(default = "h-4 w-full")] class: &'static str) -> Html {
    view! { <div class=format!("skeleton {class}") aria-hidden="true"></div> }.rendered()
}
