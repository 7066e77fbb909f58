//! The switch between light, dark and the system's theme. It works without a script: each button posts the theme. On a
//! user's pages `theme_switch.js` posts it, because a page that is loaded again loses input that was not sent.

use crate::components::{Icon, Shape};
use crate::html::{Html, Rendered};
use crate::preferences::Theme;
use icondata_lu::{LuMonitor, LuMoon, LuSun};
use leptos::prelude::*;

#[component]
pub fn ThemeSwitch(theme: Theme) -> Html {
    let buttons = Theme::ALL.map(|one| {
        let (shape, label): (Shape, _) = match one {
            Theme::Light => (LuSun, "Light theme"),
            Theme::Dark => (LuMoon, "Dark theme"),
            Theme::System => (LuMonitor, "Theme of the system"),
        };
        view! {
            <button type="submit" name="theme" value=one.name() aria-label=label title=label aria-pressed=(one == theme).to_string()>
                <Icon shape/>
            </button>
        }
    });
    view! { <form method="post" action="/theme"><div class="theme-switch" role="group" aria-label="Theme">{buttons}</div></form> }.rendered()
}
