//! The buttons on a user's page in the admin area.

use crate::browser::authenticator::{add_passkey, passkey_logs_in, set_up};
use crate::browser::removal::{SETTINGS, assert_names_both, words};
use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const NEW: &str = "quiet-anchor-1815";
/// After this time, a typed password no longer grants sudo.
const LATER: Duration = Duration::from_secs(15 * 60);

/// An admin, a member, and the member's id.
async fn admin_and_member(db: &TestDb) -> (Browser, Browser, String) {
    let (mut admin, mut member) = (Browser::at(site(db, &[])), Browser::at(site(db, &[])));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    member.sign_up("member@example.com").await;
    let id = tables::lines(db, "select id from users where email = 'member@example.com'").await.remove(0);
    (admin, member, id)
}

on_both_databases! {
    async fn a_disabled_account_is_reported_only_after_the_right_password(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        admin.post("/admin/users/disable", &[("user_id", &id)]).await;
        assert!(admin.page.contains("is disabled"));
        member.get("/dashboard").await;
        assert_eq!(member.path, "/login");
        member.log_in("member@example.com", "not-the-password").await;
        assert!(member.page.contains("Incorrect email or password") && !member.page.contains("disabled"));
        member.log_in("member@example.com", PASSWORD).await;
        assert_eq!(member.path, "/login");
        assert!(member.page.contains("This account is disabled"));
        admin.post("/admin/users/enable", &[("user_id", &id)]).await;
        member.log_in("member@example.com", PASSWORD).await;
        assert_eq!(member.path, "/dashboard");
    }

    async fn granting_and_removing_the_admin_role_take_effect_at_once(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        assert_eq!(member.get("/admin").await, 403);
        admin.post("/admin/users/grant-role", &[("user_id", &id), ("role", "admin")]).await;
        assert_eq!(member.get("/admin").await, 200);
        admin.post("/admin/users/remove-role", &[("user_id", &id), ("role", "admin")]).await;
        assert_eq!(member.get("/admin").await, 403);
        assert_eq!(member.get("/dashboard").await, 200, "the log-in itself continues");
    }

    async fn a_password_set_by_an_admin_logs_the_user_out_and_is_valid(db: TestDb) {
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

    async fn a_deleted_user_is_logged_out_and_the_audit_names_the_admin(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        admin.post("/admin/users/delete", &[("user_id", &id)]).await;
        assert_eq!(admin.path, "/admin/users");
        assert!(!admin.page.contains("member@example.com"));
        member.get("/dashboard").await;
        assert_eq!(member.path, "/login");
        assert_eq!(admin.get(&format!("/admin/users/{id}")).await, 404);
        admin.post("/admin/users/delete", &[("user_id", &id)]).await;
        assert!(admin.path == "/admin/users" && admin.page.contains("This account is deleted."), "{}", admin.page);
        admin.get("/admin/audit?q=deleted").await;
        assert!(admin.page.contains("member@example.com") && admin.page.contains("deleted the account"));
    }

    async fn the_page_of_a_user_names_what_each_action_removes(db: TestDb) {
        let (mut admin, _member, id) = admin_and_member(&db).await;
        for (settings, has_both) in SETTINGS {
            admin.site = site(&db, settings);
            admin.get(&format!("/admin/users/{id}")).await;
            let text = words(&admin.page);
            assert_names_both(&text, has_both);
            let parts = [
                ("passkeys", "passkeys and linked providers"),
                ("", " All access tokens will be revoked."),
                ("", " All access tokens will be revoked, and stay revoked when you enable the account again."),
            ];
            let [passkeys, revoked, stays] = parts.map(|(without, with)| if has_both { with } else { without });
            for sentence in [
                format!("logged out everywhere and cannot log in.{stays}"),
                format!("two-factor log-in and all {passkeys} will be removed.{revoked} An email"),
                format!("and all {passkeys} will be removed.{revoked} Two-factor log-in and a planned deletion stay."),
            ] {
                assert!(text.contains(&sentence), "{sentence}: {text}");
            }
        }
    }

    async fn an_admin_cannot_disable_or_demote_their_own_account(db: TestDb) {
        let (mut admin, _member, _) = admin_and_member(&db).await;
        let own = tables::lines(&db, "select id from users where roles <> ''").await.remove(0);
        for path in ["/admin/users/remove-role", "/admin/users/disable", "/admin/users/delete"] {
            admin.post(path, &[("user_id", &own), ("role", "admin")]).await;
            assert!(admin.page.contains("your own account"), "{path}");
        }
        admin.post("/admin/users/password", &[("user_id", &own), ("new_password", NEW)]).await;
        assert_eq!(admin.get("/admin").await, 200);
        admin.get(&format!("/admin/users/{own}")).await;
        assert!(!admin.page.contains("/admin/users/disable") && admin.page.contains("This is you"));
    }

    async fn an_admin_returns_to_the_same_page_after_typing_the_password_again(db: TestDb) {
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        db.clock().advance(LATER);
        member.get("/dashboard").await;
        let there = format!("/admin/users/{id}");
        admin.get(&there).await;
        admin.post("/admin/users/disable", &[("user_id", &id)]).await;
        assert_eq!(admin.path, "/reauthenticate");
        assert!(admin.page.contains("Confirm that it is you to continue"));
        admin.post("/reauthenticate", &[("password", "not-the-password")]).await;
        assert!(admin.page.contains("Incorrect password."));
        assert!(member.is_logged_in().await);

        admin.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(admin.path, there);
        assert!(member.is_logged_in().await, "typing the password alone closes nothing");
        admin.post("/admin/users/disable", &[("user_id", &id)]).await;
        assert!(!member.is_logged_in().await);
        db.clock().advance(LATER);
        admin.post("/admin/users/enable", &[("user_id", &id)]).await;
        assert_eq!(admin.path, "/reauthenticate", "again after 15 minutes");
    }

    async fn a_user_is_notified_of_what_an_admin_changes(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut admin, _member, id) = admin_and_member(&db).await;
        let user: &[(&str, &str)] = &[("user_id", &id)];
        for (path, fields, subject) in [
            ("/admin/users/password", &[("user_id", id.as_str()), ("new_password", NEW)][..], "Your password was changed"),
            ("/admin/users/disable", user, "Your account was disabled"),
            ("/admin/users/delete", user, "Your account was deleted"),
        ] {
            admin.post(path, fields).await;
            smtp.deliver(&db).await;
            assert_eq!(smtp.last_to("member@example.com").subject, subject);
        }
    }

    async fn a_new_admin_and_the_other_admins_get_an_email_by_the_button_and_by_the_command(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut admin, _member, id) = admin_and_member(&db).await;
        smtp.deliver(&db).await;
        assert!(smtp.last_to("admin@example.com").subject.starts_with("You are an administrator of"), "by the command");
        let before = smtp.emails().len();
        admin.post("/admin/users/grant-role", &[("user_id", &id), ("role", "admin")]).await;
        admin.post("/admin/users/grant-role", &[("user_id", &id), ("role", "admin")]).await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), before + 2, "once to each");
        assert!(smtp.last_to("member@example.com").subject.starts_with("You are an administrator of"));
        let email = smtp.last_to("admin@example.com");
        assert!(email.subject.starts_with("A new administrator of") && email.text.contains("member@example.com"), "{}", email.text);
        let mut third = Browser::at(site(&db, &[]));
        third.sign_up("third@example.com").await;
        third.become_admin(&db, "third@example.com").await;
        smtp.deliver(&db).await;
        for email in ["admin@example.com", "member@example.com"] {
            assert!(smtp.last_to(email).text.contains("third@example.com"), "{email}");
        }
        let said = tables::lines(&db, "select subject_email from audit where action = 'made an admin' order by at, id").await;
        assert_eq!(said, ["admin@example.com", "member@example.com", "third@example.com"]);
    }

    async fn an_admin_sees_and_removes_a_second_factor(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        set_up(&db, &mut ada).await;
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        let ids = tables::lines(&db, "select id from users order by created_at, id").await;
        admin.get(&format!("/admin/users/{}", ids[0])).await;
        assert!(admin.page.contains("Remove two-factor"));
        admin.post("/admin/users/remove-two-factor", &[("user_id", &ids[0])]).await;
        assert!(admin.page.contains("Two-factor log-in is off for Ada.") && !admin.page.contains("Remove two-factor"));
        assert!(!ada.is_logged_in().await);
        let mut again = Browser::at(site(&db, &[]));
        again.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(again.path, "/dashboard");
        set_up(&db, &mut admin).await;
        admin.post("/admin/users/remove-two-factor", &[("user_id", &ids[1])]).await;
        assert!(admin.page.contains("You cannot do this to your own account."));
    }

    async fn one_button_returns_an_account_to_its_owner_and_admins_cannot_use_it_on_themselves(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut admin, mut member, id) = admin_and_member(&db).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        let device = add_passkey(&mut member).await;
        set_up(&db, &mut member).await;
        member.post("/account/delete", &[]).await;
        db.clock().advance(Duration::from_secs(5 * 86_400)); // all links but that of the deletion have expired
        admin.log_in("admin@example.com", PASSWORD).await;
        admin.get(&format!("/admin/users/{id}")).await;
        assert!(admin.page.contains("Give this account back to its owner"), "{}", admin.page);
        admin.post("/admin/users/give-back", &[("user_id", &id)]).await;
        assert!(admin.page.contains("We sent an email to member@example.com."), "{}", admin.page);
        assert!(!member.is_logged_in().await && !passkey_logs_in(&db, &device).await);
        let mut member = Browser::at(site(&db, &[]));
        member.log_in("member@example.com", PASSWORD).await;
        assert!(!member.is_logged_in().await && member.page.contains("Incorrect email or password"), "{}", member.page);
        smtp.deliver(&db).await;
        assert!(smtp.emails().iter().any(|email| email.subject == "Your account was given back to you"));
        let token = smtp.last_link_to("member@example.com", "/reset").token();
        member.post("/reset", &[("token", &token), ("new_password", NEW)]).await;
        member.log_in("member@example.com", NEW).await;
        assert!(member.path == "/dashboard" && !member.page.contains("will be deleted"), "{}", member.page);
        let own = tables::lines(&db, "select id from users where roles <> ''").await.remove(0);
        admin.post("/admin/users/give-back", &[("user_id", &own)]).await;
        assert!(admin.page.contains("You cannot do this to your own account.") && admin.is_logged_in().await);
        admin.post("/admin/users/disable", &[("user_id", &id)]).await;
        admin.post("/admin/users/give-back", &[("user_id", &id)]).await;
        assert!(admin.page.contains("This account is disabled. Enable it first."), "{}", admin.page);
        let said = tables::lines(&db, "select action from audit where action like 'gave%'").await;
        assert_eq!(said.len(), 1);
    }
}
