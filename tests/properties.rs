//! Properties of all cookies and forms, tested with thousands of random ones.

use crate::browser::routes::actions;
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use axum::http::{HeaderMap, HeaderValue, header};
use program::cookie::SessionCookieCodec;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use server::Config;
use server::testing::TestDb;
use server::visitor::SessionCookie;
use std::sync::LazyLock;
use tokio::runtime::Runtime;

static COOKIE: LazyLock<SessionCookieCodec> =
    LazyLock::new(|| SessionCookieCodec::new(&Config::for_tests(&[])));

fn read(cookie: &[u8]) -> Option<program::cookie::Presented> {
    let mut headers = HeaderMap::new();
    headers.append(header::COOKIE, HeaderValue::from_bytes(cookie).ok()?);
    COOKIE.read(&headers)
}

fn written(id: i128, has_pending: bool, had_login: bool) -> String {
    let id = tower_sessions::session::Id(id).to_string();
    let cookie = COOKIE.write(&SessionCookie { id, has_pending, had_login, max_age: None });
    cookie.split(';').next().unwrap().to_owned()
}

proptest! {
    #![proptest_config(Cases::with_cases(2_000))]

    #[test]
    fn a_cookie_is_read_as_it_was_written(id: i128, has_pending: bool, had_login: bool) {
        let presented = read(written(id, has_pending, had_login).as_bytes()).expect("our own cookie");
        prop_assert_eq!((presented.id.0, presented.has_pending, presented.had_login), (id, has_pending, had_login));
    }

    #[test]
    fn random_bytes_are_no_valid_cookie(bytes: Vec<u8>, text in "\\PC{0,200}") {
        prop_assert_eq!(read(&bytes), None);
        prop_assert_eq!(read(format!("{}={text}", ui::brand::SESSION_COOKIE[0]).as_bytes()), None);
    }

    #[test]
    fn one_changed_character_invalidates_a_cookie(id: i128, at in 0usize..70, by in "[a-zA-Z0-9.=]") {
        let cookie = written(id, false, true);
        let mut changed: Vec<char> = cookie.chars().collect();
        let value = cookie.find('=').unwrap() + 1;
        let at = value + at % (changed.len() - value);
        prop_assume!(changed[at] != by.chars().next().unwrap());
        changed[at] = by.chars().next().unwrap();
        let changed: String = changed.into_iter().collect();
        let same = read(changed.as_bytes()).is_none_or(|presented| presented.id.0 == id);
        // Base64 of 32 bytes has two spare bits, so one other spelling decodes to the same signature.
        prop_assert!(same, "{} became {} of another browser", cookie, changed);
    }
}

/// Random input for existing and unknown fields.
fn forms() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        "(name|email|password|new_password|current_password|id|user_id|title|body|remember|csrf_token)",
        "\\PC{0,20}",
        any::<String>(),
    ];
    let value =
        prop_oneof![any::<String>(), "\\PC{0,300}", "[0-9a-f-]{36}", "(true|false|null|-1|0|\u{0}|\u{202e})"];
    prop::collection::vec((name, value), 0..8)
}

#[test]
fn no_random_form_causes_a_500_or_changes_the_admins() {
    let runtime = Runtime::new().unwrap();
    let db = runtime.block_on(TestDb::sqlite());
    let mut browser = Browser::at(site(&db, &[]));
    runtime.block_on(browser.sign_up("ada@example.com"));
    let paths = actions();
    let mut runner = TestRunner::new(Cases::with_cases(600));
    let tried = runner.run(&(forms(), 0..paths.len(), any::<bool>()), |(fields, path, html)| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let headers = if html { FORM } else { SCRIPT };
        let answer = runtime.block_on(browser.ask("POST", paths[path], &headers, form(&fields)));
        prop_assert!(answer.status < 500, "{} answered {} to {:?}", paths[path], answer.status, fields);
        Ok(())
    });
    tried.unwrap();
    assert!(runtime.block_on(tables::lines(&db, "select id from users where roles <> ''")).is_empty());
    runtime.block_on(async {
        browser.open_form().await;
        browser.log_in("ada@example.com", PASSWORD).await;
    });
}
