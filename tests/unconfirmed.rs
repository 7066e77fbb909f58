//! Accounts whose address is not confirmed: another address, a reminder, deletion.

use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::{FakeSmtp, jobs};
use program::maintenance;
use server::clock_watch::ClockWatch;
use server::testing::TestDb;
use server::{accounts, on_both_databases};
use std::time::{Duration, Instant};

const ADA: &str = "ada@example.com";
const MISTYPED: &str = "ada@exmaple.com";
const DAY: Duration = Duration::from_secs(86_400);

/// Maintenance with these settings, once each day.
struct Days<'a> {
    db: &'a TestDb,
    smtp: &'a FakeSmtp,
    settings: &'a [(&'a str, &'a str)],
    watch: ClockWatch,
    at: Instant,
}

impl<'a> Days<'a> {
    fn of(db: &'a TestDb, smtp: &'a FakeSmtp, settings: &'a [(&'a str, &'a str)]) -> Self {
        Self { db, smtp, settings, watch: ClockWatch::default(), at: Instant::now() }
    }

    async fn pass(&mut self, days: u32) {
        let config = self.smtp.config(self.settings);
        maintenance::once(self.db, &config, &mut self.watch, self.at).await.unwrap();
        for _ in 0..days {
            self.db.clock().advance(DAY);
            self.at += DAY;
            // After a jump of the clock nothing is deleted for an hour.
            maintenance::once(self.db, &config, &mut self.watch, self.at).await.unwrap();
        }
    }
}

async fn users(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select email from users order by email").await
}

