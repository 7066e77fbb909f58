//! POST /theme: the theme of this browser, in a cookie.

use cookie::Cookie;
use cookie::time::Duration;
use leptos::prelude::*;
use ui::brand;
use ui::preferences::Theme;
use ui::problem::Problem;
use ui::request::cx;

/// Browsers keep no cookie longer.
const MAX_AGE: Duration = Duration::days(400);

/// Stores the theme, and returns to the page that the form was on.
#[server(prefix = "", endpoint = "/theme")]
pub async fn set_theme(theme: String) -> Result<(), Problem> {
    let cx = cx()?;
    let theme = Theme::parse(&theme).ok_or(Problem::BadInput)?;
    let cookie = Cookie::build((brand::THEME_COOKIE, theme.name())).max_age(MAX_AGE);
    cx.set_cookie(cookie)?;
    cx.redirect(cx.came_from().unwrap_or("/"))
}
