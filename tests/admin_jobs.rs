//! The page of the queue for admins: waiting and failed jobs, and the two buttons.

use crate::browser::{Browser, FORM, form, site, tables};
use crate::fake_smtp::{Behavior, FakeSmtp, jobs};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

async fn admin_at(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    admin
}

async fn fail_all_jobs(db: &TestDb, smtp: &FakeSmtp) {
    smtp.set(Behavior::Busy);
    while server::jobs::totals(db).await.unwrap().waiting > 0 {
        smtp.deliver(db).await;
        db.clock().advance(Duration::from_secs(4 * 3600));
    }
}

/// What the audit log says about jobs.
async fn audited(db: &TestDb) -> Vec<String> {
    let entries =
        "select actor_email || ' ' || action || ' ' || subject_id from audit where action like '%job'";
    tables::lines(db, entries).await
}

on_both_databases! {
    async fn an_admin_sees_waiting_and_failed_jobs_and_retries_one(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut admin = admin_at(&db).await;
        admin.get("/admin/jobs").await;
        assert!(admin.page.contains(">2 jobs<"), "{}", admin.page);
        fail_all_jobs(&db, &smtp).await;
        admin.open_form().await; // days have passed
        admin.log_in("admin@example.com", crate::browser::PASSWORD).await;
        admin.get("/admin/jobs?show=failed").await;
        assert!(admin.page.contains("451") && admin.page.contains("22"), "{}", admin.page);
        assert!(!admin.page.contains("user_id"), "the content of an email is not shown");
        smtp.set(Behavior::Fair);
        let id = tables::lines(&db, "select id from jobs where arguments like '%verify%'").await.remove(0);
        admin.post("/admin/jobs/retry", &[("id", &id)]).await;
        smtp.deliver(&db).await;
        let subjects: Vec<String> = smtp.emails().into_iter().map(|email| email.subject).collect();
        assert!(subjects.iter().any(|subject| subject.starts_with("Confirm your address")), "{subjects:?}");
        assert_eq!(jobs(&db).await, 1);
        admin.post("/admin/jobs/retry", &[("id", &id)]).await;
        assert!(admin.page.contains("This job no longer exists."));
        assert_eq!(audited(&db).await, [format!("admin@example.com retried a failed job {id}")]);
    }

    async fn an_admin_deletes_failed_jobs_only(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut admin = admin_at(&db).await;
        let id = tables::lines(&db, "select id from jobs").await.remove(0);
        admin.post("/admin/jobs/forget", &[("id", &id)]).await;
        admin.post("/admin/jobs/retry", &[("id", &id)]).await;
        assert_eq!(jobs(&db).await, 2, "it still waits");
        assert_eq!(audited(&db).await, [""; 0]);
        fail_all_jobs(&db, &smtp).await;
        admin.open_form().await; // days have passed
        admin.log_in("admin@example.com", crate::browser::PASSWORD).await;
        admin.post("/admin/jobs/forget", &[("id", &id)]).await;
        let left = tables::lines(&db, "select id from jobs").await;
        assert!(!left.contains(&id), "{left:?}");
        assert_eq!(audited(&db).await, [format!("admin@example.com deleted a failed job {id}")]);
        admin.get("/admin/audit?q=failed").await;
        assert!(admin.page.contains(&format!("job {id}")), "{}", admin.page);
    }

    async fn only_admins_see_the_queue(db: TestDb) {
        let mut member = Browser::at(site(&db, &[]));
        member.sign_up("member@example.com").await;
        for (method, path) in [("GET", "/admin/jobs"), ("POST", "/admin/jobs/retry"), ("POST", "/admin/jobs/forget")] {
            let answer = member.ask(method, path, &FORM, form(&[("id", server::Id::<server::jobs::Job>::new().as_str())])).await;
            assert_eq!(answer.status, 403, "{method} {path}");
        }
    }
}
