//! Deletion of an account by its owner: planned, cancelled, done after the grace period, and refused for the last
//! admin.

use crate::browser::{Browser, FORM, PASSWORD, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::testing::TestDb;
use server::{accounts, on_both_databases};
use std::time::Duration;

const ADA: &str = "ada@example.com";
const DAY: Duration = Duration::from_secs(86_400);
const BANNER: &str = "Your account will be deleted on ";

async fn signed_up(db: &TestDb, email: &str) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up(email).await;
    browser
}

async fn leaving(db: &TestDb) -> Browser {
    let mut ada = signed_up(db, ADA).await;
    ada.post("/account/delete", &[]).await;
    ada.get("/login").await;
    ada
}

async fn emails(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select email from users order by email").await
}

async fn said(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select actor_email || ' ' || action from audit order by at, id").await
}

on_both_databases! {
    async fn an_account_is_deleted_after_the_grace_period_and_its_owner_gets_two_emails(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (mut ada, mut eve) = (signed_up(&db, ADA).await, signed_up(&db, "eve@example.com").await);
        ada.get("/account/delete").await;
        assert!(ada.page.contains("in 14 days") && ada.page.contains("href=\"/account/export\""), "{}", ada.page);
        let id = tables::lines(&db, &format!("select id from users where email = '{ADA}'")).await.remove(0);
        ada.post("/account/delete", &[]).await;
        assert!(ada.path == "/" && ada.page.contains(BANNER) && !ada.is_logged_in().await, "{}", ada.page);
        smtp.deliver(&db).await;
        assert_eq!(smtp.last_to(ADA).subject, "Your account will be deleted");
        db.clock().advance(DAY * 14 - Duration::from_secs(1));
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 0);
        db.clock().advance(Duration::from_secs(1));
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 1);
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 0);
        assert_eq!(emails(&db).await, ["eve@example.com"]);
        smtp.deliver(&db).await;
        assert_eq!(smtp.last_to(ADA).subject, "Your account was deleted");
        let all = [format!("{ADA} planned to delete their account"), format!("{ADA} deleted their account")];
        assert_eq!(said(&db).await, all);
        let mut traces = tables::dump(&db).await;
        traces.retain(|row| !row.starts_with("audit "));
        assert_eq!((tables::row_with(&traces, ADA), tables::row_with(&traces, &id)), (None, None));
        eve.log_in("eve@example.com", PASSWORD).await;
        assert!(eve.is_logged_in().await);
    }

    async fn during_the_grace_period_every_page_shows_the_date_and_one_button_cancels(db: TestDb) {
        let mut ada = leaving(&db).await;
        db.clock().advance(DAY * 13);
        ada.log_in(ADA, PASSWORD).await;
        for path in ["/dashboard", "/account", "/account/password", "/"] {
            ada.get(path).await;
            assert!(ada.page.contains(BANNER) && ada.page.contains("Keep my account"), "{path}: {}", ada.page);
        }
        assert_eq!(ada.ask("GET", "/account/keep", &FORM, "").await.status, 405);
        ada.post("/account/keep", &[]).await;
        assert!(ada.page.contains("Your account will not be deleted.") && !ada.page.contains(BANNER), "{}", ada.page);
        assert!(ada.is_logged_in().await);
        db.clock().advance(DAY * 30);
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 0);
        let lines = said(&db).await;
        assert_eq!(lines, [format!("{ADA} planned to delete their account"), format!("{ADA} cancelled the deletion of their account")]);
        ada.log_in(ADA, PASSWORD).await;
        ada.post("/account/keep", &[]).await;
        assert_eq!(said(&db).await, lines, "an account without a planned deletion cannot be kept");
    }

    async fn without_a_grace_period_the_account_is_deleted_at_once(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[("DELETION_DAYS", "0")]));
        ada.sign_up(ADA).await;
        ada.get("/account/delete").await;
        assert!(ada.page.contains("This cannot be undone.") && ada.page.contains("name=\"password\""), "{}", ada.page);
        for wrong in ["", "not-her-password"] {
            ada.post("/account/delete", &[("password", wrong)]).await;
            assert!(ada.path == "/account/delete" && ada.page.contains("aria-invalid"), "{}", ada.page);
            assert_eq!(emails(&db).await, [ADA]);
        }
        ada.post("/account/delete", &[("password", PASSWORD)]).await;
        assert!(ada.page.contains("Your account was deleted."));
        assert!(emails(&db).await.is_empty());
        smtp.deliver(&db).await;
        assert_eq!(smtp.last_to(ADA).subject, "Your account was deleted");
    }

    async fn deletion_needs_a_recent_password_and_a_log_in(db: TestDb) {
        let mut ada = signed_up(&db, ADA).await;
        db.clock().advance(Duration::from_secs(16 * 60));
        ada.post("/account/delete", &[]).await;
        assert_eq!(ada.path, "/reauthenticate");
        assert!(said(&db).await.is_empty());
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        ada.post("/account/delete", &[]).await;
        let mut eve = signed_up(&db, "eve@example.com").await;
        eve.post("/account/keep", &[("user_id", ADA), ("email", ADA)]).await;
        Browser::at(site(&db, &[])).post("/account/keep", &[]).await;
        assert_eq!(tables::lines(&db, "select email from users where delete_at is not null").await, [ADA]);
    }

    async fn an_admin_sees_planned_deletions(db: TestDb) {
        leaving(&db).await;
        let mut admin = signed_up(&db, "admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        let id = tables::lines(&db, &format!("select id from users where email = '{ADA}'")).await.remove(0);
        admin.get(&format!("/admin/users/{id}")).await;
        assert!(admin.page.contains("To be deleted"), "{}", admin.page);
        admin.get("/admin/audit").await;
        assert!(admin.page.contains("planned to delete their account"));
    }

    async fn the_last_admin_cannot_leave(db: TestDb) {
        let (mut one, mut two) = (signed_up(&db, "one@example.com").await, signed_up(&db, "two@example.com").await);
        for email in ["one@example.com", "two@example.com"] {
            accounts::grant_admin(&db, email).await.unwrap();
        }
        one.post("/account/delete", &[]).await;
        two.post("/account/delete", &[]).await;
        assert!(two.page.contains("No admin would be left."), "the other admin leaves: {}", two.page);
        let second = tables::lines(&db, "select id from users where email = 'two@example.com'").await.remove(0);
        one.log_in("one@example.com", PASSWORD).await;
        one.post("/admin/users/disable", &[("user_id", &second)]).await;
        assert!(two.is_logged_in().await, "the other account is gone too: {}", one.page);
        tables::write(&db, "update users set delete_at = 1").await;
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 0, "no admin is left");
        tables::write(&db, "update users set delete_at = null where email = 'two@example.com'").await;
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 1);
        assert_eq!(emails(&db).await, ["two@example.com"]);
    }

    async fn two_nodes_that_run_maintenance_at_once_delete_each_account_once(db: TestDb) {
        for number in 0..8 {
            signed_up(&db, &format!("n{number}@example.com")).await;
        }
        tables::write(&db, "update users set delete_at = 1").await;
        let (here, there) = tokio::join!(accounts::delete_due(&db), accounts::delete_due(&db));
        assert_eq!(here.unwrap() + there.unwrap(), 8);
        let deleted = said(&db).await;
        assert_eq!((deleted.len(), crate::fake_smtp::jobs(&db).await), (8, 8), "each user's last email: {deleted:?}");
    }

    async fn taking_back_an_old_address_cancels_the_deletion(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut attacker = signed_up(&db, ADA).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        attacker.post("/account/email", &[("email", "attacker@example.com")]).await;
        smtp.deliver(&db).await;
        attacker.post("/account/email/confirm", &[("token", &smtp.last_to("attacker@example.com").token())]).await;
        attacker.post("/account/delete", &[]).await;
        smtp.deliver(&db).await;
        let token = smtp.last_to(ADA).token();
        Browser::at(site(&db, &[])).post("/account/email/undo", &[("token", &token)]).await;
        db.clock().advance(DAY * 20);
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 0);
        assert_eq!(emails(&db).await, [ADA]);
    }
}
