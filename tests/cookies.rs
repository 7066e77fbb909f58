//! The session cookie: how it is set, how long it lasts, and what it is worth.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;

use axum::http::{HeaderMap, HeaderValue};
use browser::{Answer, Browser, FORM, PASSWORD, form, site, site_on, tables};
use server::visitor::PadCookie;
use server::{Config, on_both_databases};
use web::cookie::SessionCookie;

const PRODUCTION: [(&str, &str); 2] = [("APP_ENV", "production"), ("PUBLIC_URL", "https://app.example.com")];

async fn log_in(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("email", "ada@example.com"), ("password", PASSWORD)];
    all.extend(fields);
    let answer = browser.ask("POST", "/login", &FORM, form(&all)).await;
    assert_eq!(answer.status, 303);
    answer
}

/// The cookie's attributes in lower case, without its name and value.
fn attributes(answer: &Answer) -> Vec<String> {
    answer.header("set-cookie").split("; ").skip(1).map(str::to_lowercase).collect()
}

/// Who the product takes a browser with this cookie for.
async fn is_let_in(browser: &Browser, cookie: &str) -> bool {
    let asking = Browser { cookie: Some(cookie.to_owned()), ..Browser::at(browser.site.clone()) };
    match asking.ask("GET", "/dashboard", &[("accept", "application/json")], "").await.status {
        200 => true,
        401 => false,
        status => panic!("{cookie:.60} was answered with {status}"),
    }
}

