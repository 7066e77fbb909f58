//! Passkeys through the router: added, used, renamed, removed, and messages for failures. The device is software; a
//! real browser is tested in `end2end/tests/passkeys.spec.ts`.

use crate::browser::press::{Press, messages, pressed};
use crate::browser::{Answer, Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use server::testing::{Device, TestDb};
use server::{accounts, on_both_databases, users};
use std::time::Duration;

/// The `PUBLIC_URL` of the tests.
const HERE: &str = "http://localhost:3000";

/// Requests the options like the script of the page, and returns them.
async fn asked(browser: &Browser, path: &str) -> String {
    let answer = browser.ask("POST", path, &SCRIPT, "").await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body.trim_matches('"').replace("\\\"", "\"")
}

/// A logged-in user, and a device with their passkey.
async fn ada(db: &TestDb) -> (Browser, Device) {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up("ada@example.com").await;
    let device = add(&mut browser, "My phone").await;
    (browser, device)
}

async fn add(browser: &mut Browser, name: &str) -> Device {
    let mut device = Device::at(HERE);
    browser.get("/account/passkeys").await;
    let made = device.make(&asked(browser, "/account/passkeys/begin").await);
    browser.post("/account/passkeys/add", &[("name", name), ("answer", &made)]).await;
    device
}

/// A browser that is not logged in, and the device's answer to its challenge.
async fn anonymous(db: &TestDb, device: &Device) -> (Browser, String) {
    let browser = Browser::with_form(site(db, &[])).await;
    let answer = device.answer(&asked(&browser, "/login/passkey/begin").await);
    (browser, answer)
}

fn id(page: &str) -> String {
    page.split_once("data-passkey=\"").expect("a passkey").1[..36].to_owned()
}

async fn until_too_often(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> (u32, Answer) {
    for number in 0..700 {
        let answer = browser.ask("POST", path, &FORM, form(fields)).await;
        if answer.status == 429 {
            return (number, answer);
        }
    }
    panic!("{path} can be tried for ever");
}

on_both_databases! {
    async fn a_passkey_is_added_named_used_and_removed(db: TestDb) {
        let (mut ada, device) = ada(&db).await;
        assert_eq!(ada.path, "/account/passkeys");
        assert!(ada.page.contains("Your passkey was added.") && ada.page.contains("never used"), "{}", ada.page);
        let key = id(&ada.page);
        ada.post("/account/passkeys/rename", &[("id", &key), ("new_name", "Her <b>phone")]).await;
        assert!(ada.page.contains("Her &lt;b&gt;phone") && !ada.page.contains("Her <b>"), "{}", ada.page);
        ada.post("/account/passkeys/rename", &[("id", &key), ("new_name", " ")]).await;
        assert!(ada.page.contains("Please fill this in.") && ada.page.contains("Her &lt;b&gt;phone"));

        let (mut browser, answer) = anonymous(&db, &device).await;
        browser.get("/account/devices").await; // the return path
        browser.post("/login/passkey", &[("answer", &answer)]).await;
        assert_eq!(browser.path, "/account/devices");
        assert!(browser.page.contains("Welcome, Ada."), "{}", browser.page);
        assert!(ada.is_logged_in().await, "other log-ins last");
        ada.get("/account/passkeys").await;
        assert!(!ada.page.contains("never used"));

        ada.post("/account/passkeys/remove", &[("id", &key)]).await;
        assert!(ada.page.contains("Your passkey was removed.") && ada.page.contains("You have no passkeys yet."));
        assert!(browser.is_logged_in().await, "a log-in with the passkey lasts");
        let (mut browser, answer) = anonymous(&db, &device).await;
        browser.post("/login/passkey", &[("answer", &answer)]).await;
        assert!(browser.path == "/login" && browser.page.contains("This passkey is not registered"), "{}", browser.page);
    }

    async fn a_passkey_answer_is_valid_once_for_its_purpose(db: TestDb) {
        let (_, device) = ada(&db).await;
        let (mut browser, answer) = anonymous(&db, &device).await;
        let (mut other, _) = anonymous(&db, &device).await;
        other.post("/login/passkey", &[("answer", &answer)]).await;
        assert!(!other.is_logged_in().await, "an answer to the challenge of another browser");
        browser.post("/login/passkey", &[("answer", &answer)]).await;
        assert!(browser.is_logged_in().await);
        browser.post("/logout", &[]).await;
        browser.open_form().await;
        browser.post("/login/passkey", &[("answer", &answer)]).await;
        assert!(!browser.is_logged_in().await, "twice");
        for origin in ["http://localhost:3001", "https://localhost:3000", "http://evil.localhost:3000", "https://example.com"] {
            let (mut browser, answer) = anonymous(&db, &Device { origin: origin.into(), ..device.clone() }).await;
            browser.post("/login/passkey", &[("answer", &answer)]).await;
            assert!(!browser.is_logged_in().await, "{origin}");
        }
    }

    async fn a_passkey_log_in_is_remembered_if_requested(db: TestDb) {
        let (_, device) = ada(&db).await;
        for (remember, lasts) in [("true", true), ("false", false)] {
            let (browser, answer) = anonymous(&db, &device).await;
            let fields = form(&[("answer", &answer), ("remember", remember)]);
            let entered = browser.ask("POST", "/login/passkey", &FORM, fields).await;
            assert_eq!(entered.header("location"), "/dashboard");
            assert_eq!(entered.header("set-cookie").contains("Max-Age"), lasts, "{}", entered.header("set-cookie"));
        }
    }

    async fn a_passkey_does_not_log_in_to_a_disabled_account(db: TestDb) {
        let (mut ada, device) = ada(&db).await;
        let user = users::with_email(&db, "ada@example.com").await.unwrap().unwrap();
        accounts::disable(&db, server::audit::Actor { user: None, ip: "" }, &user).await.unwrap();
        let (mut browser, answer) = anonymous(&db, &device).await;
        browser.post("/login/passkey", &[("answer", &answer)]).await;
        assert_eq!(browser.path, "/login");
        assert!(browser.page.contains("This account is disabled."), "{}", browser.page);
        assert!(!browser.is_logged_in().await && !ada.is_logged_in().await);
        ada.get("/account/passkeys").await;
        assert_eq!(ada.path, "/login");
    }

    async fn a_passkey_cannot_be_used_or_changed_by_another_user(db: TestDb) {
        let (mut ada, device) = ada(&db).await;
        let key = id(&ada.page);
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        eve.post("/account/passkeys/rename", &[("id", &key), ("new_name", "Mine now")]).await;
        eve.post("/account/passkeys/remove", &[("id", &key)]).await;
        ada.get("/account/passkeys").await;
        assert!(ada.page.contains("My phone") && !ada.page.contains("Mine now"));
        let eves = add(&mut eve, "Eve's").await;
        let bent = Device { owner: device.owner.clone(), ..eves };
        let (mut browser, answer) = anonymous(&db, &bent).await;
        browser.post("/login/passkey", &[("answer", &answer)]).await;
        assert!(!browser.is_logged_in().await, "a key of Eve with the user handle of Ada");
    }

    async fn adding_and_removing_a_passkey_need_a_recent_password_and_keep_the_typed_name(db: TestDb) {
        let (mut ada, _) = ada(&db).await;
        let key = id(&ada.page);
        db.clock().advance(Duration::from_secs(15 * 60));
        ada.post("/account/passkeys/add", &[("name", "The new one"), ("answer", "")]).await;
        assert_eq!(ada.path, "/reauthenticate");
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert!(ada.path == "/account/passkeys" && ada.page.contains("value=\"The new one\""), "{}", ada.page);
        db.clock().advance(Duration::from_secs(15 * 60));
        ada.post("/account/passkeys/remove", &[("id", &key)]).await;
        assert_eq!(ada.path, "/reauthenticate");
        let left = tables::lines(&db, "select name from passkeys").await;
        assert_eq!(left, ["My phone"]);
    }

    async fn without_javascript_passkeys_are_explained_and_the_password_works(db: TestDb) {
        let (mut ada, _) = ada(&db).await;
        assert!(ada.page.contains("turn on JavaScript"), "{}", ada.page);
        ada.post("/account/passkeys/add", &[("name", "No script"), ("answer", "")]).await;
        assert!(ada.page.contains("could not be added") && ada.page.contains("value=\"No script\""), "{}", ada.page);
        ada.post("/logout", &[]).await;
        ada.get("/login").await;
        assert!(ada.page.contains("autocomplete=\"username webauthn\""));
        let button = ada.first_between("<div ", ">", |tag| tag.contains("data-when=\"able\""));
        assert!(button.contains("hidden"), "the button is visible without JavaScript: {button}");
        ada.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(ada.path, "/dashboard");
    }

    async fn at_an_ip_address_there_are_no_passkeys(db: TestDb) {
        let number = [("PUBLIC_URL", "http://127.0.0.1:3000")];
        let mut ada = Browser::at(site(&db, &number));
        ada.get("/login").await;
        assert!(!ada.page.contains("<script") && !ada.page.contains("/login/passkey"));
        ada.sign_up("ada@example.com").await;
        assert_eq!(ada.get("/account/passkeys").await, 200);
        assert!(ada.page.contains("they need a domain name") && !ada.page.contains("type=\"module\""), "{}", ada.page);
        for path in ["/account/passkeys/begin", "/account/passkeys/add", "/login/passkey/begin", "/login/passkey"] {
            let fields = form(&[("name", "x"), ("answer", "{}")]);
            assert_eq!(ada.ask("POST", path, &FORM, fields).await.status, 404, "{path}");
        }
    }

    async fn each_of_ten_tabs_has_its_own_challenge(db: TestDb) {
        let (_, device) = ada(&db).await;
        let mut oldest = Browser::with_form(site(&db, &[])).await;
        let first = asked(&oldest, "/login/passkey/begin").await;
        for _ in 0..9 {
            asked(&oldest, "/login/passkey/begin").await;
        }
        oldest.post("/login/passkey", &[("answer", &device.answer(&first))]).await;
        assert!(oldest.is_logged_in().await, "{}", oldest.page);
    }

    async fn a_challenge_that_was_renewed_logs_in_after_six_minutes_and_the_first_does_not(db: TestDb) {
        let (_, device) = ada(&db).await;
        let mut browser = Browser::with_form(site(&db, &[])).await;
        let first = asked(&browser, "/login/passkey/begin").await;
        db.clock().advance(Duration::from_secs(4 * 60));
        let second = asked(&browser, "/login/passkey/begin").await;
        db.clock().advance(Duration::from_secs(2 * 60));
        browser.post("/login/passkey", &[("answer", &device.answer(&first))]).await;
        assert!(!browser.is_logged_in().await && browser.page.contains("took too long"), "{}", browser.page);
        browser.post("/login/passkey", &[("answer", &device.answer(&second))]).await;
        assert!(browser.is_logged_in().await, "{}", browser.page);
    }

    async fn a_script_with_an_old_token_is_told_to_reload_the_page(db: TestDb) {
        let (mut ada, _) = ada(&db).await;
        let old = Browser { token: ada.token.clone(), ..Browser::at(ada.site.clone()) };
        ada.post("/logout", &[]).await;
        for browser in [Browser { cookie: ada.cookie.clone(), ..old }, Browser { token: Some("old".into()), ..ada }] {
            let answer = browser.ask("POST", "/login/passkey/begin", &SCRIPT, "").await;
            let plain = "{\"error\":\"StaleForm\",\"message\":\"This page is out of date. Reload it and try again.\"}";
            assert_eq!((answer.status, answer.body.as_str()), (403, plain));
        }
    }

    async fn a_double_press_adds_one_passkey_and_logs_in_once(db: TestDb) {
        let (mut ada, device) = ada(&db).await;
        let mut second = Device::at(HERE);
        ada.get("/account/passkeys").await;
        let made = second.make(&asked(&ada, "/account/passkeys/begin").await);
        let press = Press::of(&ada, "/account/passkeys/add", &[("name", "Laptop"), ("answer", &made)]);
        let answer = pressed(&mut ada, &press, 4).await;
        assert_eq!(messages(&mut ada, &answer).await, ["Your passkey was added. You can now log in with it."]);
        assert_eq!(tables::lines(&db, "select name from passkeys order by name").await, ["Laptop", "My phone"]);
        let (mut browser, answer) = anonymous(&db, &device).await;
        let press = Press::of(&browser, "/login/passkey", &[("answer", &answer)]);
        let answer = pressed(&mut browser, &press, 4).await;
        assert_eq!(messages(&mut browser, &answer).await, ["Welcome, Ada."]);
        assert_eq!(tables::sessions(&db).await.len(), 2);
    }

    async fn passkey_attempts_are_limited_by_ip(db: TestDb) {
        db.clock().stop(); // the bucket drains over time
        let (_, device) = ada(&db).await;
        let (browser, answer) = anonymous(&db, &device).await;
        let (passed, page) = until_too_often(&browser, "/login/passkey", &[("answer", "{}")]).await;
        assert_eq!(passed, 60);
        assert!(page.body.contains("Too many attempts") && !page.header("retry-after").is_empty());
        let right = browser.ask("POST", "/login/passkey", &FORM, form(&[("answer", &answer)])).await;
        assert_eq!(right.status, 429, "even a right one");
        let (passed, _) = until_too_often(&browser, "/login/passkey/begin", &[]).await;
        assert_eq!(passed, 598, "600 less one to add the passkey and one above");
    }
}
