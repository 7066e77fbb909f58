//! Two equal requests for an email within a minute: one email, whose link and code stay valid.

use crate::browser::{Browser, site, tables};
use crate::fake_smtp::{FakeSmtp, Received};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";
const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// A logged-in user whose first email was sent.
async fn signed_up(db: &TestDb, smtp: &FakeSmtp) -> Browser {
    let mut ada = Browser::at(site(db, &[("MAGIC_LINKS", "true")]));
    ada.sign_up(ADA).await;
    smtp.deliver(db).await;
    ada
}

/// Requests an email, and returns how many were sent since the start.
async fn asked(db: &TestDb, smtp: &FakeSmtp, browser: &mut Browser, path: &str, email: &str) -> usize {
    browser.post(path, &[("email", email)]).await;
    smtp.deliver(db).await;
    smtp.emails().len()
}

fn code(email: &Received) -> String {
    email.text.split_once("where you asked for it: ").expect("a code").1.lines().next().unwrap().to_owned()
}

on_both_databases! {
    async fn a_second_request_for_a_link_within_a_minute_sends_no_email(db: TestDb) {
        for path in ["/forgot", "/verify/resend", "/account/email"] {
            let (db, smtp) = (db.another().await, FakeSmtp::open().await);
            let mut ada = signed_up(&db, &smtp).await;
            db.clock().advance(MINUTE);
            let email = if path == "/account/email" { "lovelace@example.com" } else { ADA };
            let first = asked(&db, &smtp, &mut ada, path, email).await;
            let link = smtp.last_to(email).path();
            db.clock().advance(MINUTE - SECOND);
            assert_eq!(asked(&db, &smtp, &mut ada, path, email).await, first, "{path}");
            ada.get(&link).await;
            assert!(!ada.page.contains("This link has expired"), "{path}: {}", ada.page);
            db.clock().advance(SECOND);
            assert!(asked(&db, &smtp, &mut ada, path, email).await > first, "{path}");
            assert_ne!(smtp.last_to(email).path(), link, "{path}");
            ada.get(&link).await;
            assert!(ada.page.contains("use the newest one"), "{path}: {}", ada.page);
        }
    }

    async fn a_request_after_the_link_was_used_sends_another_email_at_once(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, &smtp).await;
        asked(&db, &smtp, &mut ada, "/forgot", ADA).await;
        let used = smtp.last_link_to(ADA, "/reset").token();
        ada.post("/reset", &[("token", &used), ("new_password", NEW)]).await;
        db.clock().advance(SECOND);
        asked(&db, &smtp, &mut ada, "/forgot", ADA).await;
        assert_ne!(smtp.last_link_to(ADA, "/reset").token(), used);
    }

    async fn a_request_for_another_address_sends_an_email_at_once(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, &smtp).await;
        for email in ["lovelace@example.com", "countess@example.com"] {
            asked(&db, &smtp, &mut ada, "/account/email", email).await;
            assert!(smtp.last_to(email).subject.starts_with("Confirm your new address"));
        }
    }

    async fn a_second_sign_up_with_a_known_address_within_a_minute_tells_its_owner_once(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let before = { signed_up(&db, &smtp).await; smtp.emails().len() };
        for (wait, sent) in [(SECOND, 1), (SECOND, 1), (MINUTE, 2)] {
            db.clock().advance(wait);
            let fields = [("name", "Eve"), ("email", ADA), ("password", NEW)];
            Browser::at(site(&db, &[])).post("/signup", &fields).await;
            smtp.deliver(&db).await;
            assert_eq!(smtp.emails().len(), before + sent);
        }
    }

    async fn a_second_request_to_log_in_keeps_the_code_of_this_browser(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let ada = signed_up(&db, &smtp).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        let (mut here, mut other) = (Browser::at(ada.site.clone()), Browser::at(ada.site.clone()));
        let first = asked(&db, &smtp, &mut here, "/login/mail", ADA).await;
        let typed = code(&smtp.last_to(ADA));
        db.clock().advance(MINUTE - SECOND);
        assert_eq!(asked(&db, &smtp, &mut here, "/login/mail", "ADA@example.com").await, first);
        here.post("/login/mail/code", &[("code", "0000 0000")]).await;
        assert!(here.page.contains("Use the code in the newest email"), "{}", here.page);
        here.post("/login/mail/code", &[("code", &typed)]).await;
        assert!(here.is_logged_in().await, "{}", here.page);
        // The code works only in the browser that requested it.
        assert_eq!(asked(&db, &smtp, &mut other, "/login/mail", ADA).await, first + 1);
    }
}
