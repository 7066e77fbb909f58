//! Unsigned cookies, such as a preference of the browser. `Cx` sets, removes and reads them:
//! docs/guides/set-a-cookie.md.

use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieBuilder, SameSite};

/// Browsers drop a cookie whose name and value together, or one of whose attributes, are longer.
const MAX_BYTES: usize = 4096;
const MAX_ATTRIBUTE_BYTES: usize = 1024;

/// Returns the header of the response. The defaults are `Path=/`, `SameSite=Lax`, `HttpOnly`, and `Secure` in
/// production. A cookie that no browser would keep is an error of the caller, and is logged.
pub fn header_of(cookie: CookieBuilder<'static>, is_production: bool) -> Result<HeaderValue, Problem> {
    let mut cookie = cookie.build();
    let defaults = (
        cookie.path().is_none(),
        cookie.same_site().is_none(),
        cookie.http_only().is_none(),
        cookie.secure().is_none(),
    );
    if defaults.0 {
        cookie.set_path("/");
    }
    if defaults.1 {
        cookie.set_same_site(SameSite::Lax);
    }
    if defaults.2 {
        cookie.set_http_only(true);
    }
    if defaults.3 {
        cookie.set_secure(is_production);
    }
    match mistake(&cookie) {
        None => cookie.encoded().to_string().parse().map_err(|_| Problem::Internal),
        Some((mistake, problem)) => {
            tracing::error!(cookie = cookie.name(), mistake, "a cookie was not set");
            Err(problem)
        }
    }
}

fn mistake(cookie: &Cookie<'_>) -> Option<(&'static str, Problem)> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if cookie.name().is_empty() || !cookie.name().chars().all(is_plain) {
        return Some(("the name may have letters, digits, _ - and . only", Problem::Internal));
    }
    if [cookie.path(), cookie.domain()].into_iter().flatten().any(|text| {
        text.len() > MAX_ATTRIBUTE_BYTES || !text.chars().all(|c| c.is_ascii_graphic() && c != ';')
    }) {
        return Some(("the path or the domain is malformed", Problem::Internal));
    }
    let (is_secure, is_for_all) =
        (cookie.secure() == Some(true), cookie.path() == Some("/") && cookie.domain().is_none());
    if cookie.same_site() == Some(SameSite::None) && !is_secure
        || cookie.name().starts_with("__Secure-") && !is_secure
        || cookie.name().starts_with("__Host-") && !(is_secure && is_for_all)
    {
        return Some((
            "browsers refuse it without Secure, or __Host- with a domain or a path",
            Problem::Internal,
        ));
    }
    let pair = cookie.stripped().encoded().to_string();
    (pair.len() > MAX_BYTES).then_some(("its name and value are longer than 4096 bytes", Problem::TooLarge))
}

/// Returns the decoded value of the first cookie with this name, or `None` if it cannot be decoded.
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pair = lines
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .find(|pair| pair.split_once('=').is_some_and(|(one, _)| one == name))?;
    Some(Cookie::parse_encoded(pair).ok()?.value().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Problem, header_of, read};
    use axum::http::{HeaderMap, HeaderValue, header};
    use cookie::time::Duration;
    use cookie::{Cookie, SameSite};

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_bytes(cookie.as_bytes()).unwrap())])
    }

    fn text(header: HeaderValue) -> String {
        header.to_str().unwrap().to_owned()
    }

    #[test]
    fn the_defaults_are_strict_and_all_attributes_can_be_set() {
        let open = || Cookie::build(("a", "b"));
        assert_eq!(text(header_of(open(), false).unwrap()), "a=b; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(text(header_of(open(), true).unwrap()), "a=b; HttpOnly; SameSite=Lax; Secure; Path=/");
        let all = open().max_age(Duration::seconds(90)).path("/x").domain("example.com").http_only(false);
        let all = all.same_site(SameSite::Strict).secure(true);
        let expected = "a=b; SameSite=Strict; Secure; Path=/x; Domain=example.com; Max-Age=90";
        assert_eq!(text(header_of(all, false).unwrap()), expected);
    }

    #[test]
    fn any_value_is_read_back_in_the_next_request() {
        for value in
            ["", "dark", "a b;c,d\"e\\f", "süß 😀", "100%", "%41", "a\r\nSet-Cookie: b=c", "=", "\0\u{7f}"]
        {
            let set = text(header_of(Cookie::build(("own", value)), false).unwrap());
            assert_eq!(set.matches("; ").count(), 3, "{set}");
            let sent = format!("other=own=x; {}; own=later", set.split(';').next().unwrap());
            assert_eq!(read(&headers(&sent), "own").as_deref(), Some(value), "{set}");
        }
        assert_eq!(read(&headers("own=%FF%FE"), "own"), None);
        assert_eq!(read(&headers("owner=a; OWN=b"), "own"), None);
    }

    #[test]
    fn a_cookie_that_no_browser_would_keep_is_refused() {
        let refused = |cookie| header_of(cookie, false).unwrap_err();
        let fits = "a".repeat(4096 - 2);
        assert!(header_of(Cookie::build(("a", fits.clone())), false).is_ok());
        assert_eq!(refused(Cookie::build(("a", fits + "b"))), Problem::TooLarge);
        assert_eq!(
            refused(Cookie::build(("a", "ü".repeat(700)))),
            Problem::TooLarge,
            "counted as it is sent"
        );
        for name in ["", "a b", "a;b", "a=b", "ä", "a\r\nb"] {
            assert_eq!(refused(Cookie::build((name, "b"))), Problem::Internal, "{name}");
        }
        for path in ["/;Secure", "/a b", "/\r\n", &"/a".repeat(600)] {
            assert_eq!(refused(Cookie::build(("a", "b")).path(path.to_owned())), Problem::Internal, "{path}");
        }
        assert_eq!(refused(Cookie::build(("a", "b")).same_site(SameSite::None)), Problem::Internal);
        for name in ["__Host-a", "__Secure-a"] {
            assert_eq!(refused(Cookie::build((name, "b"))), Problem::Internal, "{name}");
            assert!(header_of(Cookie::build((name, "b")), true).is_ok(), "{name}");
        }
        assert_eq!(
            header_of(Cookie::build(("__Host-a", "b")).path("/x"), true).unwrap_err(),
            Problem::Internal
        );
    }
}