on_both_databases! {
    async fn an_account_that_is_not_confirmed_is_deleted_after_thirty_days_and_one_reminder(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        smtp.deliver(&db).await;
        let mut days = Days::of(&db, &smtp, &[]);
        days.pass(22).await;
        assert_eq!(jobs(&db).await, 0, "no reminder yet");
        days.pass(7).await;
        smtp.deliver(&db).await;
        let reminders: Vec<_> = smtp.emails().into_iter().filter(|email| email.subject.contains("will be deleted")).collect();
        assert_eq!(reminders.len(), 1);
        assert!(reminders[0].path().starts_with("/verify?token="), "{}", reminders[0].text);
        assert_eq!(users(&db).await, [ADA], "29 days");
        days.pass(1).await;
        assert_eq!((users(&db).await, jobs(&db).await), (Vec::new(), 0));
        let said = tables::lines(&db, "select action || ' ' || subject_email from audit").await;
        assert_eq!(said, [format!("deleted the unconfirmed account {ADA}")]);
        ada.get("/dashboard").await;
        assert_eq!(ada.path, "/login");
        ada.sign_up(ADA).await;
        assert!(ada.is_logged_in().await, "the address is free again");
    }

    async fn the_link_of_the_reminder_keeps_the_account(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        let settings = [("UNVERIFIED_DAYS", "10")];
        let mut days = Days::of(&db, &smtp, &settings);
        days.pass(6).await;
        smtp.deliver(&db).await;
        let url = smtp.url();
        ada.site = site(&db, &[("SMTP_URL", &url), ("UNVERIFIED_DAYS", "10")]);
        ada.log_in(ADA, PASSWORD).await;
        assert!(ada.page.contains("Otherwise your account will be deleted on"), "{}", ada.page);
        ada.post("/verify", &[("token", &smtp.last_to(ADA).token())]).await;
        assert!(!ada.page.contains("will be deleted"), "{}", ada.page);
        days.pass(30).await;
        assert_eq!(users(&db).await, [ADA]);
    }

    async fn confirmed_users_admins_and_disabled_accounts_are_kept(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        for email in ["admin@example.com", "confirmed@example.com", "disabled@example.com", "plain@example.com"] {
            Browser::at(site(&db, &[])).sign_up(email).await;
        }
        accounts::grant_admin(&db, "admin@example.com").await.unwrap();
        tables::write(&db, "update users set email_verified_at = 1 where email like 'confirmed%'").await;
        tables::write(&db, "update users set disabled_at = 1 where email like 'disabled%'").await;
        // As if all of them had been reminded.
        tables::write(&db, "update users set reminded_at = 1").await;
        Days::of(&db, &smtp, &[]).pass(60).await;
        assert_eq!(users(&db).await, ["admin@example.com", "confirmed@example.com", "disabled@example.com"]);
    }

    async fn a_shorter_time_deletes_no_account_without_a_reminder_before(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(ADA).await;
        let keeps = [("UNVERIFIED_DAYS", "0")];
        Days::of(&db, &smtp, &keeps).pass(300).await;
        assert_eq!(users(&db).await, [ADA], "0 keeps all accounts");
        let short = [("UNVERIFIED_DAYS", "2")];
        let mut days = Days::of(&db, &smtp, &short);
        days.pass(1).await;
        assert_eq!(users(&db).await, [ADA], "reminded");
        days.pass(1).await;
        assert_eq!(users(&db).await, [""; 0]);
    }

    async fn without_a_mail_server_no_account_is_deleted(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(ADA).await;
        let none = [("SMTP_URL", "none")];
        Days::of(&db, &smtp, &none).pass(90).await;
        assert_eq!((users(&db).await, jobs(&db).await), (vec![ADA.to_owned()], 0));
    }

    async fn a_mistyped_address_is_changed_before_it_is_confirmed_under_every_setting(db: TestDb) {
        for setting in ["everything", "most", "nothing"] {
            let (db, smtp) = (db.another().await, FakeSmtp::open().await);
            let mut ada = Browser::at(site(&db, &[("UNVERIFIED_MAY", setting)]));
            ada.sign_up(MISTYPED).await;
            ada.get("/verify").await;
            assert!(ada.page.contains("action=\"/verify/address\""), "{}", ada.page);
            ada.post("/verify/address", &[("email", "no address")]).await;
            assert!(ada.path == "/verify" && ada.page.contains("id=\"email-error\""), "{}", ada.page);
            ada.post("/verify/address", &[("email", ADA)]).await;
            assert!(ada.page.contains(&format!("We sent an email to {ADA}")), "{}", ada.page);
            assert_eq!(users(&db).await, [MISTYPED], "not before it is confirmed");
            smtp.deliver(&db).await;
            ada.post("/account/email/confirm", &[("token", &smtp.last_to(ADA).token())]).await;
            assert_eq!(users(&db).await, [ADA], "{setting}");
            ada.get("/verify").await;
            assert_eq!(ada.path, "/dashboard", "it is confirmed");
        }
    }

    async fn a_change_before_confirming_reveals_no_other_account(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up("known@example.com").await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        let mut pages = Vec::new();
        for email in ["known@example.com", "free@example.com"] {
            eve.post("/verify/address", &[("email", email)]).await;
            smtp.deliver(&db).await;
            let token = eve.token.clone().unwrap();
            pages.push((eve.path.clone(), eve.page.replace(email, "EMAIL").replace(&token, "TOKEN").len()));
        }
        assert_eq!(pages[0], pages[1]);
    }

    async fn a_change_before_confirming_needs_a_recent_password_and_an_unconfirmed_address(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[("UNVERIFIED_MAY", "nothing")]));
        ada.sign_up(MISTYPED).await;
        db.clock().advance(Duration::from_secs(16 * 60));
        ada.get("/verify").await;
        let before = jobs(&db).await;
        ada.post("/verify/address", &[("email", "eve@example.com")]).await;
        assert_eq!((ada.path.as_str(), jobs(&db).await), ("/reauthenticate", before));
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert!(ada.path == "/verify" && ada.page.contains("eve@example.com"), "{}: {}", ada.path, ada.page);
        tables::write(&db, "update users set email_verified_at = created_at").await;
        ada.post("/verify/address", &[("email", "eve@example.com")]).await;
        assert_eq!((ada.path.as_str(), jobs(&db).await), ("/account/email", before));
    }
}
