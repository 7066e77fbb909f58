//! The page after a sign-up, and its button that sends the email again.

use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(61);

async fn resend(db: &TestDb, smtp: &FakeSmtp, email: &str) -> (String, Vec<String>) {
    let before = smtp.emails().len();
    db.clock().advance(MINUTE);
    let mut browser = Browser::at(site(db, &[]));
    browser.post("/signup/resend", &[("email", email)]).await;
    assert_eq!(browser.path, "/signup/sent");
    smtp.deliver(db).await;
    (browser.page.clone(), smtp.emails().into_iter().skip(before).map(|email| email.subject).collect())
}

on_both_databases! {
    async fn the_page_names_the_address_once_and_keeps_no_secret(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.post("/signup", &[("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
        assert_eq!(ada.path, "/signup/sent");
        assert!(ada.page.contains("ada@example.com") && !ada.page.contains(PASSWORD));
        ada.get("/signup/sent").await;
        assert!(ada.page.contains("the address that you typed") && !ada.page.contains("ada@example.com"));
        ada.log_in("ada@example.com", PASSWORD).await;
        ada.get("/signup/sent").await;
        assert_eq!(ada.path, "/dashboard");
    }

    async fn the_button_sends_what_the_owner_of_the_address_needs(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.post("/signup", &[("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
        smtp.deliver(&db).await;
        let (unconfirmed, sent) = resend(&db, &smtp, "ada@example.com").await;
        assert!(sent.len() == 1 && sent[0].starts_with("Confirm your address"), "{sent:?}");
        tables::write(&db, "update users set email_verified_at = 1").await;
        let (confirmed, sent) = resend(&db, &smtp, "ada@example.com").await;
        assert!(sent.len() == 1 && sent[0].starts_with("You already have an account"), "{sent:?}");
        let (unknown, sent) = resend(&db, &smtp, "eve@example.com").await;
        assert_eq!(sent, [""; 0]);
        let same = |page: &str| page.split("<main").nth(1).unwrap().split("csrf_token").next().unwrap().to_owned();
        assert_eq!(same(&unconfirmed), same(&confirmed), "the page does not reveal who has an account");
        assert_eq!(same(&confirmed), same(&unknown).replace("eve@", "ada@"));
    }

    async fn the_button_has_the_rate_limit_of_emails(db: TestDb) {
        let mut statuses = Vec::new();
        for _ in 0..12 {
            let mut browser = Browser::at(site(&db, &[]));
            statuses.push(browser.post("/signup/resend", &[("email", "ada@example.com")]).await);
        }
        assert_eq!((statuses[0], statuses[11]), (200, 429), "{statuses:?}");
        let mut browser = Browser::at(site(&db, &[]));
        assert_eq!(browser.post("/signup/resend", &[("email", "no address")]).await, 200);
        assert_eq!(browser.path, "/signup");
    }
}