on_both_databases! {
    async fn over_plain_http_the_cookie_is_for_this_site_and_no_script(db: TestDb) {
        for env in ["test", "development"] {
            let browser = Browser::at(site(&db, &[("APP_ENV", env)]));
            let answer = browser.ask("GET", "/dashboard", &FORM, "").await;
            assert!(answer.header("set-cookie").starts_with("session="), "{env}");
            let mut attributes = attributes(&answer);
            attributes.sort();
            assert_eq!(attributes, ["httponly", "path=/", "samesite=lax"], "{env}");
        }
    }

    async fn in_production_the_cookie_is_bound_to_the_host_and_to_https(db: TestDb) {
        let mut browser = Browser::at(site(&db, &PRODUCTION));
        browser.sign_up("ada@example.com").await;
        for answer in [log_in(&browser, &[]).await, browser.ask("POST", "/logout", &FORM, "").await] {
            assert!(answer.header("set-cookie").starts_with("__Host-session="));
            let mut attributes = attributes(&answer);
            attributes.sort();
            assert_eq!(attributes, ["httponly", "path=/", "samesite=lax", "secure"]);
        }
        assert_eq!(browser.get("/account").await, 200);
    }

    async fn a_cookie_under_the_other_name_is_nobodys(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let cookie = browser.cookie.clone().unwrap();
        assert!(is_let_in(&browser, &cookie).await);
        assert!(!is_let_in(&browser, &format!("__Host-{cookie}")).await);
        browser.site = site(&db, &PRODUCTION);
        assert!(!is_let_in(&browser, &cookie).await, "anybody on a neighbouring host could have set it");
        assert!(is_let_in(&browser, &format!("__Host-{cookie}")).await);
    }

    async fn a_stranger_looking_at_a_page_gets_no_cookie_and_costs_no_query(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for path in ["/", "/login", "/signup", "/health", "/speculation-rules.json", "/nowhere"] {
            let answer = browser.ask("GET", path, &FORM, "").await;
            assert_eq!(answer.header("set-cookie"), "", "{path}");
        }
        assert!(tables::lines(&db, "select id from tower_sessions").await.is_empty());
        db.close().await;
        for path in ["/", "/login", "/signup"] {
            assert_eq!(browser.ask("GET", path, &FORM, "").await.status, 200, "{path} asked the database");
        }
    }

    async fn a_read_only_page_view_sets_no_cookie(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        for path in ["/dashboard", "/account", "/account/devices", "/", "/nowhere"] {
            assert_eq!(browser.ask("GET", path, &FORM, "").await.header("set-cookie"), "", "{path}");
        }
    }

    async fn a_restart_logs_nobody_out(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let after_restart = server::db::connect(db.url(), true).await.unwrap();
        browser.site = site_on(after_restart.clone(), &[]);
        browser.get("/account").await;
        assert_eq!(browser.path, "/account");
        browser.post("/account", &[("name", "After the restart")]).await;
        assert!(browser.page.contains("Your profile is saved"));
        after_restart.close().await;
    }

    async fn another_products_secret_makes_a_cookie_worthless(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.site = site(&db, &[("SESSION_SECRET", server::config::for_tests::SECRETS[1])]);
        assert!(!is_let_in(&browser, browser.cookie.as_ref().unwrap()).await);
    }

    async fn the_cookie_lasts_for_thirty_days_or_until_the_window_closes(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.post("/logout", &[]).await;
        for fields in [vec![], vec![("remember", "false")]] {
            let attributes = attributes(&log_in(&browser, &fields).await);
            assert!(!attributes.iter().any(|one| one.starts_with("max-age") || one.starts_with("expires")), "{attributes:?}");
        }
        let attributes = attributes(&log_in(&browser, &[("remember", "true")]).await);
        let max_age = attributes.iter().find_map(|one| one.strip_prefix("max-age=")).expect("a lasting cookie");
        assert!((30 * 86_400 - 60..=30 * 86_400).contains(&max_age.parse::<i64>().unwrap()), "{max_age}");
    }

    async fn a_cookie_that_was_tampered_with_opens_nothing_and_breaks_nothing(db: TestDb) {
        let (mut ada, mut eve) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        ada.sign_up("ada@example.com").await;
        eve.sign_up("eve@example.com").await;
        let [adas, eves] = [&ada, &eve].map(|browser| browser.cookie.clone().unwrap());
        let value = adas.strip_prefix("session=").unwrap();
        // The signature is base64 of 32 bytes, percent-encoded or not: the session id are the last 22 characters.
        let id = |cookie: &str| cookie.trim_end_matches(".mail")[cookie.trim_end_matches(".mail").len() - 22..].to_owned();
        let borrowed = eves.replace(&id(&eves), &id(&adas));
        assert_ne!(borrowed, eves);
        let unsigned = format!("session={}", id(&adas));
        let (mail, doubled) = (format!("{adas}.mail"), format!("session={value}{value}"));
        let longest = format!("session={}", "A".repeat(100_000));
        for cookie in [
            &borrowed, &unsigned, &mail, &doubled, &longest, "session", "session=", "session=;", "session=\"\"", "=",
            "session=%00", "session=%", "session=%FF%FE", "session=ÿ", ";;;=;=", &adas[..adas.len() / 2],
        ] {
            assert!(!is_let_in(&ada, cookie).await, "{cookie:.80}");
        }
        assert!(is_let_in(&ada, &adas).await);
        assert!(is_let_in(&ada, &format!("theme=dark; {adas}; other=\"a b\"")).await, "among other cookies");
    }

    async fn the_cookie_tells_nothing_about_the_person(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let cookie = browser.cookie.clone().unwrap().to_lowercase();
        for row in tables::lines(&db, "select id from users union all select id from sessions").await {
            assert!(!cookie.contains(&row));
        }
        assert!(!cookie.contains("ada"), "{cookie}");
    }
}

#[test]
fn a_cookie_of_another_program_that_is_no_text_hides_ours_from_nobody() {
    let cookie = SessionCookie::new(&Config::for_tests(&[]));
    let pad = PadCookie { id: "AAAAAAAAAAAAAAAAAAAAAA".into(), has_mail: false, max_age: None };
    let ours = cookie.write(&pad).split(';').next().unwrap().to_owned();
    let mut headers = HeaderMap::new();
    let both = [b"name=J\xfcrgen; ", ours.as_bytes()].concat();
    headers.insert("cookie", HeaderValue::from_bytes(&both).unwrap());
    assert!(cookie.read(&headers).is_some());
}
