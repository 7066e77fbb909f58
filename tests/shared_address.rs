//! Many users at one IP address: what is right, and what is no guess, does not count towards a rate limit.

use crate::browser::{Browser, FORM, PASSWORD, form, tables};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;

const NEW: &str = "quiet-anchor-1815";
const WEAK: &str = "short";

fn site(db: &TestDb) -> axum::Router {
    crate::browser::site(db, &[("MAGIC_LINKS", "true")])
}

/// How full all buckets together are, in milliseconds. The clock must stand still.
async fn level(db: &TestDb) -> i64 {
    let levels = tables::lines(db, "select cast(empty_at as text) from rate_limits").await;
    levels.iter().map(|empty_at| (empty_at.parse::<i64>().unwrap() - db.clock().now()).max(0)).sum()
}

async fn user(db: &TestDb, email: &str) -> Browser {
    let mut browser = Browser::at(site(db));
    browser.sign_up(email).await;
    browser
}

on_both_databases! {
    async fn thirty_five_sign_ups_and_sixty_five_log_ins_of_one_address_pass(db: TestDb) {
        db.clock().stop();
        let browser = Browser::with_form(site(&db)).await;
        for number in 0..35 {
            let fields = form(&[("name", "A"), ("email", &format!("{number}@example.com")), ("password", PASSWORD)]);
            assert_eq!(browser.ask("POST", "/signup", &FORM, fields).await.status, 303, "{number}");
        }
        for number in 0..65 {
            let fields = form(&[("email", &format!("{}@example.com", number % 35)), ("password", PASSWORD)]);
            let browser = Browser::with_form(site(&db)).await;
            let answer = browser.ask("POST", "/login", &FORM, fields).await;
            assert_eq!((answer.status, answer.header("location")), (303, "/dashboard"), "{number}");
        }
    }

    async fn a_confirmed_address_refunds_its_sign_up(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        db.clock().stop();
        let mut ada = user(&db, "ada@example.com").await;
        let before = level(&db).await;
        smtp.deliver(&db).await;
        let email = smtp.last_to("ada@example.com");
        ada.get(&email.path()).await;
        ada.post("/verify", &[("token", &email.token())]).await;
        assert!(ada.page.contains("Your address is confirmed."), "{}", ada.page);
        assert_eq!(level(&db).await, before - 20_000);
    }

    async fn a_right_link_or_code_does_not_count(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        db.clock().stop();
        user(&db, "ada@example.com").await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        smtp.deliver(&db).await;
        for (asks, path) in [("/login/mail", "/login/link"), ("/login/mail", "/login/mail/code"), ("/forgot", "/reset")] {
            let mut browser = Browser::at(site(&db));
            browser.post(asks, &[("email", "ada@example.com")]).await;
            smtp.deliver(&db).await;
            let email = smtp.last_to("ada@example.com");
            let code = email.text.split_once("where you asked for it: ").map(|(_, rest)| rest.lines().next().unwrap());
            let before = level(&db).await;
            let fields = [("token", email.token()), ("code", code.unwrap_or_default().to_owned()), ("new_password", NEW.to_owned())];
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post(path, &fields).await;
            assert!(["/dashboard", "/login"].contains(&browser.path.as_str()), "{path}: {}", browser.page);
            assert_eq!(level(&db).await, before, "{path}");
            browser.post(path, &[("token", "wrong"), ("code", "00000000"), ("new_password", NEW)]).await;
            assert!(path.ends_with("code") || level(&db).await > before, "{path}: a wrong one counts");
        }
    }

    async fn a_form_that_is_refused_for_its_fields_does_not_count(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        db.clock().stop();
        let mut ada = user(&db, "ada@example.com").await;
        let mut anonymous = Browser::at(site(&db));
        anonymous.post("/forgot", &[("email", "ada@example.com")]).await;
        smtp.deliver(&db).await;
        let link = smtp.last_to("ada@example.com").token();
        let before = level(&db).await;
        for (path, fields) in [
            ("/signup", vec![("name", "A"), ("email", "a@example.com"), ("password", WEAK)]),
            ("/signup", vec![("name", ""), ("email", "no address"), ("password", PASSWORD)]),
            ("/login", vec![("email", "ada@example.com"), ("password", "")]),
            ("/login", vec![("email", "ada"), ("password", "not-her-password")]),
            ("/login/mail", vec![("email", "ada@")]),
            ("/forgot", vec![("email", "")]),
            ("/reset", vec![("token", &link), ("new_password", WEAK)]),
        ] {
            anonymous.post(path, &fields).await;
            assert!(anonymous.page.contains("aria-invalid=\"true\""), "{path}: {}", anonymous.page);
            assert_eq!(level(&db).await, before, "{path} {fields:?}");
        }
        for (path, fields) in [
            ("/account/password", vec![("current_password", PASSWORD), ("new_password", WEAK)]),
            ("/account/email", vec![("email", "no address")]),
            ("/account/email", vec![("email", "ada@example.com")]),
        ] {
            ada.post(path, &fields).await;
            assert!(ada.page.contains("aria-invalid=\"true\""), "{path}: {}", ada.page);
            assert_eq!(level(&db).await, before, "{path} {fields:?}");
        }
        ada.post("/account/password", &[("current_password", "wrong"), ("new_password", WEAK)]).await;
        assert!(level(&db).await > before, "a wrong password counts");
    }

    async fn requested_emails_of_one_kind_do_not_block_another(db: TestDb) {
        let mut ada = user(&db, "ada@example.com").await;
        let anonymous = Browser::with_form(site(&db)).await;
        let to_ada = form(&[("email", "ada@example.com")]);
        for path in ["/login/mail", "/forgot"] {
            for sent in 0..6 {
                let status = anonymous.ask("POST", path, &FORM, to_ada.clone()).await.status;
                assert_eq!(status, if sent < 5 { 303 } else { 429 }, "{path}");
            }
            for other in 0..30 {
                anonymous.ask("POST", path, &FORM, form(&[("email", &format!("{other}@example.com"))])).await;
            }
        }
        assert_eq!(ada.post("/verify/resend", &[]).await, 200);
        assert!(ada.page.contains("We sent an email to ada@example.com."), "{}", ada.page);
    }
}
