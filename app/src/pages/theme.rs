//! POST /theme: the theme of this browser, in a cookie.

use crate::brand;
use crate::preferences::Theme;
use crate::problem::Problem;
use crate::request::cx;
use leptos::prelude::*;

/// Stores the theme, and returns to the page that the form was on.
#[server(prefix = "", endpoint = "/theme")]
pub async fn set_theme(theme: String) -> Result<(), Problem> {
    let cx = cx()?;
    let theme = Theme::parse(&theme).ok_or(Problem::BadInput)?;
    cx.set_preference(brand::THEME_COOKIE, theme.name())?;
    cx.redirect(cx.came_from().unwrap_or("/"))
}
