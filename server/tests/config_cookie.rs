//! The settings of the session cookie, and their bounds.

use super::config::{PRODUCTION, read, wrong};

fn in_production<'a>(settings: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&PRODUCTION[..], settings].concat()
}

#[test]
fn without_settings_the_cookie_is_lax_for_one_host_and_all_paths() {
    let cookie = read(&PRODUCTION).unwrap().session_cookie;
    assert_eq!((cookie.name.clone(), cookie.domain.clone(), &*cookie.path), (None, None, "/"));
    assert!(cookie.is_for_one_host() && !cookie.is_strict());
}

#[test]
fn a_name_has_plain_letters_only() {
    let long = "s".repeat(65);
    for name in ["a b", "a;b", "a=b", "a,b", "a\"b", "a\r\nb", "süß", "a%62", "a/b", "(a)", &long] {
        assert_eq!(wrong(&[("SESSION_COOKIE_NAME", name)]), ["SESSION_COOKIE_NAME"], "{name}");
    }
    for name in ["sid", "SID_1.a-b", &long[1..]] {
        let cookie = read(&[("SESSION_COOKIE_NAME", name)]).unwrap().session_cookie;
        assert_eq!(cookie.name.as_deref(), Some(name));
    }
}

#[test]
fn a_prefix_is_refused_where_browsers_would_drop_the_cookie() {
    for name in ["__Host-sid", "__host-sid", "__Secure-sid", "__SECURE-sid"] {
        assert_eq!(wrong(&[("SESSION_COOKIE_NAME", name)]), ["SESSION_COOKIE_NAME"], "{name} over HTTP");
        assert!(read(&in_production(&[("SESSION_COOKIE_NAME", name)])).is_ok(), "{name}");
        for other in [("SESSION_COOKIE_DOMAIN", "example.com"), ("SESSION_COOKIE_PATH", "/app")] {
            let settings = in_production(&[("SESSION_COOKIE_NAME", name), other]);
            match name.to_lowercase().starts_with("__host-") {
                true => assert_eq!(wrong(&settings), ["SESSION_COOKIE_NAME"], "{name} {other:?}"),
                false => assert!(read(&settings).is_ok(), "{name} {other:?}"),
            }
        }
    }
    for name in ["__Host-", "__Secure-"] {
        assert_eq!(
            wrong(&in_production(&[("SESSION_COOKIE_NAME", name)])),
            ["SESSION_COOKIE_NAME"],
            "{name}"
        );
    }
}

#[test]
fn a_domain_is_the_public_host_or_a_parent_of_it_and_of_all_hosts() {
    for domain in [
        "com",
        "localhost",
        ".example.com",
        "example.com.",
        "other.example.com",
        "notexample.com",
        "ample.com",
        "127.0.0.1",
        "[::1]",
        "https://example.com",
        "example.com:443",
        "example.com/",
        "*.example.com",
        "a b",
        "exa;mple.com",
    ] {
        let settings = in_production(&[("SESSION_COOKIE_DOMAIN", domain)]);
        assert_eq!(wrong(&settings), ["SESSION_COOKIE_DOMAIN"], "{domain}");
    }
    for domain in ["example.com", "EXAMPLE.com", "app.example.com"] {
        let cookie = read(&in_production(&[("SESSION_COOKIE_DOMAIN", domain)])).unwrap().session_cookie;
        assert_eq!(cookie.domain, Some(domain.to_lowercase().into()));
    }
    let with_hosts =
        |hosts| in_production(&[("SESSION_COOKIE_DOMAIN", "example.com"), ("ALLOWED_HOSTS", hosts)]);
    assert!(read(&with_hosts("www.example.com,example.com")).is_ok());
    assert_eq!(wrong(&with_hosts("www.example.com,www.example.org")), ["SESSION_COOKIE_DOMAIN"]);
}

#[test]
fn same_site_is_lax_or_strict_and_never_none() {
    for text in ["none", "None", "yes", "lax,strict"] {
        assert_eq!(wrong(&[("SESSION_COOKIE_SAME_SITE", text)]), ["SESSION_COOKIE_SAME_SITE"], "{text}");
    }
    for (text, is_strict) in [("lax", false), ("Lax", false), ("strict", true), (" Strict ", true)] {
        assert_eq!(
            read(&[("SESSION_COOKIE_SAME_SITE", text)]).unwrap().session_cookie.is_strict(),
            is_strict
        );
    }
}

#[test]
fn a_path_is_of_plain_names_and_covers_what_is_below_it() {
    let long = format!("/{}", "a".repeat(100));
    for path in [
        "app", "/app/", "//", "//app", "/a//b", "/../a", "/a/.", "/a;b", "/a b", "/ä", "/%61", "/a?b",
        "/a\nb", &long,
    ] {
        assert_eq!(wrong(&[("SESSION_COOKIE_PATH", path)]), ["SESSION_COOKIE_PATH"], "{path}");
    }
    let cookie = |path| read(&[("SESSION_COOKIE_PATH", path)]).unwrap().session_cookie;
    assert!(["/", "/app", "/app/x", "/other"].iter().all(|path| cookie("/").covers(path)));
    assert!(["/app", "/app/x"].iter().all(|path| cookie("/app").covers(path)));
    assert!(["/", "/ap", "/apple", "/other/app"].iter().all(|path| !cookie("/app").covers(path)));
}

#[test]
fn all_mistakes_of_the_cookie_are_reported_together() {
    let settings = in_production(&[
        ("SESSION_COOKIE_DOMAIN", "com"),
        ("SESSION_COOKIE_PATH", "app"),
        ("SESSION_COOKIE_SAME_SITE", "none"),
        ("SESSION_COOKIE_NAME", "a b"),
        ("SESSION_IDLE_MINUTES", "0"),
    ]);
    let mut found = wrong(&settings);
    found.sort_unstable();
    let mut expected: Vec<&str> = settings[PRODUCTION.len()..].iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn the_admin_area_is_shared_or_separate_with_an_idle_limit() {
    assert_eq!(read(&[]).unwrap().admin_session, None);
    assert_eq!(read(&[("ADMIN_IDLE_MINUTES", "5")]).unwrap().admin_session, None);
    let separate = ("ADMIN_SESSION", "separate");
    let minutes = |minutes: u64| Some(std::time::Duration::from_secs(60 * minutes));
    assert_eq!(read(&[separate]).unwrap().admin_session, minutes(15));
    assert_eq!(read(&[separate, ("ADMIN_IDLE_MINUTES", "5")]).unwrap().admin_session, minutes(5));
    let both = [("ADMIN_SESSION", "true"), ("ADMIN_IDLE_MINUTES", "0")];
    assert_eq!(wrong(&both), ["ADMIN_SESSION", "ADMIN_IDLE_MINUTES"]);
    assert_eq!(wrong(&[("ADMIN_IDLE_MINUTES", "1441")]), ["ADMIN_IDLE_MINUTES"]);
}
