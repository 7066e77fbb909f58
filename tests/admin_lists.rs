//! Lists of users and sessions for admins.

use crate::browser::{Browser, site};
use server::{Config, on_both_databases};
use std::time::Duration;

on_both_databases! {
    async fn an_admin_lists_users_active_in_a_period(db: TestDb) {
        let (mut admin, mut ada, mut eve) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        eve.sign_up("eve@example.com").await;
        db.clock().advance(Duration::from_secs(7_200));
        server::sessions::end_overdue(&db, Config::for_tests(&[]).limits).await.unwrap();
        ada.sign_up("ada@example.com").await;
        ada.post("/logout", &[]).await;
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        for (window, sees_eve) in [("", false), ("5m", false), ("hour", false), ("day", true), ("week", true), ("nonsense", false)] {
            admin.get(&format!("/admin/activity?window={window}")).await;
            assert!(admin.page.contains("ada@example.com"), "{window}");
            assert_eq!(admin.page.contains("eve@example.com"), sees_eve, "{window}");
        }
    }

    async fn an_admin_revokes_a_session_and_a_plain_user_may_not(db: TestDb) {
        let mut member = Browser::at(site(&db, &[]));
        member.sign_up("member@example.com").await;
        member.get("/account/devices").await;
        let session = member.first_between("data-row=\"", "\"", |_| true);
        assert_eq!(member.get("/admin/sessions").await, 403);
        assert_eq!(member.post("/admin/sessions/revoke", &[("id", &session)]).await, 403);
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "Admin@Example.com").await;
        assert_eq!(admin.get("/admin/sessions?q=member").await, 200);
        assert!(admin.page.contains(&session));
        admin.post("/admin/sessions/revoke", &[("id", &session)]).await;
        assert!(admin.page.contains("The session is revoked"));
        member.get("/dashboard").await;
        assert_eq!(member.path, "/login");
    }
}
