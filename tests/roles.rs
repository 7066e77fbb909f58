//! Roles through the router: the admin area needs the active role, and a switch is for roles that are held.

use crate::browser::routes::{Access, requests};
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use server::on_both_databases;
use server::users::Role;
use std::time::Duration;

on_both_databases! {
    async fn an_admin_with_the_active_role_of_a_member_is_refused_everywhere_with_the_way_to_switch(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.become_admin(&db, "ada@example.com").await;
        ada.get("/dashboard").await;
        assert!(ada.page.contains("href=\"/admin\"") && ada.page.contains(">Switch role</a>"));
        ada.post("/account/role", &[("role", "member")]).await;
        assert!(ada.path == "/dashboard" && ada.page.contains("You continue as a member."));
        assert!(!ada.page.contains("href=\"/admin\""), "the header has no link that is refused");
        let before = (tables::snapshot(&db).await, tables::sessions(&db).await);
        for (method, path) in requests(|rule| rule.access == Access::Role(Role::Admin)) {
            let answer = ada.ask(method, &path, &FORM, "").await;
            assert_eq!(answer.status, 403, "{method} {path}");
            assert!(answer.body.contains("href=\"/account/role\""), "{method} {path}: {}", answer.body);
            let answer = ada.ask(method, &path, &SCRIPT, "").await;
            assert!(answer.status == 403 && answer.body.contains("OtherRole"), "{method} {path}");
        }
        assert_eq!((tables::snapshot(&db).await, tables::sessions(&db).await), before);
        assert_eq!(ada.get("/admin/users").await, 403);
        ada.get("/account/role").await;
        assert!(ada.page.contains("Continue as an admin") && !ada.page.contains("Continue as a member"));
        ada.post("/account/role", &[("role", "admin")]).await;
        assert_eq!(ada.path, "/admin/users", "the page that was refused");
        let said = tables::lines(&db, "select action from audit where action like 'switched%' order by at, id").await;
        assert_eq!(said, ["switched to the member role", "switched to the admin role"]);
    }

    async fn a_member_sees_no_switch_and_gets_no_role_by_asking_for_it(db: TestDb) {
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        eve.get("/dashboard").await;
        assert!(!eve.page.contains("Switch role"));
        eve.get("/account/role").await;
        assert!(eve.page.contains("You have one role.") && !eve.page.contains("Continue as"));
        for (role, status) in [("admin", 403), ("owner", 422), ("", 422), ("ADMIN", 422), ("admin ", 422), ("admin\0", 422)] {
            assert_eq!(eve.post("/account/role", &[("role", role)]).await, status, "{role}");
        }
        assert_eq!(eve.post("/account/role", &[("role", "member")]).await, 200, "the active role stays");
        assert_eq!(eve.post("/account/role", &[]).await, 422);
        let twice = form(&[("role", "member"), ("role", "admin")]);
        assert!([303, 422].contains(&eve.ask("POST", "/account/role", &FORM, twice).await.status));
        assert_eq!(eve.get("/admin").await, 403);
        assert!(!eve.page.contains("/account/role"), "there is no other role to switch to");
        assert!(tables::lines(&db, "select id from sessions where active_role is not null").await.is_empty());
        assert!(tables::lines(&db, "select action from audit").await.is_empty());
    }

    async fn a_switch_needs_a_form_token_and_a_recent_password(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.become_admin(&db, "ada@example.com").await;
        let member = form(&[("role", "member")]);
        assert_eq!(ada.without_token().ask("POST", "/account/role", &FORM, member.clone()).await.status, 403);
        ada.get("/account/role").await;
        db.clock().advance(Duration::from_secs(15 * 60));
        ada.get("/account/role").await;
        ada.post("/account/role", &[("role", "member")]).await;
        assert_eq!(ada.path, "/reauthenticate");
        assert_eq!(ada.get("/admin").await, 200);
        ada.get("/reauthenticate").await;
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        ada.post("/account/role", &[("role", "member")]).await;
        assert_eq!(ada.get("/admin").await, 403);
    }

    async fn a_cookie_copied_before_a_grant_or_a_switch_proves_nothing_after_the_next_request(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let copied = ada.cookie.clone();
        ada.become_admin(&db, "ada@example.com").await;
        let attacker = |cookie| Browser { cookie, ..Browser::at(ada.site.clone()) };
        assert_eq!(attacker(copied).ask("GET", "/admin", &SCRIPT, "").await.status, 401);
        let mut ada = ada;
        let copied = ada.cookie.clone();
        ada.post("/account/role", &[("role", "member")]).await;
        let attacker = Browser { cookie: copied, ..Browser::at(ada.site.clone()) };
        let late = attacker.ask("GET", "/admin", &SCRIPT, "").await;
        assert_eq!((late.status, late.header("set-cookie")), (401, ""));
        assert!(ada.is_logged_in().await);
    }

    async fn what_was_typed_when_the_roles_changed_is_saved(db: TestDb) {
        let (mut ada, mut root) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        ada.sign_up("ada@example.com").await;
        root.sign_up("root@example.com").await;
        root.become_admin(&db, "root@example.com").await;
        let id = tables::lines(&db, "select id from users where email = 'ada@example.com'").await.remove(0);
        ada.get("/account").await;
        for (path, text) in [("/admin/users/grant-role", "is an admin now"), ("/admin/users/remove-role", "is no longer an admin")] {
            root.get(&format!("/admin/users/{id}")).await;
            root.post(path, &[("user_id", &id), ("role", "admin")]).await;
            assert!(root.page.contains(text), "{path}");
            ada.post("/account", &[("name", "Ada Lovelace")]).await;
            assert!(ada.page.contains("Your profile is saved"), "{path}: {}", ada.page);
        }
        root.get(&format!("/admin/users/{id}")).await;
        for (role, status) in [("owner", 422), ("", 422), ("member", 422)] {
            assert_eq!(root.post("/admin/users/remove-role", &[("user_id", &id), ("role", role)]).await, status, "{role}");
        }
    }
}
