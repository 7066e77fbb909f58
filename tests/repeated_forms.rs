//! Repeated forms, as by a double click: each takes effect once, and the browser gets the cookie and the flashes with
//! any of the responses. Covers every server function, and separately those that change the session id.

use crate::browser::authenticator::{App, recovery_codes};
use crate::browser::forms::{NEW, expected};
use crate::browser::press::{Press, cookie_of, flashes, messages, pressed, without_minute};
use crate::browser::routes::actions;
use crate::browser::{Browser, FORM, PASSWORD, for_each_case, site, tables};
use server::testing::TestDb;
use server::{on_both_databases, on_sqlite};
use std::collections::BTreeMap;
use std::time::Duration;

/// Server functions that answer a script or return a file: each repeat runs.
const NO_PAGES: &[&str] =
    &["/password-strength", "/login/passkey/begin", "/account/passkeys/begin", "/account/export"];

async fn rows(db: &TestDb) -> BTreeMap<String, usize> {
    let mut rows = BTreeMap::new();
    for row in tables::dump(db).await {
        *rows.entry(row.split(' ').next().unwrap().to_owned()).or_default() += 1;
    }
    for table in ["form_posts", "tower_sessions", "rate_limits", "_sqlx_migrations"] {
        rows.remove(table);
    }
    rows
}

