//! Sudo: some actions need a password typed in the last 15 minutes, and continue afterwards.

use crate::browser::routes::{Sudo, paths};
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const LATER: Duration = Duration::from_secs(15 * 60);

async fn admin_later(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    db.clock().advance(LATER);
    admin
}

fn sensitive() -> Vec<&'static str> {
    paths("POST", |rule| rule.sudo == Sudo::Yes)
}

on_both_databases! {
    async fn after_15_minutes_every_sudo_route_asks_for_the_password(db: TestDb) {
        let admin = admin_later(&db).await;
        let id = tables::lines(&db, "select id from users").await.remove(0);
        let before = (tables::snapshot(&db).await, tables::sessions(&db).await);
        let fields = form(&[("user_id", &id), ("email", "eve@example.com"), ("new_password", "quiet-anchor-1815")]);
        for path in sensitive() {
            let page = admin.ask("POST", path, &FORM, fields.clone()).await;
            assert_eq!((page.status, page.header("location")), (303, "/reauthenticate"), "{path}");
            let json = admin.ask("POST", path, &SCRIPT, fields.clone()).await;
            assert_eq!((json.status, &json.body[..25]), (403, "{\"error\":\"PasswordNeeded\""), "{path}");
        }
        assert_eq!((tables::snapshot(&db).await, tables::sessions(&db).await), before);
    }

    async fn input_of_a_sudo_form_is_restored_after_the_password(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account/email").await;
        db.clock().advance(LATER);
        ada.post("/account/email", &[("email", "lovelace@example.com")]).await;
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(ada.path, "/account/email");
        assert!(ada.page.contains("lovelace@example.com"));
        ada.post("/account/email", &[("email", "lovelace@example.com")]).await;
        assert!(ada.page.contains("We sent an email to lovelace@example.com."));
    }

    async fn the_password_of_another_user_or_browser_does_not_grant_sudo(db: TestDb) {
        let mut admin = admin_later(&db).await;
        let mut other = Browser::at(site(&db, &[]));
        other.log_in("admin@example.com", PASSWORD).await;
        admin.get("/account/email").await;
        assert_eq!(admin.path, "/reauthenticate", "a log-in elsewhere does not grant sudo here");
        assert_eq!(other.get("/account/email").await, 200);
        assert_eq!(other.path, "/account/email");
    }

    async fn an_invalid_address_is_refused_at_its_field(db: TestDb) {
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        for typed in ["eve@example.com", "no address", "", "a@b\r\nBcc: c@d"] {
            eve.post("/account/email", &[("email", typed)]).await;
            assert_eq!(eve.path, "/account/email");
            assert!(eve.page.contains("aria-invalid=\"true\""), "{typed}: {}", eve.page);
        }
        let emails = tables::lines(&db, "select email from users order by email").await;
        assert_eq!(emails, ["eve@example.com"]);
    }

    async fn the_last_admin_cannot_delete_their_own_account_and_others_can(db: TestDb) {
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        admin.post("/account/delete", &[]).await;
        assert!(admin.page.contains("No admin would be left."));
        let mut ada = Browser::at(site(&db, &[("DELETION_DAYS", "0")]));
        ada.sign_up("ada@example.com").await;
        ada.post("/account/delete", &[("password", PASSWORD)]).await;
        assert_eq!(ada.path, "/");
        assert!(ada.page.contains("Your account was deleted."));
        assert_eq!(tables::lines(&db, "select email from users").await, ["admin@example.com"]);
        ada.open_form().await;
        ada.log_in("ada@example.com", PASSWORD).await;
        assert!(ada.page.contains("Incorrect email or password"));
    }
}
