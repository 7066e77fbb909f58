//! The session cookie: how it is set, how long it lasts, and what it is worth.

use crate::browser::{Answer, Browser, FORM, PASSWORD, PRODUCTION, form, site, site_on, tables};
use axum::http::{HeaderMap, HeaderValue};
use program::cookie::SessionCookieCodec;
use server::visitor::SessionCookie;
use server::{Config, on_both_databases};

const SESSION: &str = ui::brand::SESSION_COOKIE[0];
const HOST: &str = ui::brand::SESSION_COOKIE[1];
const BROWSER: &str = ui::brand::BROWSER_COOKIE[0];

async fn log_in(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("email", "ada@example.com"), ("password", PASSWORD)];
    all.extend(fields);
    browser.ask("POST", "/login", &FORM, form(&all)).await
}

fn attributes(answer: &Answer) -> Vec<String> {
    answer.header("set-cookie").split("; ").skip(1).map(str::to_lowercase).collect()
}

/// Returns the user of a browser with this cookie.
async fn is_logged_in(browser: &Browser, cookie: &str) -> bool {
    let asking = Browser { cookie: Some(cookie.to_owned()), ..Browser::at(browser.site.clone()) };
    match asking.ask("GET", "/dashboard", &[("accept", "application/json")], "").await.status {
        200 => true,
        401 => false,
        status => panic!("{cookie:.60} was answered with {status}"),
    }
}

