//! What remains of a deleted user: audit entries with the address, and a last email until it is sent.

use crate::browser::full_user::{ADA, NAME, NEW_EMAIL, TEXT, ada, assert_nothing_is_left, id_of};
use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use crate::fake_smtp::{FakeSmtp, jobs};
use server::{accounts, on_both_databases};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

on_both_databases! {
    async fn deletion_after_the_grace_period_leaves_no_rows(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = ada(&db, &[]).await;
        let id = id_of(&db, ADA).await;
        for what in [id.as_str(), ADA, NAME, TEXT, NEW_EMAIL] {
            assert!(tables::row_with(&tables::dump(&db).await, what).is_some(), "{what}");
        }
        let data = tables::dump(&db).await.into_iter().filter(|row| row.starts_with("tower_sessions ") && row.contains(&id));
        assert_eq!(data.count(), 3, "both browsers, and the one with a pending log-in");
        ada.post("/account/delete", &[]).await;
        db.clock().advance(DAY * 14);
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 1);
        assert_nothing_is_left(&db, &id, 1).await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.last_to("Ada@example.com").subject, "Your account was deleted");
        assert_nothing_is_left(&db, &id, 0).await;
    }

    async fn immediate_deletion_leaves_no_rows(db: TestDb) {
        let mut ada = ada(&db, &[("DELETION_DAYS", "0")]).await;
        let id = id_of(&db, ADA).await;
        ada.post("/account/delete", &[("password", PASSWORD)]).await;
        assert!(ada.page.contains("Your account was deleted."), "{}", ada.page);
        assert_nothing_is_left(&db, &id, 1).await;
    }

    async fn rows_of_other_users_stay(db: TestDb) {
        let mut ada = ada(&db, &[("DELETION_DAYS", "0")]).await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve.ada@example.com").await;
        eve.ask("POST", "/account", &FORM, form(&[("name", &"x".repeat(200)), ("csrf_token", eve.token.as_ref().unwrap())])).await;
        let eves = id_of(&db, "eve.ada@example.com").await;
        let of_eve = async || {
            let mut rows = tables::dump(&db).await;
            rows.retain(|row| row.contains(&eves));
            rows
        };
        let before = of_eve().await;
        ada.post("/account/delete", &[("password", PASSWORD)]).await;
        assert_eq!(of_eve().await, before);
        assert!(before.iter().any(|row| row.starts_with("jobs ")) && before.iter().any(|row| row.starts_with("tower_sessions ")));
    }

    async fn without_a_mail_server_emails_are_kept_for_a_week(db: TestDb) {
        let mut ada = ada(&db, &[("DELETION_DAYS", "0")]).await;
        ada.post("/account/delete", &[("password", PASSWORD)]).await;
        db.clock().advance(DAY * 7 - Duration::from_secs(60));
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 1);
        db.clock().advance(Duration::from_secs(120));
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 0);
    }
}
