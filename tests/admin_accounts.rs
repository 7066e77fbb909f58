//! The buttons on a user's page in the admin area.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;

use browser::{Browser, PASSWORD, site, tables};
use server::testing::TestDb;
use server::{on_both_databases, users};

const NEW: &str = "quiet-anchor-1815";

/// An admin, a member, and the member's id.
async fn admin_and_member(db: &TestDb) -> (Browser, Browser, String) {
    let (mut admin, mut member) = (Browser::at(site(db, &[])), Browser::at(site(db, &[])));
    admin.sign_up("admin@example.com").await;
    assert!(users::grant_admin(db, "admin@example.com").await.unwrap());
    member.sign_up("member@example.com").await;
    let id = tables::lines(db, "select id from users where email = 'member@example.com'").await.remove(0);
    (admin, member, id)
}

on_both_databases! {
    async fn a_closed_account_is_told_so_only_by_whoever_knows_the_password(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        admin.post("/admin/users/close", &[("user_id", &id)]).await;
        assert!(admin.page.contains("is closed"));
        member.get("/dashboard").await;
        assert_eq!(member.path, "/login");
        member.log_in("member@example.com", "not-the-password").await;
        assert!(member.page.contains("do not go together") && !member.page.contains("closed"));
        member.log_in("member@example.com", PASSWORD).await;
        assert_eq!(member.path, "/login");
        assert!(member.page.contains("This account is closed"));
        admin.post("/admin/users/open", &[("user_id", &id)]).await;
        member.log_in("member@example.com", PASSWORD).await;
        assert_eq!(member.path, "/dashboard");
    }

    async fn a_new_admin_gets_in_and_out_again_at_once(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        assert_eq!(member.get("/admin").await, 403);
        admin.post("/admin/users/make-admin", &[("user_id", &id)]).await;
        assert_eq!(member.get("/admin").await, 200);
        admin.post("/admin/users/unmake-admin", &[("user_id", &id)]).await;
        assert_eq!(member.get("/admin").await, 403);
        assert_eq!(member.get("/dashboard").await, 200, "the log-in itself goes on");
    }

    async fn a_set_password_logs_its_owner_out_and_is_the_one_that_fits(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        admin.post("/admin/users/password", &[("user_id", &id), ("new_password", "short")]).await;
        assert_eq!(admin.path, format!("/admin/users/{id}"));
        assert!(admin.page.contains("at least 8") && !admin.page.contains("value=\"short\""));
        admin.post("/admin/users/password", &[("user_id", &id), ("new_password", NEW)]).await;
        assert!(admin.page.contains("has a new password"));
        member.get("/dashboard").await;
        assert_eq!(member.path, "/login");
        member.log_in("member@example.com", NEW).await;
        assert_eq!(member.path, "/dashboard");
    }

    async fn a_deleted_user_is_out_and_the_audit_says_who_did_it(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        admin.post("/admin/users/delete", &[("user_id", &id)]).await;
        assert_eq!(admin.path, "/admin/users");
        assert!(!admin.page.contains("member@example.com"));
        member.get("/dashboard").await;
        assert_eq!(member.path, "/login");
        assert_eq!(admin.get(&format!("/admin/users/{id}")).await, 404);
        assert_eq!(admin.post("/admin/users/delete", &[("user_id", &id)]).await, 404);
        admin.get("/admin/audit?q=deleted").await;
        assert!(admin.page.contains("member@example.com") && admin.page.contains("deleted the account"));
    }

    async fn an_admin_cannot_lock_themselves_out(db: TestDb) {
        let (mut admin, _member, _) = admin_and_member(&db).await;
        let own = tables::lines(&db, "select id from users where is_admin").await.remove(0);
        for path in ["/admin/users/unmake-admin", "/admin/users/close", "/admin/users/delete"] {
            admin.post(path, &[("user_id", &own)]).await;
            assert!(admin.page.contains("their own account"), "{path}");
        }
        admin.post("/admin/users/password", &[("user_id", &own), ("new_password", NEW)]).await;
        assert_eq!(admin.get("/admin").await, 200);
        admin.get(&format!("/admin/users/{own}")).await;
        assert!(!admin.page.contains("/admin/users/close") && admin.page.contains("This is you"));
    }
}
