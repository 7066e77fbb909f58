//! Admins see the access tokens of a user, and revoke them.

use crate::browser::api::Program;
use crate::browser::{Browser, site, tables};
use server::on_both_databases;

on_both_databases! {
    async fn an_admin_sees_and_revokes_the_tokens_of_a_user(db: TestDb) {
        let (_ada, program) = Program::of(&db, "ada@example.com", "read").await;
        let (mut admin, own) = Program::of(&db, "admin@example.com", "read").await;
        admin.become_admin(&db, "admin@example.com").await;
        let find = "select t.id || u.id from api_tokens t join users u on u.id = t.user_id where u.email = 'ada@example.com'";
        let ids = tables::lines(&db, find).await.remove(0);
        let (token, user) = ids.split_at(36);
        let page = format!("/admin/users/{user}");
        admin.get(&page).await;
        assert!(admin.page.contains("Access tokens") && admin.page.contains(token) && !admin.page.contains(&program.token));
        admin.post("/admin/users/revoke-token", &[("id", token)]).await;
        assert!(admin.path == page && admin.page.contains("is revoked."), "{}", admin.page);
        assert!(program.get("/api/account/me").await.is_problem(401));
        assert_eq!(own.get("/api/account/me").await.status, 200);
        let audit = "select actor_email || ' ' || action || ' ' || subject_email from audit where action like 'revoked%'";
        assert_eq!(tables::lines(&db, audit).await, ["admin@example.com revoked an access token ada@example.com"]);
        admin.post("/admin/users/revoke-token", &[("id", token)]).await;
        assert_eq!(admin.path, "/admin/users", "again is no error");
    }

    async fn an_admin_sees_no_tokens_while_the_api_is_off(db: TestDb) {
        let mut admin = Browser::at(site(&db, &[("API", "false")]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        let id = tables::lines(&db, "select id from users").await.remove(0);
        assert_eq!(admin.get(&format!("/admin/users/{id}")).await, 200);
        assert!(!admin.page.contains("Access tokens"));
        assert_eq!(admin.post("/admin/users/revoke-token", &[("id", &id)]).await, 405, "only the page of a user matches");
    }
}
