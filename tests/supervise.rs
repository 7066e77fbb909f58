//! Background tasks and jobs that fail in a way that is not an error: a panic, or the end of the process.

use crate::browser::{Browser, site, tables};
use crate::fake_smtp::FakeSmtp;
use program::supervise::{caught, supervise};
use server::audit::Action;
use server::{Error, jobs, on_both_databases};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::watch;

on_both_databases! {
    async fn a_background_task_that_panics_starts_again_and_is_in_the_audit(db: TestDb) {
        let starts = Arc::new(AtomicUsize::new(0));
        let counted = starts.clone();
        let task = move || {
            let start = counted.fetch_add(1, SeqCst);
            async move { assert!(start > 0, "the first start panics") }
        };
        let (_stop, stopped) = watch::channel(false);
        supervise((*db).clone(), Action::RestartedWorker, stopped, task).await;
        assert_eq!(starts.load(SeqCst), 2);
        assert_eq!(tables::lines(&db, "select action from audit").await, ["restarted a worker after a panic"]);
    }

    async fn a_stop_ends_the_wait_for_the_next_start(db: TestDb) {
        let (stop, stopped) = watch::channel(false);
        stop.send(true).unwrap();
        supervise((*db).clone(), Action::RestartedMaintenance, stopped, || async { panic!("at once") }).await;
        assert!(tables::lines(&db, "select action from audit").await.is_empty());
    }

    async fn a_job_that_ends_its_process_each_time_is_given_up(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        while tables::lines(&db, "select id from jobs where attempts < 22").await.len() == 1 {
            // A process takes it, and ends.
            jobs::claim(&db).await.unwrap();
            db.clock().advance(jobs::LEASE + Duration::from_secs(1));
        }
        smtp.deliver(&db).await;
        assert!(smtp.emails().is_empty());
        let failed = tables::lines(&db, "select error from jobs where failed_at is not null").await;
        assert_eq!(failed, ["the program ended during each attempt"]);
        assert!(jobs::claim(&db).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_panic_in_a_job_is_an_error() {
    let failed = caught(async { panic!("a fault in a template") }).await;
    assert!(matches!(failed, Err(Error::Task(_))));
    assert!(caught(async { Ok(()) }).await.is_ok());
}