on_both_databases! {
    async fn over_http_the_cookie_is_http_only_and_same_site(db: TestDb) {
        for env in ["test", "development"] {
            let browser = Browser::with_form(site(&db, &[("APP_ENV", env)])).await;
            let answer = log_in(&browser, &[]).await; // refused, with a message
            assert!(answer.header("set-cookie").starts_with(&format!("{SESSION}=")), "{env}");
            let mut attributes = attributes(&answer);
            attributes.sort();
            assert_eq!(attributes, ["httponly", "path=/", "samesite=lax"], "{env}");
        }
    }

    async fn in_production_the_cookie_is_secure_with_the_host_prefix(db: TestDb) {
        let mut browser = Browser::at(site(&db, &PRODUCTION));
        browser.sign_up("ada@example.com").await;
        let other = async || Browser::with_form(browser.site.clone()).await;
        for answer in [log_in(&other().await, &[]).await, browser.ask("POST", "/logout", &FORM, "").await] {
            assert!(answer.header("set-cookie").starts_with(&format!("{HOST}=")));
            let mut attributes = attributes(&answer);
            attributes.sort();
            assert_eq!(attributes, ["httponly", "path=/", "samesite=lax", "secure"]);
        }
        assert_eq!(other().await.get("/account").await, 200);
    }

    async fn a_cookie_under_the_other_name_is_ignored(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let cookie = browser.cookie.clone().unwrap();
        assert!(is_logged_in(&browser, &cookie).await);
        assert!(!is_logged_in(&browser, &format!("__Host-{cookie}")).await);
        browser.site = site(&db, &PRODUCTION);
        assert!(!is_logged_in(&browser, &cookie).await, "a neighbouring host could have set it");
        assert!(is_logged_in(&browser, &format!("__Host-{cookie}")).await);
    }

    async fn an_anonymous_page_view_costs_no_query_and_sets_a_cookie_only_for_a_form(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for path in ["/", "/health", "/speculation-rules.json", "/nowhere"] {
            let answer = browser.ask("GET", path, &FORM, "").await;
            assert_eq!(answer.header("set-cookie"), "", "{path}");
        }
        for path in ["/login", "/signup"] {
            let mut browser = Browser::at(browser.site.clone());
            let attributes = attributes(&browser.ask("GET", path, &FORM, "").await);
            assert!(attributes.contains(&"max-age=86400".to_owned()), "{path}: {attributes:?}");
            browser.get(path).await;
            for again in ["/login", "/signup", "/"] {
                assert_eq!(browser.ask("GET", again, &FORM, "").await.header("set-cookie"), "", "{again}");
            }
        }
        assert!(tables::lines(&db, "select id from tower_sessions").await.is_empty());
        let with_cookie = Browser::with_form(browser.site.clone()).await;
        db.close().await;
        for path in ["/", "/login", "/signup"] {
            for browser in [&browser, &with_cookie] {
                assert_eq!(browser.ask("GET", path, &FORM, "").await.status, 200, "{path} asked the database");
            }
        }
    }

    async fn a_read_only_page_view_sets_no_cookie(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        for path in ["/dashboard", "/account", "/account/devices", "/", "/nowhere"] {
            assert_eq!(browser.ask("GET", path, &FORM, "").await.header("set-cookie"), "", "{path}");
        }
    }

    async fn a_restart_keeps_log_ins(db: TestDb) {
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

    async fn a_cookie_signed_with_another_secret_is_ignored(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.site = site(&db, &[("SESSION_SECRET", server::config::for_tests::SECRETS[1])]);
        assert!(!is_logged_in(&browser, browser.cookie.as_ref().unwrap()).await);
    }

    async fn the_cookie_lasts_thirty_days_or_until_the_browser_closes(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let new = async || Browser::with_form(browser.site.clone()).await;
        for fields in [vec![], vec![("remember", "false")]] {
            let attributes = attributes(&log_in(&new().await, &fields).await);
            assert!(!attributes.iter().any(|one| one.starts_with("max-age") || one.starts_with("expires")), "{attributes:?}");
        }
        let attributes = attributes(&log_in(&new().await, &[("remember", "true")]).await);
        let max_age = attributes.iter().find_map(|one| one.strip_prefix("max-age=")).expect("a lasting cookie");
        assert!((30 * 86_400 - 60..=30 * 86_400).contains(&max_age.parse::<i64>().unwrap()), "{max_age}");
    }

    async fn a_tampered_cookie_is_ignored(db: TestDb) {
        let (mut ada, mut eve) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        ada.sign_up("ada@example.com").await;
        eve.sign_up("eve@example.com").await;
        let [adas, eves] = [&ada, &eve].map(|browser| browser.cookie.clone().unwrap());
        let value = adas.split_once('=').unwrap().1;
        // The signature is base64 of 32 bytes, percent-encoded or not; the session id is the last 22 characters.
        let id = |cookie: &str| cookie.trim_end_matches(".pending")[cookie.trim_end_matches(".pending").len() - 22..].to_owned();
        let borrowed = eves.replace(&id(&eves), &id(&adas));
        assert_ne!(borrowed, eves);
        let unsigned = format!("{SESSION}={}", id(&adas));
        let (pending, doubled) = (format!("{adas}.pending"), format!("{SESSION}={value}{value}"));
        let longest = format!("{SESSION}={}", "A".repeat(100_000));
        let with = |value: &str| format!("{SESSION}={value}");
        for cookie in [
            &borrowed, &unsigned, &pending, &doubled, &longest, SESSION, &with(""), &with(";"), &with("\"\""), "=",
            &with("%00"), &with("%"), &with("%FF%FE"), &with("ÿ"), ";;;=;=", &adas[..adas.len() / 2],
        ] {
            assert!(!is_logged_in(&ada, cookie).await, "{cookie:.80}");
        }
        assert!(is_logged_in(&ada, &adas).await);
        assert!(is_logged_in(&ada, &format!("theme=dark; {adas}; other=\"a b\"")).await, "among other cookies");
    }

    async fn a_percent_encoded_cookie_name_is_not_accepted(db: TestDb) {
        let (mut ada, mut eve) = (Browser::at(site(&db, &PRODUCTION)), Browser::at(site(&db, &PRODUCTION)));
        ada.sign_up("ada@example.com").await;
        eve.sign_up("eve@example.com").await;
        let [adas, eves] = [&ada, &eve].map(|browser| browser.cookie.clone().unwrap());
        let value = eves.split_once('=').unwrap().1;
        // A sibling host may set each of these for all hosts: browsers do not treat them as prefixed names.
        for name in [HOST.replace("__H", "__%48"), HOST.replacen('_', "%5F", 1), HOST.to_lowercase(), format!("\u{2000}{HOST}"), format!("{HOST}%20")] {
            let planted = format!("{name}={value}");
            assert!(!is_logged_in(&eve, &planted).await, "{name}");
            for both in [format!("{planted}; {adas}"), format!("{adas}; {planted}")] {
                let asking = Browser { cookie: Some(both), ..Browser::at(ada.site.clone()) };
                let page = asking.ask("GET", "/account", &FORM, "").await.body;
                assert!(page.contains("ada@example.com") && !page.contains("eve@example.com"), "{name}");
            }
        }
    }

    async fn our_cookie_is_found_among_ten_thousand_others(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let own = ada.cookie.clone().unwrap();
        let many: String = (0..10_000).map(|number| format!("cookie{number}=x; ")).collect();
        assert!(is_logged_in(&ada, &format!("{many}{own}")).await);
        let same = format!("{SESSION}=x; ").repeat(10_000);
        assert!(!is_logged_in(&ada, format!("{own}; {same}").trim_end_matches("; ")).await, "the last one counts");
    }

    async fn the_known_mark_alone_is_no_log_in(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let answer = log_in(&ada, &[]).await;
        let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap()).collect();
        let known = cookies.iter().find(|one| one.starts_with(BROWSER)).expect("a log-in in a new browser");
        assert!(known.contains("HttpOnly") && known.contains("SameSite=Lax") && known.contains("Max-Age=34560000"));
        let value = known.split(';').next().unwrap().split_once('=').unwrap().1;
        assert!(!is_logged_in(&ada, &format!("{SESSION}={value}")).await && !is_logged_in(&ada, &format!("{BROWSER}={value}")).await);
        let id = tables::lines(&db, "select id from users").await.remove(0);
        assert!(!value.contains(&id));
        let new = Browser::with_form(ada.site.clone()).await;
        let again = Browser { cookie: new.cookie.as_ref().map(|session| format!("{session}; {BROWSER}={value}")), ..new };
        let answer = log_in(&again, &[]).await;
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "the same browser keeps its cookie");
    }

    async fn a_cookie_copied_before_reauthentication_is_invalid_after_it(db: TestDb) {
        let new = "quiet-anchor-1815";
        for (path, fields) in [
            ("/reauthenticate", vec![("password", PASSWORD)]),
            ("/account/password", vec![("current_password", PASSWORD), ("new_password", new)]),
        ] {
            let db = db.another().await;
            let mut ada = Browser::at(site(&db, &[]));
            ada.sign_up("ada@example.com").await;
            let (copied, before) = (ada.cookie.clone().unwrap(), tables::sessions(&db).await);
            ada.post(path, &fields).await;
            assert!(!ada.page.contains("aria-invalid"), "{path} refused it");
            assert!(ada.is_logged_in().await, "{path}");
            assert!(!is_logged_in(&ada, &copied).await, "{path}");
            assert_eq!(tables::sessions(&db).await, before, "{path}: the same log-in");
        }
    }

    async fn the_cookie_contains_no_personal_data(db: TestDb) {
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
fn our_cookie_is_found_beside_one_that_is_not_text() {
    let cookie = SessionCookieCodec::new(&Config::for_tests(&[]));
    let session_cookie = SessionCookie {
        id: "AAAAAAAAAAAAAAAAAAAAAA".into(),
        has_pending: false,
        had_login: true,
        max_age: None,
    };
    let ours = cookie.write(&session_cookie).split(';').next().unwrap().to_owned();
    let mut headers = HeaderMap::new();
    let both = [b"name=J\xfcrgen; ", ours.as_bytes()].concat();
    headers.insert("cookie", HeaderValue::from_bytes(&both).unwrap());
    assert!(cookie.read(&headers).is_some());
}