/// A browser that may send this form, and the form's fields.
async fn ready(db: &TestDb, path: &str) -> (Browser, Vec<(&'static str, String)>) {
    let at = || Browser::at(site(db, &[("MAGIC_LINKS", "true")]));
    let (mut ada, mut other) = (at(), at());
    ada.sign_up("ada@example.com").await;
    tables::write(db, "update users set email_verified_at = 1").await;
    other.log_in("ada@example.com", PASSWORD).await;
    let session =
        tables::lines(db, "select id from sessions order by created_at desc, id desc").await.remove(0);
    let user = tables::lines(db, "select id from users").await.remove(0);
    let mut browser = match path {
        _ if path.starts_with("/admin") => {
            let mut admin = at();
            admin.sign_up("admin@example.com").await;
            admin.become_admin(db, "admin@example.com").await;
            admin
        }
        "/signup" | "/forgot" | "/reset" | "/verify" => Browser::with_form(at().site).await,
        _ if path.starts_with("/login") => Browser::with_form(at().site).await,
        _ => ada,
    };
    if browser.get("/account").await == 200 && browser.path != "/account" {
        browser.open_form().await;
    }
    let fields = expected(path).unwrap_or(&[("id", "{user}"), ("title", "One"), ("body", "Text")]);
    let fill = |value: &str| value.replace("{user}", &user).replace("{session}", &session);
    (browser, fields.iter().map(|(name, value)| (*name, fill(value))).collect())
}

/// What a press of this form's button changes in the tables, its flashes, and whether the user is logged in.
async fn left_by(db: &TestDb, path: &str, how_often: usize) -> (BTreeMap<String, usize>, Vec<String>, bool) {
    let (mut browser, fields) = ready(db, path).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let press = Press::of(&browser, path, &fields);
    let answer = pressed(&mut browser, &press, how_often).await;
    assert!([303, 404].contains(&answer.status), "{path} answered {}: {}", answer.status, answer.body);
    let messages = messages(&mut browser, &answer).await;
    // A time in a message is of another minute now and then.
    let messages = messages.into_iter().map(without_minute).collect();
    (rows(db).await, messages, browser.is_logged_in().await)
}

/// Sends the form. Returns the status, and the level of each flash.
async fn shown_by(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> (u16, Vec<String>) {
    let status = browser.post(path, fields).await;
    let flashes = browser.page.split("data-flash=\"").skip(1);
    (status, flashes.map(|rest| rest.split('"').next().unwrap().to_owned()).collect())
}

on_both_databases! {
    async fn every_form_sent_four_times_takes_effect_once(db: TestDb) {
        let forms: Vec<_> = actions().into_iter().filter(|path| !NO_PAGES.contains(path)).collect();
        assert!(forms.len() > 10, "{forms:?}");
        for_each_case(&db, forms, async |db, path| {
            let once = left_by(&db, path, 1).await;
            let often = left_by(&db.another().await, path, 4).await;
            assert_eq!(often, once, "{path}: rows, flashes, whether the user is logged in");
        }).await;
    }

    async fn a_double_click_that_changes_the_id_stays_logged_in_and_shows_its_flash(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/reauthenticate").await;
        let press = Press::of(&ada, "/reauthenticate", &[("password", PASSWORD)]);
        let answer = pressed(&mut ada, &press, 4).await;
        assert_eq!(messages(&mut ada, &answer).await, ["Password confirmed. Nothing was changed yet: continue where you were."]);

        ada.get("/account/two-factor").await;
        ada.post("/account/two-factor/enrol", &[]).await;
        let app = App::shown(&ada);
        let press = Press::of(&ada, "/account/two-factor/confirm", &[("code", &app.code(&db))]);
        let answer = pressed(&mut ada, &press, 4).await;
        ada.get(answer.header("location")).await;
        let first = recovery_codes(&ada);
        assert_eq!((first.len(), flashes(&ada.page).len()), (10, 1), "{}", ada.page);

        ada.get("/account/two-factor").await;
        let press = Press::of(&ada, "/account/two-factor/recovery-codes", &[]);
        let answer = pressed(&mut ada, &press, 4).await;
        ada.get(answer.header("location")).await;
        let second = recovery_codes(&ada);
        assert!(second.len() == 10 && second.iter().all(|code| !first.contains(code)));

        for (path, fields) in [
            ("/account/two-factor/off", vec![]),
            ("/account/password", vec![("current_password", PASSWORD), ("new_password", NEW)]),
        ] {
            ada.get("/account/two-factor").await;
            let press = Press::of(&ada, path, &fields);
            let answer = pressed(&mut ada, &press, 4).await;
            let messages = messages(&mut ada, &answer).await;
            assert!(messages.len() == 1 && ada.is_logged_in().await, "{path}: {messages:?}");
        }
        let mut audit = tables::lines(&db, "select action from audit").await;
        audit.sort();
        assert_eq!(audit, ["changed their password", "made new recovery codes", "turned off two-factor log-in", "turned on two-factor log-in"]);
    }

    async fn a_second_factor_code_sent_twice_logs_in_once(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let (app, _) = crate::browser::authenticator::set_up(&db, &mut ada).await;
        let mut other = Browser::with_form(site(&db, &[])).await;
        let press = Press::of(&other, "/login", &[("email", "ada@example.com"), ("password", PASSWORD)]);
        let answer = pressed(&mut other, &press, 4).await;
        assert_eq!(answer.header("location"), "/login/code");
        other.get("/login/code").await;
        let press = Press::of(&other, "/login/code", &[("code", &app.next_code(&db))]);
        let answer = pressed(&mut other, &press, 4).await;
        assert_eq!(messages(&mut other, &answer).await, ["Welcome, Ada."]);
        assert!(other.is_logged_in().await && tables::sessions(&db).await.len() == 2);
    }

    async fn an_aborted_page_loses_nothing_when_the_form_is_repeated(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account").await;
        let press = Press::of(&ada, "/account", &[("name", "Ada the Second")]);
        let cookie = ada.cookie.clone();
        let first = press.send(&ada, cookie.as_deref()).await;
        // It was in flight to the browser when the button was pressed again.
        ada.ask("GET", first.header("location"), &FORM, "").await;
        let second = press.send(&ada, cookie.as_deref()).await;
        assert_eq!(messages(&mut ada, &second).await, ["Your profile is saved."]);
    }

    async fn a_changed_late_foreign_or_scripted_form_is_no_repeat(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/verify").await;
        let emails = async || tables::lines(&db, "select id from jobs").await.len();
        let before = emails().await;
        let press = Press::of(&ada, "/verify/resend", &[]);
        let changed = Press { path: press.path.clone(), body: format!("{}&more=1", press.body) };
        let elsewhere = Press { path: "/account/keep".into(), body: press.body.clone() };
        let cookie = ada.cookie.clone();
        for (press, made) in [(&press, 1), (&press, 1), (&changed, 2), (&changed, 2), (&elsewhere, 2)] {
            assert_eq!(press.send(&ada, cookie.as_deref()).await.status, 303);
            assert_eq!(emails().await - before, made);
        }
        let anonymous = Browser::with_form(site(&db, &[])).await;
        assert_eq!(press.send(&anonymous, anonymous.cookie.as_deref()).await.status, 303, "to the log-in");
        let mut bob = Browser::at(site(&db, &[]));
        bob.sign_up("bob@example.com").await;
        let before = emails().await;
        assert_eq!(press.send(&bob, bob.cookie.as_deref()).await.status, 403, "a form of another user");
        for _ in 0..2 {
            ada.ask("POST", "/verify/resend", &FORM, "").await; // its token in a header
        }
        assert_eq!(emails().await - before, 2);
        db.clock().advance(Duration::from_secs(600));
        press.send(&ada, cookie.as_deref()).await;
        assert_eq!(emails().await - before, 3, "after ten minutes it runs again");
    }

    async fn a_failed_form_may_be_sent_again(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account").await;
        let press = Press::of(&ada, "/account", &[]);
        let cookie = ada.cookie.clone();
        for _ in 0..2 {
            assert_eq!(press.send(&ada, cookie.as_deref()).await.status, 422, "a field is missing");
        }
        assert!(tables::lines(&db, "select 'one' from form_posts where outcome is null").await.is_empty());
    }

    async fn a_repeat_with_a_stolen_old_cookie_gets_no_page_and_no_cookie(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/reauthenticate").await;
        let mut attacker = Browser { cookie: ada.cookie.clone(), ..Browser::at(site(&db, &[])) };
        attacker.get("/account").await;
        attacker.path = "/account".into();
        let press = Press::of(&ada, "/reauthenticate", &[("password", PASSWORD)]);
        let answer = pressed(&mut ada, &press, 1).await;
        let new = cookie_of(&answer).unwrap();
        let old = attacker.cookie.clone();
        let of_ada = Press { path: press.path.clone(), body: press.body.replace(PASSWORD, "a-guess-of-mine") };
        for press in [
            Press::of(&attacker, "/account", &[("name", "Eve")]),
            Press::of(&attacker, "/reauthenticate", &[("password", PASSWORD)]),
            of_ada,
        ] {
            let late = press.send(&attacker, old.as_deref()).await;
            assert_eq!((late.status, late.header("location")), (303, "/account"));
            assert_eq!((late.header("set-cookie"), late.body.len()), ("", 0));
        }
        for path in ["/account", "/dashboard", "/account/two-factor"] {
            let late = attacker.without_token().ask("GET", path, &FORM, "").await;
            assert_eq!((late.status, late.header("location"), late.header("set-cookie")), (303, path, ""));
            let script = attacker.without_token().ask("GET", path, &crate::browser::SCRIPT, "").await;
            assert_eq!((script.status, script.header("set-cookie")), (401, ""));
        }
        assert_eq!(tables::lines(&db, "select name from users").await, ["Ada"]);
        let dump = tables::dump(&db).await.join("\n");
        assert!(!dump.contains(new.split_once('=').unwrap().1), "the new cookie is stored encrypted");
        assert_eq!(messages(&mut ada, &answer).await.len(), 1);
        assert!(ada.is_logged_in().await);
    }
}

on_sqlite! {
    async fn a_button_that_is_pressed_again_later_shows_no_failure(db: TestDb) {
        let forms = actions().into_iter().filter(|path| !NO_PAGES.contains(path));
        for_each_case(&db, forms, async |db, path| {
            let (mut browser, fields) = ready(&db, path).await;
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let first = shown_by(&mut browser, path, &fields).await;
            if browser.token.is_none() {
                browser.open_form().await;
            }
            db.clock().advance(Duration::from_secs(120));
            let again = shown_by(&mut browser, path, &fields).await;
            assert!(again.1.len() <= 1, "{path} shows two results: {again:?}");
            let is_failure = again.0 != 200 || again.1.iter().any(|level| ["warning", "error"].contains(&level.as_str()));
            assert!(!is_failure || again == first, "{path}: {first:?}, then {again:?}");
        }).await;
    }
}
