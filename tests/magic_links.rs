//! Log-in by email: a link for any browser and a code for the requesting browser, each valid once; off by default.

use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, tables};
use crate::fake_smtp::{FakeSmtp, Received};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";
const QUARTER: Duration = Duration::from_secs(15 * 60);

fn site(db: &TestDb) -> axum::Router {
    crate::browser::site(db, &[("MAGIC_LINKS", "true")])
}

fn anonymous(db: &TestDb) -> Browser {
    Browser::at(site(db))
}

/// A logged-in user with a confirmed address.
async fn ada(db: &TestDb) -> Browser {
    let mut ada = anonymous(db);
    ada.sign_up(ADA).await;
    tables::write(db, "update users set email_verified_at = created_at").await;
    ada
}

/// Requests an email in this browser, and returns it.
async fn asked(db: &TestDb, smtp: &FakeSmtp, browser: &mut Browser) -> Received {
    browser.post("/login/mail", &[("email", ADA)]).await;
    assert!(
        browser.path == "/login/mail" && browser.page.contains("we sent it an email."),
        "{}",
        browser.page
    );
    smtp.deliver(db).await;
    smtp.last_to(ADA)
}

fn code(email: &Received) -> String {
    let (_, rest) = email.text.split_once("where you asked for it: ").expect("a code");
    rest.lines().next().unwrap().to_owned()
}

async fn press(browser: &mut Browser, email: &Received) {
    browser.get(&email.path()).await;
    browser.post("/login/link", &[("token", &email.token())]).await;
}

async fn type_code(browser: &mut Browser, code: &str) -> u16 {
    browser.post("/login/mail/code", &[("code", code)]).await
}

