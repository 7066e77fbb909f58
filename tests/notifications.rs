//! Notifications: an email to the account's address for each change.

use crate::browser::authenticator::{recovery_codes, set_up};
use crate::browser::{Browser, PASSWORD, site};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";

async fn subjects(db: &TestDb, smtp: &FakeSmtp) -> Vec<String> {
    smtp.deliver(db).await;
    smtp.emails().into_iter().filter(|email| email.to == ADA).map(|email| email.subject).collect()
}

on_both_databases! {
    async fn a_log_in_with_a_new_browser_sends_an_email_and_with_a_known_one_does_not(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(ADA).await;
        assert_eq!(subjects(&db, &smtp).await.len(), 1, "a sign-up needs no email about a new browser");
        db.clock().advance(Duration::from_secs(86_400));
        let mut anonymous = Browser::at(site(&db, &[]));
        anonymous.log_in(ADA, "not-her-password").await;
        assert_eq!(subjects(&db, &smtp).await.len(), 1);
        anonymous.log_in(ADA, PASSWORD).await;
        let emails = subjects(&db, &smtp).await;
        assert!(emails.len() == 2 && emails[1].starts_with("A new device at"), "{emails:?}");
        assert!(smtp.last_to(ADA).text.contains("/account/recover?token="), "advice");
    }

    async fn a_refused_change_sends_no_email(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        subjects(&db, &smtp).await;
        let before = smtp.emails().len();
        ada.post("/account/password", &[("current_password", "not-her-password"), ("new_password", NEW)]).await;
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", "short")]).await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), before);
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        assert_eq!(subjects(&db, &smtp).await.pop().as_deref(), Some("Your password was changed"));
    }

    async fn repeated_changes_send_few_emails_and_suppress_no_other_kind(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        set_up(&db, &mut ada).await;
        for _ in 0..15 {
            ada.post("/account/two-factor/recovery-codes", &[]).await;
        }
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        let emails = subjects(&db, &smtp).await;
        let made = emails.iter().filter(|subject| *subject == "New recovery codes were created").count();
        assert_eq!((made, emails.last().map(String::as_str)), (10, Some("Your password was changed")), "{emails:?}");
    }

    async fn a_sign_up_with_a_foreign_address_puts_no_typed_text_into_its_emails(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        ada.post("/account", &[("name", "Win at evil.example")]).await;
        smtp.deliver(&db).await;
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), 2);
        assert!(smtp.emails().iter().all(|email| !email.raw.contains("evil.example")));
    }

    async fn changes_of_a_second_factor_are_emailed_to_its_owner(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        let last = async || subjects(&db, &smtp).await.pop().unwrap_or_default();
        let (_, codes) = set_up(&db, &mut ada).await;
        assert_eq!(last().await, "Two-factor log-in is on");
        ada.post("/account/two-factor/recovery-codes", &[]).await;
        assert_eq!(last().await, "New recovery codes were created");
        let mut other = Browser::at(site(&db, &[]));
        other.log_in(ADA, PASSWORD).await;
        other.post("/login/recovery", &[("recovery_code", &codes[0])]).await;
        assert_eq!(last().await, "New recovery codes were created", "an old code does not log in");
        ada.post("/account/two-factor/recovery-codes", &[]).await;
        let new = recovery_codes(&ada);
        other.post("/login/recovery", &[("recovery_code", &new[0])]).await;
        assert!(other.is_logged_in().await);
        assert_eq!(last().await, "A recovery code was used");
        assert!(smtp.last_to(ADA).text.contains("Codes left: 9."));
        ada.post("/account/two-factor/off", &[]).await;
        assert_eq!(last().await, "Two-factor log-in is off");
    }
}
