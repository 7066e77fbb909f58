//! Emails that waited for the mail server: too old ones are not sent, links are sent newest first, at a limited pace.

use crate::browser::{Browser, site, tables};
use crate::fake_smtp::queued::queue_emails;
use crate::fake_smtp::{Behavior, FakeSmtp, jobs};
use server::emails::{self, Email};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::{Duration, Instant};

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);

/// A user with a confirmed address and no waiting emails.
async fn ada(db: &TestDb) -> Browser {
    let mut ada = Browser::at(site(db, &[("MAGIC_LINKS", "true")]));
    ada.sign_up(ADA).await;
    tables::write(db, "update users set email_verified_at = created_at").await;
    db.clock().advance(DAY);
    ada.log_in(ADA, crate::browser::PASSWORD).await;
    tables::write(db, "delete from jobs").await;
    ada
}

/// Does something after which one email waits.
async fn cause(db: &TestDb, kind: &str) {
    let mut ada = ada(db).await;
    let mut anonymous = Browser::at(ada.site.clone());
    match kind {
        "log-in" => drop(anonymous.post("/login/mail", &[("email", ADA)]).await),
        "reset" => drop(anonymous.post("/forgot", &[("email", ADA)]).await),
        "new device" => anonymous.log_in(ADA, crate::browser::PASSWORD).await,
        "sign-up" => anonymous.sign_up("eve@example.com").await,
        "password" => {
            let fields = [("current_password", crate::browser::PASSWORD), ("new_password", NEW)];
            ada.post("/account/password", &fields).await;
        }
        other => panic!("{other}"),
    }
    assert_eq!(jobs(db).await, 1, "{kind}");
}

on_both_databases! {
    async fn an_email_is_sent_until_its_time_and_not_after_it(db: TestDb) {
        for (kind, limit) in [
            ("log-in", 15 * MINUTE),
            ("reset", HOUR),
            ("new device", DAY),
            ("sign-up", 7 * DAY),
            ("password", 7 * DAY),
        ] {
            for (waited, sent) in [(limit - MINUTE, 1), (limit + MINUTE, 0)] {
                let (db, smtp) = (db.another().await, FakeSmtp::open().await);
                cause(&db, kind).await;
                db.clock().advance(waited);
                smtp.deliver(&db).await;
                assert_eq!((smtp.emails().len(), jobs(&db).await), (sent, 0), "{kind} after {waited:?}");
            }
        }
    }

    async fn an_email_that_was_tried_in_vain_is_not_sent_after_its_time(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        cause(&db, "log-in").await;
        for behavior in [Behavior::Gone, Behavior::Busy, Behavior::Gone, Behavior::Fair] {
            smtp.set(behavior);
            smtp.deliver(&db).await;
            db.clock().advance(6 * MINUTE);
        }
        smtp.deliver(&db).await;
        assert_eq!((smtp.emails().len(), jobs(&db).await), (0, 0));
    }

    async fn links_are_sent_newest_first_and_before_notifications(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = ada(&db).await;
        ada.post("/account/password", &[("current_password", crate::browser::PASSWORD), ("new_password", NEW)]).await;
        for number in 0..3 {
            db.clock().advance(MINUTE);
            Browser::at(site(&db, &[])).sign_up(&format!("user-{number}@example.com")).await;
        }
        smtp.deliver(&db).await;
        let to: Vec<String> = smtp.emails().into_iter().map(|email| email.to).collect();
        assert_eq!(to, ["user-2@example.com", "user-1@example.com", "user-0@example.com", ADA]);
    }

    async fn only_the_newest_of_several_waiting_links_is_sent(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        ada(&db).await;
        for _ in 0..3 {
            emails::enqueue(&db, Email::Reset { email: ADA.into() }).await.unwrap();
            db.clock().advance(10 * MINUTE);
        }
        smtp.deliver(&db).await;
        assert_eq!((smtp.emails().len(), jobs(&db).await), (1, 0));
        let mut browser = Browser::at(site(&db, &[]));
        browser.get(&smtp.last_to(ADA).path()).await;
        assert!(browser.page.contains("name=\"new_password\""), "{}", browser.page);
    }

    async fn a_long_queue_drains_at_the_pace_of_the_settings(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        queue_emails(&db, 16).await;
        let start = Instant::now();
        smtp.deliver_with(&db, &[("MAIL_PER_MINUTE", "1200")]).await; // one each 50 ms
        // The first ones are sent at once.
        assert!(start.elapsed() >= Duration::from_millis(5 * 50), "{:?}", start.elapsed());
        assert_eq!(smtp.emails().len(), 16);
    }
}