on_both_databases! {
    async fn a_link_logs_in_once_by_its_button_in_any_browser(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let email = asked(&db, &smtp, &mut anonymous(&db)).await;
        let mut other = anonymous(&db);
        let before = tables::snapshot(&db).await;
        for method in ["GET", "HEAD", "GET"] {
            assert_eq!(other.ask(method, &email.path(), &FORM, "").await.status, 200);
        }
        assert_eq!(tables::snapshot(&db).await, before, "virus scanners open links");
        press(&mut other, &email).await;
        assert!(other.path == "/dashboard" && other.is_logged_in().await, "{}", other.page);
        let mut third = anonymous(&db);
        press(&mut third, &email).await;
        assert!(third.page.contains("This link has expired") && !third.is_logged_in().await, "{}", third.page);
    }

    async fn a_code_logs_in_only_in_the_browser_that_requested_it(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let mut here = anonymous(&db);
        let email = asked(&db, &smtp, &mut here).await;
        let mut other = anonymous(&db);
        type_code(&mut other, &code(&email)).await;
        assert!(other.page.contains("First request an email") && !other.is_logged_in().await, "{}", other.page);
        other.post("/login/mail", &[("email", "nobody@example.com")]).await;
        type_code(&mut other, &code(&email)).await;
        assert!(other.page.contains("This code is incorrect or has expired.") && !other.is_logged_in().await);
        let typed = code(&email);
        assert_eq!(typed.replace(' ', "").len(), 8, "{typed}");
        type_code(&mut here, &typed).await;
        assert!(here.path == "/dashboard" && here.is_logged_in().await, "{}", here.page);
        press(&mut other, &email).await;
        assert!(!other.is_logged_in().await, "the link is used up with the code");
        here.post("/logout", &[]).await;
        type_code(&mut here, &typed).await;
        assert!(!here.is_logged_in().await);
    }

    async fn a_code_allows_five_guesses(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let mut here = anonymous(&db);
        let right = code(&asked(&db, &smtp, &mut here).await);
        for wrong in ["1", "0000 0000", "", "ÿ", "12345678901"] {
            assert_eq!(type_code(&mut here, wrong).await, 200);
        }
        assert_eq!(type_code(&mut here, &right).await, 429, "even a right one");
        let again = Browser { cookie: here.cookie.clone(), token: here.token.clone(), ..anonymous(&db) };
        assert_eq!(again.ask("POST", "/login/mail/code", &SCRIPT, form(&[("code", &right)])).await.status, 429);
        assert!(!here.is_logged_in().await);
        db.clock().advance(QUARTER);
        type_code(&mut here, &right).await;
        assert!(!here.is_logged_in().await, "it expires before another attempt is allowed");
    }

    async fn an_expired_changed_or_replaced_link_or_code_does_not_log_in(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let (mut here, mut other) = (anonymous(&db), anonymous(&db));
        let older = asked(&db, &smtp, &mut other).await;
        let email = asked(&db, &smtp, &mut here).await;
        press(&mut other, &older).await;
        type_code(&mut other, &code(&older)).await;
        assert!(!other.is_logged_in().await, "a newer email revokes it");
        let token = email.token();
        let changed = format!("{}{}", if token.starts_with('A') { 'B' } else { 'A' }, &token[1..]);
        for wrong in [changed.as_str(), "", &token.to_lowercase(), &format!("{token}=")] {
            other.post("/login/link", &[("token", wrong)]).await;
            assert!(!other.is_logged_in().await, "{wrong}");
        }
        for path in ["/reset", "/verify", "/account/email/confirm", "/account/email/undo"] {
            other.post(path, &[("token", &token), ("new_password", NEW)]).await;
        }
        db.clock().advance(QUARTER);
        press(&mut here, &email).await;
        type_code(&mut here, &code(&email)).await;
        assert!(!here.is_logged_in().await);
        here.log_in(ADA, PASSWORD).await;
        assert!(here.is_logged_in().await, "the link changed no password");
    }

    async fn a_new_password_or_address_revokes_magic_links(db: TestDb) {
        for change in ["password", "address"] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let (mut ada, mut here) = (ada(&db).await, anonymous(&db));
            let email = asked(&db, &smtp, &mut here).await;
            if change == "password" {
                ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
            } else {
                ada.post("/account/email", &[("email", "lovelace@example.com")]).await;
                smtp.deliver(&db).await;
                ada.post("/account/email/confirm", &[("token", &smtp.last_to("lovelace@example.com").token())]).await;
            }
            press(&mut here, &email).await;
            type_code(&mut here, &code(&email)).await;
            assert!(!here.is_logged_in().await, "{change}");
        }
    }

    async fn the_response_is_the_same_for_an_unknown_address(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let mut answers = Vec::new();
        for email in [ADA, "nobody@example.com"] {
            let mut browser = Browser::with_form(site(&db)).await;
            let answer = browser.ask("POST", "/login/mail", &FORM, form(&[("email", email)])).await;
            browser.post("/login/mail", &[("email", email)]).await;
            let shown = browser.page.replace(email, "EMAIL").replace(&browser.token.clone().unwrap(), "TOKEN");
            type_code(&mut browser, "12345678").await;
            let after = browser.page.replace(&browser.token.clone().unwrap(), "TOKEN");
            answers.push((answer.status, answer.header("location").to_owned(), answer.body, shown, after));
        }
        assert_eq!(answers[0], answers[1]);
        smtp.deliver(&db).await;
        assert!(smtp.emails().iter().all(|email| email.to == ADA));
    }

    async fn an_unconfirmed_or_disabled_account_gets_no_magic_link(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        anonymous(&db).sign_up(ADA).await; // perhaps an attacker who waits for its owner
        smtp.deliver(&db).await;
        let before = smtp.emails().len();
        anonymous(&db).post("/login/mail", &[("email", ADA)]).await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), before);
        for closed in ["disabled_at = 1", "email_verified_at = null"] {
            tables::write(&db, "update users set email_verified_at = created_at, disabled_at = null").await;
            let email = asked(&db, &smtp, &mut anonymous(&db)).await;
            tables::write(&db, &format!("update users set {closed}")).await;
            let mut browser = anonymous(&db);
            press(&mut browser, &email).await;
            assert!(!browser.is_logged_in().await, "{closed}");
        }
    }

    async fn the_tables_contain_no_code_and_no_link(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let mut here = anonymous(&db);
        here.post("/login/mail", &[("email", ADA)]).await;
        let mut rows = tables::dump(&db).await;
        smtp.deliver(&db).await;
        rows.extend(tables::dump(&db).await);
        let email = smtp.last_to(ADA);
        let (spaced, digits) = (code(&email), code(&email).replace(' ', ""));
        for secret in [spaced, digits, email.token()] {
            assert!(!rows.iter().any(|row| row.contains(&secret)), "{secret}");
        }
    }

    async fn magic_links_to_one_address_are_limited(db: TestDb) {
        ada(&db).await;
        let browser = Browser::with_form(site(&db)).await;
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(browser.ask("POST", "/login/mail", &FORM, form(&[("email", ADA)])).await.status);
        }
        assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    }

    async fn magic_links_are_off_by_default(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        let mut browser = anonymous(&db);
        browser.get("/login").await;
        assert!(browser.page.contains("href=\"/login/mail\""));
        let email = asked(&db, &smtp, &mut browser).await;
        browser.site = crate::browser::site(&db, &[]);
        for path in ["/login/mail", "/login/link", &email.path()] {
            assert_eq!(browser.get(path).await, 404, "{path}");
        }
        let before = tables::snapshot(&db).await;
        let fields = [("email", ADA), ("token", &email.token()), ("code", &code(&email))];
        for path in ["/login/mail", "/login/link", "/login/mail/code"] {
            assert_eq!(browser.post(path, &fields).await, 404, "{path}");
        }
        assert_eq!(tables::snapshot(&db).await, before);
        assert!(!browser.is_logged_in().await);
        browser.get("/login").await;
        assert!(!browser.page.contains("/login/mail"));
    }
}
