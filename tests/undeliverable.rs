//! Emails that the mail server refuses for good: they are given up, and the user learns it if the address is the reason.

use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use crate::fake_smtp::{Behavior, FakeSmtp};
use server::jobs::{Filter, Totals, search, totals};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const BANNER: &str = "We could not deliver an email to";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A user whose first email met this behaviour.
async fn signed_up(db: &TestDb, smtp: &FakeSmtp, email: &str, behavior: Behavior) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up(email).await;
    smtp.set(behavior);
    smtp.deliver(db).await;
    browser
}

/// A user who asked for the address lovelac@example.com, which the mail server refused.
async fn with_refused_new_address(db: &TestDb, smtp: &FakeSmtp) -> Browser {
    let mut ada = signed_up(db, smtp, ADA, Behavior::Fair).await;
    smtp.set(Behavior::Unknown);
    ada.post("/account/email", &[("email", "lovelac@example.com")]).await;
    tables::write(db, "delete from jobs where arguments like '%notification%'").await;
    smtp.deliver(db).await;
    ada
}

async fn marked(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select undeliverable_email from users where undeliverable_email is not null").await
}

on_both_databases! {
    async fn a_refused_recipient_is_given_up_at_once_and_told_on_the_next_page(db: TestDb) {
        for (behavior, email) in [
            (Behavior::Unknown, "no-user@example.com"),
            (Behavior::NoMailbox, "closed@example.com"),
            (Behavior::Ascii, "ädà@example.com"),
        ] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let mut user = signed_up(&db, &smtp, email, behavior).await;
            assert_eq!(totals(&db).await.unwrap(), Totals { waiting: 0, failed: 1 }, "{behavior:?}");
            assert_eq!(search(&db, Filter::Failed, 1).await.unwrap().rows[0].attempts, 1);
            user.get("/dashboard").await;
            assert!(user.page.contains(BANNER) && user.page.contains(email), "{behavior:?}: {}", user.page);
        }
    }

    async fn another_permanent_refusal_is_given_up_at_once_and_blames_no_address(db: TestDb) {
        for behavior in [Behavior::Refusing, Behavior::NoRelay, Behavior::Spam] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let mut user = signed_up(&db, &smtp, ADA, behavior).await;
            assert_eq!(totals(&db).await.unwrap(), Totals { waiting: 0, failed: 1 }, "{behavior:?}");
            user.get("/dashboard").await;
            assert!(!user.page.contains(BANNER), "{behavior:?}: {}", user.page);
        }
    }

    async fn a_temporary_refusal_a_refused_log_in_and_no_connection_are_tried_again(db: TestDb) {
        for behavior in [Behavior::Busy, Behavior::Closed, Behavior::Locked, Behavior::Gone] {
            let db = db.another().await;
            let smtp = FakeSmtp::open().await;
            let url = smtp.url_with("smtp-password");
            Browser::at(site(&db, &[])).sign_up(ADA).await;
            smtp.set(behavior);
            smtp.deliver_with(&db, &[("SMTP_URL", &url)]).await;
            assert_eq!((totals(&db).await.unwrap().waiting, marked(&db).await.len()), (1, 0), "{behavior:?}");
            smtp.set(Behavior::Fair);
            db.clock().advance(MINUTE);
            smtp.deliver_with(&db, &[("SMTP_URL", &url)]).await;
            assert_eq!(smtp.recipients().pop().as_deref(), Some(ADA), "{behavior:?}");
        }
    }

    async fn the_mark_ends_when_an_email_arrives(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = signed_up(&db, &smtp, ADA, Behavior::Unknown).await;
        assert_eq!(marked(&db).await, [ADA]);
        smtp.set(Behavior::Fair);
        db.clock().advance(MINUTE);
        ada.post("/verify/resend", &[]).await;
        smtp.deliver(&db).await;
        ada.get("/dashboard").await;
        assert!(!ada.page.contains(BANNER), "{}", ada.page);
    }

    async fn a_refused_new_address_is_told_to_its_user_until_another_is_confirmed(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = with_refused_new_address(&db, &smtp).await;
        ada.get("/account").await;
        assert!(ada.page.contains(BANNER) && ada.page.contains("lovelac@example.com"), "{}", ada.page);
        tables::write(&db, &format!("update users set undeliverable_email = '{ADA}'")).await;
        tables::write(&db, "delete from jobs").await;
        smtp.set(Behavior::Fair);
        ada.post("/account/email", &[("email", "lovelace@example.com")]).await;
        smtp.deliver(&db).await;
        ada.post("/account/email/confirm", &[("token", &smtp.last_to("lovelace@example.com").token())]).await;
        assert_eq!(marked(&db).await, [""; 0]);
    }

    async fn the_mark_of_a_new_address_stays_while_emails_to_other_addresses_arrive(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = with_refused_new_address(&db, &smtp).await;
        smtp.set(Behavior::Fair);
        ada.post("/account/email", &[("email", "lovelace@example.com")]).await;
        smtp.deliver(&db).await;
        assert!(smtp.recipients().ends_with(&["lovelace@example.com".into(), ADA.into()]), "{:?}", smtp.recipients());
        assert_eq!(marked(&db).await, ["lovelac@example.com"]);
        ada.post("/account/email", &[("email", "lovelac@example.com")]).await;
        smtp.deliver(&db).await;
        assert_eq!(marked(&db).await, [""; 0]);
    }

    async fn a_sender_that_the_mail_server_cannot_carry_marks_no_user_and_gives_up_no_email(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(ADA).await;
        smtp.set(Behavior::Ascii);
        smtp.deliver_with(&db, &[("MAIL_FROM", "grüße@example.com")]).await;
        assert_eq!((totals(&db).await.unwrap(), marked(&db).await.len()), (Totals { waiting: 1, failed: 0 }, 0));
    }

    async fn an_address_that_the_mail_server_cannot_carry_is_refused_at_each_field(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        smtp.set(Behavior::Ascii);
        let url = smtp.url();
        let settings = [("SMTP_URL", url.as_str()), ("MAGIC_LINKS", "true")];
        let (mut ada, mut anonymous) = (Browser::at(site(&db, &settings)), Browser::at(site(&db, &settings)));
        ada.sign_up(ADA).await;
        for (path, shown, browser) in [
            ("/signup", "/signup", &mut anonymous),
            ("/account/email", "/account/email", &mut ada),
        ] {
            let fields = [("name", "Ada"), ("email", "ädà@example.com"), ("password", PASSWORD)];
            browser.post(path, &fields).await;
            assert!(browser.path == shown && browser.page.contains("id=\"email-error\""), "{path}: {}", browser.page);
        }
        ada.post("/verify/address", &[("email", "用户@example.com")]).await;
        assert!(ada.path == "/verify" && ada.page.contains("id=\"email-error\""), "{}", ada.page);
        for path in ["/forgot", "/login/mail"] {
            anonymous.post(path, &[("email", "ädà@example.com")]).await;
            assert!(anonymous.path == path && anonymous.page.contains("id=\"email-error\""), "{path}: {}", anonymous.page);
        }
        // The host is sent in ASCII.
        anonymous.post("/signup", &[("name", "Ada"), ("email", "ada@bücher.example"), ("password", PASSWORD)]).await;
        assert_eq!(anonymous.path, "/signup/sent", "{}", anonymous.page);
    }

    async fn a_mail_server_with_smtputf8_or_none_at_all_refuses_no_such_address(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        for (number, url) in [smtp.url(), format!("smtp://{closed}?tls=none"), "none".into()].iter().enumerate() {
            let mut browser = Browser::at(site(&db, &[("SMTP_URL", url)]));
            browser.sign_up(&format!("ädà{number}@example.com")).await;
            assert!(browser.is_logged_in().await, "{url}: {}", browser.page);
        }
    }

    async fn a_refused_email_reveals_nothing_about_an_unknown_address(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        signed_up(&db, &smtp, ADA, Behavior::Unknown).await;
        db.clock().advance(HOUR);
        let mut pages = Vec::new();
        for email in [ADA, "eve@example.com"] {
            let mut browser = Browser::with_form(site(&db, &[])).await;
            let answer = browser.ask("POST", "/forgot", &FORM, form(&[("email", email)])).await;
            smtp.deliver(&db).await;
            browser.get("/login").await;
            pages.push((answer.status, browser.page.contains(BANNER)));
        }
        assert_eq!(pages[0], pages[1]);
    }
}
