//! Rules for every page: a title, a heading, no script without an island, and escaped text.

use crate::browser::authenticator::set_up;
use crate::browser::routes::pages_of_admins;
use crate::browser::{Browser, FORM, PASSWORD, site, tables};
use server::on_both_databases;
use server::testing::TestDb;

/// A name that would run as a script without escaping.
const WILD: &str = "</title></textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;";
/// Pages with an island.
#[rustfmt::skip]
const WITH_ISLAND: &[&str] = &[
    "/signup", "/login", "/account/password", "/account/passkeys",
    "/notes/new",
];

/// Every page, with a user's id for `{id}` under /admin. Pages of other rows have tests of their own.
async fn pages(db: &TestDb) -> Vec<String> {
    let user = tables::lines(db, "select id from users").await.remove(0);
    let fill = |path: &str| path.replace("/admin/users/{id}", &format!("/admin/users/{user}"));
    pages_of_admins()
        .into_iter()
        .map(fill)
        .filter(|path| {
            !path.contains('{')
                && !path.ends_with(".csv")
                && !["/events", "/api/session"].contains(&path.as_str())
        })
        .collect()
}

/// An admin whose name and search words contain markup.
async fn wild_admin(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[("MAGIC_LINKS", "true")]));
    let email = "o'<b>neil@example.com".replace("<b>", "");
    admin.post("/signup", &[("name", WILD), ("email", &email), ("password", PASSWORD)]).await;
    admin.log_in(&email, PASSWORD).await;
    assert_tame(&admin.page, "the page with the flash");
    assert!(admin.page.contains("Welcome, &lt;/title&gt;"), "{}", admin.page);
    admin.become_admin(db, &email).await;
    admin
}

/// A browser whose user typed the password and must still enter a code.
async fn with_pending_log_in(db: &TestDb) -> Browser {
    let mut half = Browser::at(site(db, &[]));
    half.sign_up("half@example.com").await;
    set_up(db, &mut half).await;
    half.post("/logout", &[]).await;
    half.log_in("half@example.com", PASSWORD).await;
    assert_eq!(half.path, "/login/code");
    half
}

fn assert_tame(page: &str, place: &str) {
    for tag in ["<script>alert", "<img src=x", "onerror=alert(1)>"] {
        assert!(!page.contains(tag), "{place} holds {tag}: {page}");
    }
}

fn title(page: &str) -> &str {
    let (_, rest) = page.split_once("<title>").expect("a title");
    rest.split_once("</title>").expect("the end of the title").0
}

on_both_databases! {
    async fn only_a_page_with_an_island_has_a_script(db: TestDb) {
        let admin = wild_admin(&db).await;
        let anonymous = Browser::at(site(&db, &[]));
        let mut scripts = 0;
        for path in pages(&db).await {
            for browser in [&anonymous, &admin] {
                let answer = browser.ask("GET", &path, &FORM, "").await;
                let expected = answer.status == 200 && WITH_ISLAND.contains(&path.as_str());
                let others = answer.body.replace("<script id=\"page-script\"", "").replace("<script id=\"live\"", "");
                assert_eq!(others.contains("<script"), expected, "{path}");
                assert_eq!(answer.body.contains("type=\"module\""), expected, "{path}");
                assert_eq!(answer.body.contains("requestIdleCallback(c, { timeout: 1000 })"), expected, "{path}");
                scripts += usize::from(expected);
            }
        }
        assert_eq!(scripts, WITH_ISLAND.len(), "each page is open to one of the two");
    }

    async fn every_page_has_a_unique_title_one_heading_and_its_language(db: TestDb) {
        let admin = wild_admin(&db).await;
        let (anonymous, half) = (Browser::at(site(&db, &[("MAGIC_LINKS", "true")])), with_pending_log_in(&db).await);
        admin.ask("POST", "/account/two-factor/enrol", &FORM, "").await;
        let mut titles = Vec::new();
        for path in pages(&db).await {
            if path == "/account/two-factor/recovery-codes" {
                continue; // it is shown once, after the second factor was set up: tests/two_factor.rs
            }
            let asking = match path.as_str() {
                "/login" | "/login/mail" | "/signup" | "/signup/sent" => &anonymous,
                "/login/code" | "/login/recovery" => &half,
                _ => &admin,
            };
            let answer = asking.ask("GET", &path, &FORM, "").await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.body.starts_with("<!DOCTYPE html><html lang=\"en\">"), "{path}");
            let (head, _) = answer.body.split_once("<body").unwrap();
            assert_eq!(head.matches("<title>").count(), 1, "{path}");
            for once in ["<h1", "</h1>", "<main", "</html>"] {
                assert_eq!(answer.body.matches(once).count(), 1, "{once} in {path}");
            }
            assert!(title(&answer.body).ends_with(&format!(" · {}", ui::brand::NAME)), "{path}: {}", title(&answer.body));
            titles.push(title(&answer.body).to_owned());
        }
        let all = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), all, "{titles:?}");
    }

    async fn names_and_search_words_are_escaped_on_every_page(db: TestDb) {
        let admin = wild_admin(&db).await;
        let mut shown = 0;
        let words: String = form_urlencoded::byte_serialize(WILD.as_bytes()).collect();
        for path in pages(&db).await {
            for query in [String::new(), format!("?q={words}&sort={words}&page={words}")] {
                let answer = admin.ask("GET", &format!("{path}{query}"), &FORM, "").await;
                assert_tame(&answer.body, &path);
                shown += answer.body.matches("&lt;script&gt;alert(1)").count();
            }
        }
        assert!(shown > 10, "shown escaped {shown} times");
    }

    async fn refused_input_comes_back_escaped_and_never_a_password(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.post("/signup", &[("name", WILD), ("email", WILD), ("password", "short")]).await;
        assert_eq!(browser.path, "/signup");
        assert_tame(&browser.page, "sign-up");
        assert!(browser.page.contains("&lt;script&gt;alert(1)") && !browser.page.contains("value=\"short\""));
        browser.post("/login", &[("email", WILD), ("password", WILD)]).await;
        assert_tame(&browser.page, "log-in");
        browser.sign_up("ada@example.com").await;
        let long = format!("{WILD}{}", "x".repeat(200));
        browser.post("/account", &[("name", &long)]).await;
        assert_eq!(browser.path, "/account");
        assert_tame(&browser.page, "a refused name");
        assert!(browser.page.contains("Please use at most 100 characters"));
    }

    async fn a_user_agent_is_not_shown_as_it_was_sent(db: TestDb) {
        let browser = Browser::with_form(site(&db, &[])).await;
        let headers = [&FORM[..], &[("user-agent", WILD)]].concat();
        let fields = crate::browser::form(&[("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)]);
        browser.ask("POST", "/signup", &headers, fields.clone()).await;
        let cookie = browser.ask("POST", "/login", &headers, fields).await.header("set-cookie").to_owned();
        let cookie = cookie.split(';').next().map(str::to_owned);
        let browser = Browser { cookie, ..browser };
        let page = browser.ask("GET", "/account/devices", &FORM, "").await;
        assert_eq!(page.status, 200);
        assert_tame(&page.body, "devices");
    }
}
