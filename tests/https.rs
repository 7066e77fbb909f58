//! `REDIRECT_TO_HTTPS`: behind a trusted proxy, plain HTTP is redirected to the product's own host, and nothing else is.

use crate::browser::{Answer, Browser, FORM, form, site};
use axum::Extension;
use axum::extract::ConnectInfo;
use server::on_sqlite;
use server::testing::TestDb;
use std::net::SocketAddr;

const ON: [(&str, &str); 6] = [
    ("APP_ENV", "production"),
    ("PUBLIC_URL", "https://app.example.com"),
    ("ALLOWED_HOSTS", "www.example.com"),
    ("TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8"),
    ("SMTP_URL", "none"),
    ("REDIRECT_TO_HTTPS", "true"),
];
const PROXY: &str = "10.0.0.1:4711";

/// A browser whose requests come from this peer.
fn from(peer: &str, db: &TestDb, settings: &[(&str, &str)]) -> Browser {
    let peer: SocketAddr = peer.parse().unwrap();
    Browser::at(site(db, settings).layer(Extension(ConnectInfo(peer))))
}

async fn ask(browser: &Browser, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let host = [("host", "app.example.com")];
    let host = if headers.iter().any(|(name, _)| *name == "host") { &[][..] } else { &host[..] };
    let body = if method == "POST" { form(&[("email", "a@example.com")]) } else { String::new() };
    browser.ask(method, path, &[&FORM[..], headers, host].concat(), body).await
}

on_sqlite! {
    async fn plain_http_at_the_proxy_is_redirected_with_path_and_query(db: TestDb) {
        let browser = from(PROXY, &db, &ON);
        for (method, path, status) in [
            ("GET", "/", 301), ("GET", "/login?next=%2Faccount&a=b", 301), ("HEAD", "/login", 301),
            ("POST", "/login", 308), ("PUT", "/login", 308), ("DELETE", "/nowhere", 308), ("OPTIONS", "/", 308),
            ("GET", "/nowhere", 301), ("GET", "/favicon.svg", 301), ("GET", "/pkg/app.css", 301), ("GET", "/speculation-rules.json", 301),
        ] {
            let answer = ask(&browser, method, path, &[("x-forwarded-proto", "http")]).await;
            assert_eq!((answer.status, answer.header("location")), (status, &*format!("https://app.example.com{path}")), "{method} {path}");
            assert_eq!(answer.header("set-cookie"), "");
            assert_eq!(answer.header("cache-control"), "no-store", "a wrong setting must not stay in browsers");
        }
    }

    async fn health_checks_are_answered_by_plain_http(db: TestDb) {
        let browser = from(PROXY, &db, &ON);
        for path in ["/health", "/ready"] {
            assert_eq!(ask(&browser, "GET", path, &[("x-forwarded-proto", "http")]).await.status, 200, "{path}");
        }
    }

    async fn of_several_values_the_first_counts_in_any_case(db: TestDb) {
        let browser = from(PROXY, &db, &ON);
        let two = |first, second| [("x-forwarded-proto", first), ("x-forwarded-proto", second)];
        for plain in [&[("x-forwarded-proto", "HTTP")][..], &[("x-forwarded-proto", " http , https")], &two("Http", "https")] {
            assert_eq!(ask(&browser, "GET", "/login", plain).await.status, 301, "{plain:?}");
        }
        let odd = ["https", "HTTPS", "https, http", "", ",http", "ws", "http:", "httpx", "http https"].map(|value| [("x-forwarded-proto", value)]);
        for other in odd.iter().map(|header| &header[..]).chain([&two("https", "http")[..], &[], &[("forwarded", "proto=http")]]) {
            assert_eq!(ask(&browser, "GET", "/login", other).await.status, 200, "{other:?}");
        }
    }

    async fn the_header_of_an_untrusted_peer_is_ignored(db: TestDb) {
        let http = [("x-forwarded-proto", "http"), ("x-forwarded-for", "10.0.0.1")];
        for (peer, status) in [("203.0.113.9:1", 200), ("[2001:db8::1]:1", 200), ("11.0.0.1:1", 200), ("[::ffff:10.0.0.1]:1", 301), ("[fd00::7]:1", 301)] {
            assert_eq!(ask(&from(peer, &db, &ON), "GET", "/login", &http).await.status, status, "{peer}");
        }
        assert_eq!(ask(&Browser::at(site(&db, &ON)), "GET", "/login", &http).await.status, 200, "no peer");
        let off = [&ON[..5], &[("REDIRECT_TO_HTTPS", "false")]].concat();
        for settings in [&ON[..5], &off] {
            assert_eq!(ask(&from(PROXY, &db, settings), "GET", "/login", &http).await.status, 200, "not switched on");
        }
    }

    async fn the_redirect_never_leads_to_another_host(db: TestDb) {
        let browser = from(PROXY, &db, &ON);
        for (headers, path, location) in [
            (&[("host", "www.example.com")][..], "/login", "https://app.example.com/login"),
            (&[("host", "APP.example.com:80")], "/login", "https://app.example.com/login"),
            (&[("x-forwarded-host", "evil.example")], "/login", "https://app.example.com/login"),
            (&[], "//evil.example/", "https://app.example.com//evil.example/"),
            (&[], "/\\evil.example", "https://app.example.com/\\evil.example"),
            (&[], "http://app.example.com/login", "https://app.example.com/login"),
            (&[], "*", "https://app.example.com/"),
        ] {
            let headers = [headers, &[("x-forwarded-proto", "http")]].concat();
            let answer = ask(&browser, "GET", path, &headers).await;
            assert_eq!((answer.status, answer.header("location")), (301, location), "{path} {headers:?}");
        }
        let foreign = ask(&browser, "GET", "/login", &[("host", "evil.example"), ("x-forwarded-proto", "http")]).await;
        assert_eq!((foreign.status, foreign.header("location")), (421, ""));
        let port = [&ON[..1], &[("PUBLIC_URL", "https://app.example.com:8443")], &ON[2..]].concat();
        let answer = ask(&from(PROXY, &db, &port), "GET", "/login", &[("x-forwarded-proto", "http")]).await;
        assert_eq!(answer.header("location"), "https://app.example.com:8443/login");
    }
}
