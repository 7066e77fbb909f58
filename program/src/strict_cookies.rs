//! Visits from other sites. With a link on another site or in an email, a browser sends no cookie with
//! `SameSite=Strict`: not that of the admin area, and not the session cookie with `SESSION_COOKIE_SAME_SITE=strict`.
//! The user would look logged out, and a form on the page would give the browser a new cookie, which would end the
//! log-in.

use crate::cookie::{AdminCookie, Cookies};
use axum::extract::Request;
use axum::http::Method;
use axum::response::Response;
use server::visitor::is_local_path;
use ui::{refresh_redirect, wants_html};

/// Returns a page that opens the same address again, now as a link of this site. `None` if the request needs none.
pub fn open_again(request: &Request, cookies: &Cookies, has_session: bool) -> Option<Response> {
    let is_admin_area = is_below_admin(request.uri().path());
    let admin = cookies.admin.as_ref().filter(|_| is_admin_area);
    let lacks_admin = admin.is_some_and(|admin| admin.read(request.headers()).is_none());
    if !lacks_admin && (has_session || !cookies.are_strict) {
        return None;
    }
    let is_from_other_site =
        request.headers().get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"cross-site");
    let path = request.uri().path_and_query()?.as_str();
    if !is_from_other_site
        || request.method() != Method::GET
        || !wants_html(request.headers())
        || !is_local_path(path)
    {
        return None;
    }
    Some(refresh_redirect(path))
}

fn is_below_admin(path: &str) -> bool {
    path.strip_prefix(AdminCookie::PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
