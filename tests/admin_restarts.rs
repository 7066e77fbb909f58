//! The warning of the admin overview about background tasks that panicked.

use crate::browser::{Browser, PASSWORD, site};
use server::audit::{self, Action};
use server::on_both_databases;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

on_both_databases! {
    async fn admins_see_restarts_of_background_tasks_for_a_week(db: TestDb) {
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        admin.get("/admin").await;
        assert!(!admin.page.contains("restarted in the last"), "{}", admin.page);
        for action in [Action::RestartedWorker, Action::RestartedMaintenance, Action::RestartedLiveTabs] {
            audit::record_restart(&db, action).await.unwrap();
        }
        admin.get("/admin").await;
        assert!(admin.page.contains("restarted in the last 7 days: 3"), "{}", admin.page);
        let list = admin.first_between("href=\"/admin/audit?", "\"", |_| true);
        admin.get(&format!("/admin/audit?{list}")).await;
        for action in ["restarted a worker", "restarted maintenance", "restarted live tabs"] {
            assert!(admin.page.contains(action), "{}", admin.page);
        }
        assert!(!admin.page.contains("All users"), "the program is named: {}", admin.page);
        db.clock().advance(8 * DAY);
        admin.open_form().await;
        admin.log_in("admin@example.com", PASSWORD).await;
        admin.get("/admin").await;
        assert!(!admin.page.contains("restarted in the last"), "{}", admin.page);
    }
}
