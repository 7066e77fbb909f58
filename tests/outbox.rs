//! The job queue: no job is lost and none runs twice, despite failures of the mail server, of workers and of programs.

use crate::browser::{Browser, tables};
use crate::fake_smtp::queued::queue_emails;
use crate::fake_smtp::{Behavior, FakeSmtp, jobs};
use crate::processes::Node;
use program::worker::Worker;
use server::accounts::NewUser;
use server::audit::Actor;
use server::jobs::{Filter, search, totals};
use server::testing::field_errors;
use server::{Db, accounts, on_both_databases};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const ADA: &str = "ada@example.com";
const PASSWORD: &str = "harbour-lantern-44";
const OPERATOR: Actor<'static> = Actor { user: None, ip: "" };

fn addresses(smtp: &FakeSmtp) -> Vec<String> {
    smtp.emails().into_iter().map(|email| email.to).collect()
}

on_both_databases! {
    async fn ten_minutes_of_smtp_errors_lose_no_email_and_duplicate_none(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let wanted = queue_emails(&db, 6).await;
        let trouble = [Behavior::Gone, Behavior::Busy, Behavior::Closed, Behavior::Dropping];
        for minute in 0..10 {
            smtp.set(trouble[minute % trouble.len()]);
            smtp.deliver(&db).await;
            db.clock().advance(Duration::from_secs(60));
        }
        assert_eq!((smtp.emails().len(), jobs(&db).await), (0, 6));
        assert_eq!(totals(&db).await.unwrap().failed, 0, "a job was given up after ten minutes");
        smtp.set(Behavior::Fair);
        db.clock().advance(Duration::from_secs(4 * 3600));
        smtp.deliver(&db).await;
        let taken = addresses(&smtp);
        assert_eq!((taken.len(), taken.into_iter().collect::<BTreeSet<_>>()), (6, wanted));
        assert_eq!(jobs(&db).await, 0);
    }

    async fn a_silent_mail_server_times_out(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        queue_emails(&db, 1).await;
        smtp.set(Behavior::Silent);
        let start = Instant::now();
        smtp.deliver(&db).await;
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
        assert!(!search(&db, Filter::Waiting, 1).await.unwrap().rows[0].error.is_empty());
    }

    async fn an_unacknowledged_email_is_sent_again_with_the_same_message_id(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        queue_emails(&db, 1).await;
        smtp.set(Behavior::Mute);
        smtp.deliver(&db).await;
        smtp.set(Behavior::Fair);
        db.clock().advance(Duration::from_secs(60));
        smtp.deliver(&db).await;
        let emails = smtp.emails();
        assert_eq!(emails.len(), 2);
        assert_eq!(emails[0].message_id, emails[1].message_id);
        assert_eq!(emails[0].path(), emails[1].path(), "the link of the first email is valid");
    }

    async fn a_used_link_stays_used_when_its_email_is_sent_again(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let app = crate::browser::site(&db, &[("MAGIC_LINKS", "true")]);
        let (mut ada, mut attacker) = (Browser::at(app.clone()), Browser::at(app));
        let typed = NewUser { email: ADA, name: "Ada", password: PASSWORD };
        accounts::sign_up(&db, typed).await.unwrap();
        tables::write(&db, "update users set email_verified_at = created_at").await;
        ada.post("/login/mail", &[("email", ADA)]).await;
        smtp.set(Behavior::Mute);
        smtp.deliver(&db).await;
        smtp.set(Behavior::Fair);
        let email = smtp.last_to(ADA);
        ada.post("/login/link", &[("token", &email.token())]).await;
        assert!(ada.is_logged_in().await, "{}", ada.page);
        db.clock().advance(Duration::from_secs(60));
        let before = smtp.emails().len();
        smtp.deliver(&db).await;
        assert_eq!((smtp.emails().len(), jobs(&db).await), (before, 0));
        attacker.post("/login/link", &[("token", &email.token())]).await;
        assert!(!attacker.is_logged_in().await && attacker.page.contains("This link has expired"), "{}", attacker.page);
    }

    async fn a_job_that_fails_for_two_days_waits_for_a_retry_by_an_admin(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        queue_emails(&db, 1).await;
        smtp.set(Behavior::Busy);
        let (mut tries, start) = (0, db.now());
        while totals(&db).await.unwrap().failed == 0 {
            smtp.deliver(&db).await;
            db.clock().advance(Duration::from_secs(600));
            tries += 1;
            assert!(tries < 1000);
        }
        assert!((36..96).contains(&((db.now() - start) / 3_600_000)), "{} hours", (db.now() - start) / 3_600_000);
        let failed = search(&db, Filter::Failed, 1).await.unwrap().rows.remove(0);
        assert!(failed.error.contains("busy"), "{}", failed.error);
        smtp.set(Behavior::Fair);
        db.clock().advance(Duration::from_secs(86_400));
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), 0);
        assert!(server::jobs::retry(&db, OPERATOR, &failed.id).await.unwrap());
        smtp.deliver(&db).await;
        assert_eq!((smtp.emails().len(), jobs(&db).await), (1, 0));
    }

    async fn a_failed_job_is_deleted_after_a_month(db: TestDb) {
        queue_emails(&db, 2).await;
        tables::write(&db, &format!("update jobs set failed_at = {}", db.now())).await;
        db.clock().advance(Duration::from_secs(29 * 86_400));
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 2);
        db.clock().advance(Duration::from_secs(2 * 86_400));
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 0);
    }

    async fn an_email_that_no_worker_took_for_a_week_is_deleted(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        queue_emails(&db, 1).await;
        db.clock().advance(Duration::from_secs(6 * 86_400));
        queue_emails(&db, 1).await;
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 2);
        db.clock().advance(Duration::from_secs(86_400));
        server::jobs::purge(&db).await.unwrap();
        smtp.deliver(&db).await;
        assert_eq!((jobs(&db).await, smtp.emails().len()), (0, 1));
    }

    async fn the_job_of_a_dead_worker_is_taken_over_after_its_lease(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        queue_emails(&db, 1).await;
        let dead = server::jobs::claim(&db).await.unwrap().unwrap();
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), 0, "the worker may be alive");
        db.clock().advance(server::jobs::LEASE);
        let next = server::jobs::claim(&db).await.unwrap().unwrap();
        // The first worker was only slow: its late result is ignored.
        server::jobs::complete(&db, &dead).await.unwrap();
        server::jobs::reschedule(&db, &dead, "late").await.unwrap();
        assert_eq!((jobs(&db).await, next.attempt), (1, 2));
        server::jobs::complete(&db, &next).await.unwrap();
        assert_eq!(jobs(&db).await, 0);
    }

    async fn twenty_workers_at_once_send_each_email_once(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let wanted = queue_emails(&db, 60).await;
        let config = smtp.config(&[]);
        let workers = (0..20).map(|_| {
            let worker = Worker::new(Db::clone(&db), &config);
            tokio::spawn(async move { while worker.work_once().await.unwrap() {} })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
        let taken = addresses(&smtp);
        assert_eq!((taken.len(), taken.into_iter().collect::<BTreeSet<_>>()), (60, wanted));
    }

    async fn a_rolled_back_change_sends_no_email(db: TestDb) {
        let typed = NewUser { email: "ada@example.com", name: "Ada", password: PASSWORD };
        let others = NewUser { password: "quiet-anchor-1815", ..typed };
        let (one, other) = tokio::join!(accounts::sign_up(&db, typed), accounts::sign_up(&db, others));
        one.unwrap();
        other.unwrap();
        let verify = "select id from jobs where arguments like '%verify%'";
        assert_eq!((tables::lines(&db, verify).await.len(), jobs(&db).await), (1, 2));
        field_errors(accounts::sign_up(&db, NewUser { email: "no address", ..typed }).await);
        assert_eq!(jobs(&db).await, 2);
    }

    async fn a_job_of_an_unknown_kind_is_left_for_an_admin(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        tables::write(&db, "insert into jobs (id, name, arguments, created_at, run_at) values ('x', 'dance', '{}', 0, 0)").await;
        tables::write(&db, "insert into jobs (id, name, arguments, created_at, run_at) values ('y', 'email', '{\"waltz\":{}}', 0, 0)").await;
        queue_emails(&db, 1).await;
        smtp.deliver(&db).await;
        assert_eq!((smtp.emails().len(), jobs(&db).await), (1, 2));
        let waiting = search(&db, Filter::Waiting, 1).await.unwrap();
        assert!(waiting.rows.iter().all(|job| job.error.contains("does not know this kind of job")), "{waiting:?}");
    }

    async fn fifty_kills_lose_no_email(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let url = smtp.url();
        let mut node = Node::start(&db, &[("SMTP_URL", &url)]).await;
        let mut wanted = 0;
        for round in 0..50 {
            queue_emails(&db, 4).await;
            wanted += 4;
            tokio::time::sleep(Duration::from_millis(round * 7 % 61)).await;
            node.kill();
            node.start_again().await;
        }
        node.kill();
        // Jobs claimed at the kill are free again after the lease.
        db.clock().advance(server::jobs::LEASE * 2);
        smtp.deliver(&db).await;
        assert_eq!(jobs(&db).await, 0);
        let ids: Vec<String> = smtp.emails().into_iter().map(|email| email.message_id).collect();
        let different: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), wanted, "each email was sent");
        // At each kill one worker of each kind may have just sent an email.
        assert!(ids.len() - different.len() <= 50 * program::worker::WORKERS, "{} duplicate emails", ids.len() - different.len());
        for id in different {
            assert!(ids.iter().filter(|other| *other == id).count() <= 2, "{id} was sent more than twice");
        }
    }

    async fn a_shutdown_completes_the_email_that_is_being_sent(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let url = smtp.url();
        for _ in 0..5 {
            let mut node = Node::start(&db, &[("SMTP_URL", &url)]).await;
            queue_emails(&db, 8).await;
            node.stop().await;
            let leased = tables::lines(&db, "select id from jobs where lease is not null").await;
            assert!(leased.is_empty(), "{leased:?}");
        }
        smtp.deliver(&db).await;
        assert_eq!((smtp.emails().len(), jobs(&db).await), (40, 0));
    }
}
