//! Checks the settings of the session cookie against the routes of the product and the names of its other cookies.

use server::{Config, FieldErrors};
use ui::brand::{
    ADMIN_COOKIE, BROWSER_COOKIE, DATA_COOKIE, LANGUAGE_COOKIE, RETURN_COOKIE, SIGN_ON_COOKIE, THEME_COOKIE,
    TIME_ZONE_COOKIE,
};
use ui::route::Route;
use ui::rule::Access;

/// Two cookies must not have the same name: browsers would keep only one of them.
pub fn cookie_mistakes(config: &Config, routes: &[Route]) -> FieldErrors {
    let mut mistakes = FieldErrors::default();
    let settings = &config.session_cookie;
    let secure = |[name, host]: [&str; 2]| [name.to_owned(), host.to_owned(), format!("__Secure-{name}")];
    let signed = [ADMIN_COOKIE, BROWSER_COOKIE, RETURN_COOKIE, DATA_COOKIE, SIGN_ON_COOKIE];
    let signed = signed.into_iter().flat_map(secure);
    let mut taken = signed.chain([THEME_COOKIE, TIME_ZONE_COOKIE, LANGUAGE_COOKIE].map(str::to_owned));
    if settings.name.as_deref().is_some_and(|name| taken.any(|other| other.eq_ignore_ascii_case(name))) {
        mistakes.add("SESSION_COOKIE_NAME", "is the name of another cookie of the product");
    }
    if let Some(route) = routes.iter().find(|route| needs_cookie(route) && !settings.covers(route.path)) {
        let message = format!("must begin all pages with a log-in or a form, and {} is outside", route.path);
        mistakes.add("SESSION_COOKIE_PATH", message);
    }
    mistakes
}

/// A page without a log-in and without a form, such as the front page, may be outside of the cookie's path.
fn needs_cookie(route: &Route) -> bool {
    let has_token = route.method == "POST" && route.rule.without_token.is_none();
    has_token || matches!(route.rule.access, Access::Member | Access::Role(_))
}
