//! Two-factor log-in through the router: set up, requested after the password and before sudo, limited, and turned off.
//! Pending log-ins are in `pending_login.rs`.

use crate::browser::authenticator::{App, recovery_codes, set_up};
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const LATER: Duration = Duration::from_secs(15 * 60);

/// Ada with two-factor log-in, in the browser where she turned it on.
async fn ada(db: &TestDb) -> (Browser, App, Vec<String>) {
    let mut ada = Browser::at(site(db, &[]));
    ada.sign_up("ada@example.com").await;
    let (app, codes) = set_up(db, &mut ada).await;
    (ada, app, codes)
}

/// Another browser in which Ada's password was typed.
async fn after_the_password(db: &TestDb) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.log_in("ada@example.com", PASSWORD).await;
    assert_eq!(browser.path, "/login/code");
    browser
}

on_both_databases! {
    async fn two_factor_is_set_up_by_qr_code_or_by_typing_without_javascript(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account/two-factor/enrol").await;
        assert_eq!(ada.path, "/account/two-factor", "nothing is shown before it is requested");
        assert!(ada.page.contains("Two-factor log-in is off"));
        ada.post("/account/two-factor/enrol", &[]).await;
        assert_eq!(ada.path, "/account/two-factor/enrol");
        assert!(ada.page.contains("<svg") && ada.page.contains("<path d=\"M4 4h1v1h-1z"), "{}", ada.page);
        assert!(!ada.page.contains("<script type=\"module\"") && !ada.page.contains("otpauth:"));
        let app = App::shown(&ada);
        ada.post("/account/two-factor/confirm", &[("code", &app.wrong_code(&db))]).await;
        assert!(ada.path == "/account/two-factor/enrol" && ada.page.contains("aria-invalid=\"true\""));
        ada.get("/account/two-factor").await;
        assert!(ada.page.contains("Two-factor log-in is off"), "not before a right code");

        ada.get("/account/two-factor/enrol").await;
        ada.post("/account/two-factor/confirm", &[("code", &app.code(&db))]).await;
        assert!(ada.page.contains("Two-factor log-in is on."));
        ada.get("/account/two-factor").await;
        assert!(ada.page.contains("Two-factor log-in is on") && ada.page.contains("10 recovery codes left"));
        ada.get("/account/two-factor/enrol").await;
        assert_eq!(ada.path, "/account/two-factor", "the secret is not shown again");
        ada.post("/account/two-factor/enrol", &[]).await;
        assert!(ada.path == "/account/two-factor" && ada.page.contains("is on"), "and no other secret replaces it");
    }

    async fn recovery_codes_are_shown_once_and_stored_nowhere_in_plain_text(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.post("/account/two-factor/enrol", &[]).await;
        let code = App::shown(&ada).code(&db);
        let token = ada.token.clone().unwrap();
        let posted = ada.ask("POST", "/account/two-factor/confirm", &FORM, form(&[("code", &code), ("csrf_token", &token)])).await;
        assert_eq!(posted.header("location"), "/account/two-factor/recovery-codes");
        ada.cookie = posted.header("set-cookie").split(';').next().map(str::to_owned);
        let waiting = tables::dump(&db).await.join("\n");
        let page = ada.ask("GET", "/account/two-factor/recovery-codes", &FORM, "").await;
        assert_eq!(page.header("cache-control"), "no-store");
        ada.page = page.body;
        let codes = recovery_codes(&ada);
        assert_eq!(codes.len(), 10);
        assert!(!ada.page.contains("action=\"/theme\""), "the switch would load the page again, without the codes");
        let shown = tables::dump(&db).await.join("\n");
        for code in &codes {
            assert!(!waiting.contains(code) && !shown.contains(code) && !shown.contains(&code.replace('-', "")));
        }
        ada.get("/account/two-factor/recovery-codes").await;
        assert_eq!((ada.path.as_str(), recovery_codes(&ada).len()), ("/account/two-factor", 0));
        assert!(ada.page.contains("action=\"/theme\""), "{}", ada.page);

        ada.post("/account/two-factor/recovery-codes", &[]).await;
        let new = recovery_codes(&ada);
        assert!(new.len() == 10 && new.iter().all(|code| !codes.contains(code)));
    }

    async fn the_password_alone_is_no_log_in_and_the_code_leads_to_the_return_path(db: TestDb) {
        let (_, app, _) = ada(&db).await;
        let mut browser = Browser::at(site(&db, &[]));
        browser.get("/account/devices").await;
        browser.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(browser.path, "/login/code");
        assert!(!browser.is_logged_in().await && tables::sessions(&db).await.len() == 1);
        browser.post("/login/code", &[("code", &app.wrong_code(&db))]).await;
        assert!(browser.path == "/login/code" && browser.page.contains("This code is incorrect"));
        assert!(browser.page.contains("aria-invalid=\"true\"") && !browser.is_logged_in().await);
        let (before, code) = (browser.cookie.clone(), app.next_code(&db));
        browser.post("/login/code", &[("code", &code)]).await;
        assert_eq!(browser.path, "/account/devices");
        assert!(browser.page.contains("Welcome, Ada."));
        let planted = Browser { cookie: before, ..Browser::at(site(&db, &[])) };
        assert!(!planted.is_logged_in().await, "the earlier id is no log-in");

        let mut other = after_the_password(&db).await;
        other.post("/login/code", &[("code", &code)]).await;
        assert!(other.path == "/login/code" && !other.is_logged_in().await, "a code is valid once");
    }

    async fn a_log_in_with_a_code_is_remembered_if_requested(db: TestDb) {
        let (_, app, _) = ada(&db).await;
        let mut browser = Browser::at(site(&db, &[]));
        browser.post("/login", &[("email", "ada@example.com"), ("password", PASSWORD), ("remember", "true")]).await;
        browser.post("/login/code", &[("code", &app.next_code(&db))]).await;
        db.clock().advance(Duration::from_secs(20 * 86_400));
        assert!(browser.is_logged_in().await);
    }

    async fn a_recovery_code_logs_in_once(db: TestDb) {
        let (mut ada, _, codes) = ada(&db).await;
        let mut browser = after_the_password(&db).await;
        browser.get("/login/recovery").await;
        browser.post("/login/recovery", &[("recovery_code", "ABCD-ABCD-ABCD-ABCD")]).await;
        assert!(browser.path == "/login/recovery" && browser.page.contains("recovery code is incorrect"));
        browser.post("/login/recovery", &[("recovery_code", &codes[0].to_lowercase().replace('-', ""))]).await;
        assert_eq!(browser.path, "/dashboard");
        assert!(browser.page.contains("Codes left: 9.") && browser.is_logged_in().await);
        let emails = tables::lines(&db, "select arguments from jobs where arguments like '%recovery-code-used%'").await;
        assert_eq!(emails.len(), 1);
        let audit = tables::lines(&db, "select action from audit order by at desc, id desc limit 1").await;
        assert_eq!(audit, ["used a recovery code"]);
        let mut other = after_the_password(&db).await;
        other.post("/login/recovery", &[("recovery_code", &codes[0])]).await;
        assert!(!other.is_logged_in().await);
        ada.get("/account/two-factor").await;
        assert!(ada.page.contains("9 recovery codes left"));
    }

    async fn guessing_codes_needs_the_password_and_is_limited(db: TestDb) {
        let (_, app, codes) = ada(&db).await;
        let attempts = async || tables::lines(&db, "select 'one' from rate_limits").await.len();
        let before = attempts().await;
        let mut anonymous = Browser::with_form(site(&db, &[])).await;
        for path in ["/login/code", "/login/recovery"] {
            for _ in 0..20 {
                anonymous.post(path, &[("code", "000000"), ("recovery_code", &codes[0])]).await;
                assert_eq!(anonymous.path, "/login");
            }
        }
        assert_eq!(attempts().await, before, "without the password no code is counted");

        let mut tries = 0;
        for _ in 0..2 * 86_400 / 60 {
            let guesser = after_the_password(&db).await;
            let fields = form(&[("code", &app.wrong_code(&db))]);
            while guesser.ask("POST", "/login/code", &FORM, fields.clone()).await.status == 303 {
                tries += 1;
            }
            db.clock().advance(Duration::from_secs(30 * 60));
            if tries > 60 {
                break;
            }
        }
        assert!(tries > 60, "one more each half hour");
        let guesser = after_the_password(&db).await;
        let mut waits = 0;
        for _ in 0..100 {
            let answer = guesser.ask("POST", "/login/code", &SCRIPT, form(&[("code", "000000")])).await;
            waits = answer.header("retry-after").parse().unwrap_or(0);
        }
        // Rounded up, and the clock stands still.
        assert!((60..=1801).contains(&waits), "{waits}");
        let mut owner = after_the_password(&db).await;
        owner.post("/login/recovery", &[("recovery_code", &codes[0])]).await;
        assert!(owner.is_logged_in().await, "with a recovery code, while others guess");
    }

    async fn reauthentication_asks_for_password_and_code(db: TestDb) {
        let (mut ada, app, codes) = ada(&db).await;
        db.clock().advance(LATER);
        for path in ["/account/email", "/account/password", "/account/two-factor/recovery-codes"] {
            ada.get(path).await;
            assert_eq!(ada.path, "/reauthenticate", "{path}");
        }
        ada.post("/account/two-factor/off", &[]).await;
        assert!(ada.path == "/reauthenticate" && ada.page.contains("name=\"code\""));
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert!(ada.path == "/reauthenticate" && ada.page.contains("id=\"code-error\""));
        ada.post("/reauthenticate", &[("password", "not-hers"), ("code", &app.next_code(&db))]).await;
        assert!(ada.path == "/reauthenticate" && ada.page.contains("Incorrect password."));
        ada.post("/reauthenticate", &[("password", PASSWORD), ("code", &app.wrong_code(&db))]).await;
        assert_eq!(ada.path, "/reauthenticate");
        let change = [("current_password", PASSWORD), ("new_password", "quiet-anchor-1815")];
        ada.path = "/account/password".into(); // where the form was open
        ada.post("/account/password", &change).await;
        assert_eq!(ada.path, "/reauthenticate", "the password alone does not change the password");
        ada.post("/reauthenticate", &[("password", PASSWORD), ("code", &app.code(&db))]).await;
        assert_eq!(ada.path, "/account/password");
        assert_eq!(ada.get("/account/email").await, 200);
        assert_eq!(ada.path, "/account/email");
        db.clock().advance(LATER);
        ada.get("/account/email").await;
        ada.post("/reauthenticate", &[("password", PASSWORD), ("code", &codes[0])]).await;
        assert_eq!(ada.path, "/account/email", "a recovery code is accepted");
    }

    async fn after_two_factor_is_turned_off_the_password_is_enough(db: TestDb) {
        let (mut ada, _, codes) = ada(&db).await;
        let sent = async |notice: &str| {
            let find = format!("select arguments from jobs where arguments like '%\"{notice}\"%'");
            tables::lines(&db, &find).await.len()
        };
        assert_eq!((sent("second-factor-on").await, sent("second-factor-off").await), (1, 0));
        ada.post("/account/two-factor/off", &[]).await;
        assert!(ada.page.contains("Two-factor log-in is off") && ada.is_logged_in().await);
        assert_eq!((sent("second-factor-on").await, sent("second-factor-off").await), (1, 1));
        let left = tables::dump(&db).await.into_iter().filter(|row| row.starts_with("second_factors") || row.starts_with("recovery_codes"));
        assert_eq!(left.count(), 0);
        let mut other = Browser::at(site(&db, &[]));
        other.log_in("ada@example.com", PASSWORD).await;
        assert!(other.path == "/dashboard" && codes.len() == 10);
        ada.post("/account/two-factor/recovery-codes", &[]).await;
        assert_eq!(ada.path, "/account/two-factor", "no recovery codes can be created");
    }
}
