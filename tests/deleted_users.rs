//! What is left of somebody whose account is gone: lines in the audit with their address, and a last mail until it is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;
mod postbox;

use browser::authenticator::set_up;
use browser::{Browser, FORM, PASSWORD, form, site, tables};
use postbox::{Postbox, jobs};
use server::testing::TestDb;
use server::{on_both_databases, users};
use std::time::Duration;

const ADA: &str = "Ada@Example.com";
const NAME: &str = "Ada Quillfeather";
const NOTE: &str = "the notes of the engine";
const NEW_EMAIL: &str = "countess@example.com";
const DAY: Duration = Duration::from_secs(86_400);

async fn ids(db: &TestDb, email: &str) -> String {
    tables::lines(db, &format!("select id from users where email = '{email}'")).await.remove(0)
}

/// Somebody who leaves traces wherever the product keeps any: in tables, in the data of five browsers and in the queue.
async fn ada(db: &TestDb, settings: &[(&str, &str)]) -> Browser {
    let app = site(db, settings);
    let mut here = Browser::at(app.clone());
    here.post("/signup", &[("name", NAME), ("email", ADA), ("password", PASSWORD)]).await;
    tables::write(db, "update users set email_verified_at = created_at").await;
    here.log_in(ADA, PASSWORD).await;
    here.post("/notes/new", &[("title", NOTE), ("body", NOTE)]).await;
    let mut logged_out = Browser::at(app.clone());
    logged_out.log_in(ADA, PASSWORD).await;
    let mut stale = Browser::at(app.clone());
    stale.log_in(ADA, PASSWORD).await;
    let too_long = NOTE.repeat(20);
    stale.ask("POST", "/account", &FORM, form(&[("name", &too_long)])).await;
    set_up(db, &mut here).await;
    logged_out.post("/logout", &[]).await;
    let mut half = Browser::at(app.clone());
    half.log_in(ADA, PASSWORD).await;
    assert_eq!(half.path, "/login/code");
    here.post("/account/email", &[("email", NEW_EMAIL)]).await;
    Browser::at(app).post("/forgot", &[("email", "ADA@EXAMPLE.COM")]).await;
    tables::write(db, "update jobs set failed_at = 1 where arguments like '%reset%'").await;
    here
}

/// Looks through all tables for what was Ada's, but in the audit. One mail may be left, which says that she is gone.
async fn assert_nothing_is_left(db: &TestDb, id: &str, mails: usize) {
    let all = tables::dump(db).await;
    assert!(all.iter().any(|row| row.starts_with("audit ") && row.contains(ADA)));
    let (queue, rows): (Vec<_>, Vec<_>) =
        all.into_iter().filter(|row| !row.starts_with("audit ")).partition(|row| row.starts_with("jobs "));
    for what in [id, ADA, "ada@example.com", NAME, "Quillfeather", NOTE, NEW_EMAIL] {
        assert_eq!(tables::row_with(&rows, what), None, "{what}");
    }
    for what in [id, NOTE, NEW_EMAIL, "ADA@EXAMPLE.COM"] {
        assert_eq!(tables::row_with(&queue, what), None, "{what}");
    }
    let farewells = queue.iter().filter(|row| row.contains(ADA) && row.contains("deleted")).count();
    assert_eq!((farewells, queue.len()), (mails, mails), "{queue:?}");
}

on_both_databases! {
    async fn an_account_whose_days_are_over_leaves_nothing(db: TestDb) {
        let post = Postbox::open().await;
        let mut ada = ada(&db, &[]).await;
        let id = ids(&db, ADA).await;
        for what in [id.as_str(), ADA, NAME, NOTE, NEW_EMAIL] {
            assert!(tables::row_with(&tables::dump(&db).await, what).is_some(), "{what}");
        }
        let data = tables::dump(&db).await.into_iter().filter(|row| row.starts_with("tower_sessions ") && row.contains(&id));
        assert_eq!(data.count(), 3, "here, there, and where a code is missing");
        ada.post("/account/delete", &[]).await;
        db.clock().advance(DAY * 14);
        assert_eq!(users::delete_due(&db).await.unwrap(), 1);
        assert_nothing_is_left(&db, &id, 1).await;
        post.deliver(&db).await;
        assert_eq!(post.last_to("Ada@example.com").subject, "Your account was deleted");
        assert_nothing_is_left(&db, &id, 0).await;
    }

    async fn an_account_that_is_deleted_at_once_leaves_nothing(db: TestDb) {
        let mut ada = ada(&db, &[("DELETION_DAYS", "0")]).await;
        let id = ids(&db, ADA).await;
        ada.post("/account/delete", &[]).await;
        assert!(ada.page.contains("Your account is deleted."), "{}", ada.page);
        assert_nothing_is_left(&db, &id, 1).await;
    }

    async fn an_account_that_an_admin_deletes_leaves_nothing_and_the_admin_stays_logged_in(db: TestDb) {
        ada(&db, &[]).await;
        let id = ids(&db, ADA).await;
        let mut root = Browser::at(site(&db, &[]));
        root.sign_up("root@example.com").await;
        users::grant_admin(&db, "root@example.com").await.unwrap();
        server::jobs::purge(&db).await.unwrap();
        tables::write(&db, "delete from jobs where arguments not like '%Ada%' and arguments not like '%ADA%' and arguments not like '%countess%'").await;
        root.get(&format!("/admin/users/{id}")).await;
        root.post("/admin/users/delete", &[("user_id", &id)]).await;
        assert!(root.page.contains("is deleted") && root.is_let_in().await, "{}", root.page);
        root.get("/dashboard").await;
        assert_nothing_is_left(&db, &id, 1).await;
    }

    async fn what_is_others_stays(db: TestDb) {
        let mut ada = ada(&db, &[("DELETION_DAYS", "0")]).await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve.ada@example.com").await;
        eve.ask("POST", "/account", &FORM, form(&[("name", &"x".repeat(200)), ("csrf_token", eve.token.as_ref().unwrap())])).await;
        let eves = ids(&db, "eve.ada@example.com").await;
        let of_eve = async || {
            let mut rows = tables::dump(&db).await;
            rows.retain(|row| row.contains(&eves));
            rows
        };
        let before = of_eve().await;
        ada.post("/account/delete", &[]).await;
        assert_eq!(of_eve().await, before);
        assert!(before.iter().any(|row| row.starts_with("jobs ")) && before.iter().any(|row| row.starts_with("tower_sessions ")));
    }

    async fn without_a_mail_server_no_mail_is_kept_for_longer_than_a_week(db: TestDb) {
        let mut ada = ada(&db, &[("DELETION_DAYS", "0")]).await;
        ada.post("/account/delete", &[]).await;
        db.clock().advance(DAY * 7 - Duration::from_secs(60));
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 1);
        db.clock().advance(Duration::from_secs(120));
        server::jobs::purge(&db).await.unwrap();
        assert_eq!(jobs(&db).await, 0);
    }
}
