//! The export of a user's data: complete, without secrets, and without other users' data.

use crate::browser::{Answer, Browser, FORM, PASSWORD, SCRIPT, site, tables};
use leptos::serde_json::{self, Value};
use server::testing::TestDb;
use server::{on_both_databases, sql};
use std::time::Duration;

const ADA: &str = "ada@example.com";
/// Tables with rows of a user that are not in the file.
const LEFT_OUT: &[&str] = &[
    "tokens",         // links that wait to be pressed
    "second_factors", // secrets
    "recovery_codes", // secrets
];

async fn signed_up(db: &TestDb, email: &str) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up(email).await;
    browser
}

async fn export(browser: &Browser) -> (Answer, Value) {
    let answer = browser.ask("POST", "/account/export", &FORM, "").await;
    let json = serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body));
    (answer, json)
}

async fn id_of(db: &TestDb, email: &str) -> String {
    tables::lines(db, &format!("select id from users where email = '{email}'")).await.remove(0)
}

on_both_databases! {
    async fn the_export_has_the_account_its_sessions_and_its_audit(db: TestDb) {
        let mut ada = signed_up(&db, ADA).await;
        let mut elsewhere = Browser::at(site(&db, &[]));
        elsewhere.log_in(ADA, PASSWORD).await;
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", "quiet-anchor-1815")]).await;
        ada.get("/account/export").await;
        assert!(ada.path == "/account/export" && ada.page.contains(">Download</button>"), "{}", ada.page);
        let (answer, json) = export(&ada).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"your-data.json\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(json["account"]["email"], ADA);
        assert_eq!(json["account"]["name"], "Ada");
        assert_eq!(json["account"]["id"], id_of(&db, ADA).await);
        assert!(json["account"]["created_at"].as_str().unwrap().ends_with('Z'), "{json}");
        assert_eq!(json["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(json["ended_sessions"][0]["end_reason"], "password changed");
        assert_eq!(json["audit"].as_array().unwrap().len(), 1);
        assert_eq!(json["audit"][0]["action"], "changed their password");
        assert_eq!((&json["audit"][0]["by"], &json["audit"][0]["to"]), (&"you".into(), &"you".into()));
    }

    async fn the_export_contains_no_secret(db: TestDb) {
        let ada = signed_up(&db, ADA).await;
        let (answer, _) = export(&ada).await;
        let cookie = ada.cookie.clone().unwrap();
        let id = cookie.split_once('=').unwrap().1.split('.').next().unwrap().to_owned();
        let hash = tables::lines(&db, "select password_hash from users").await.remove(0);
        let body = answer.body.replace("api_tokens", ""); // the name of a table
        for secret in [id.as_str(), &hash, "argon2", "key_hash", "password_hash", "token", "secret"] {
            assert!(!body.contains(secret), "{secret}: {body}");
        }
    }

    async fn the_export_contains_no_data_of_other_users(db: TestDb) {
        let (mut admin, mut ada) = (signed_up(&db, "admin@example.com").await, signed_up(&db, ADA).await);
        let mut other = Browser::at(site(&db, &[]));
        other.sign_up("eve@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        let id = id_of(&db, ADA).await;
        admin.post("/admin/users/grant-role", &[("user_id", &id), ("role", "admin")]).await;
        admin.post("/admin/users/remove-role", &[("user_id", &id), ("role", "admin")]).await;
        ada.get("/account").await;
        for (browser, own, others) in [(&admin, "admin@example.com", ADA), (&ada, ADA, "admin@example.com")] {
            let (answer, json) = export(browser).await;
            assert!(answer.body.contains(own));
            for word in [others, "eve@example.com", &id_of(&db, others).await, &id_of(&db, "eve@example.com").await] {
                assert!(!answer.body.contains(word), "{word} in {own}'s: {}", answer.body);
            }
            assert!(json["audit"].as_array().unwrap().len() >= 2, "{json}");
        }
        let lines = export(&ada).await.1["audit"].clone();
        assert_eq!(lines.as_array().unwrap().len(), 2, "other entries than hers: {lines}");
        assert!(lines.as_array().unwrap().iter().all(|line| line["by"] == "another user" && line["to"] == "you" && line["ip"] == ""), "{lines}");
    }

    async fn the_export_needs_a_recent_password_and_a_button(db: TestDb) {
        let mut ada = signed_up(&db, ADA).await;
        db.clock().advance(Duration::from_secs(16 * 60));
        assert_eq!(ada.ask("POST", "/account/export", &SCRIPT, "").await.status, 403);
        let page = ada.ask("POST", "/account/export", &FORM, "").await;
        assert_eq!((page.status, page.header("location")), (303, "/reauthenticate"));
        ada.get("/account/export").await;
        assert_eq!(ada.path, "/reauthenticate");
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(ada.path, "/account/export");
        assert_eq!(export(&ada).await.1["account"]["email"], ADA);
        assert_eq!(Browser::at(site(&db, &[])).ask("POST", "/account/export", &SCRIPT, "").await.status, 401);
    }

    async fn exports_are_limited(db: TestDb) {
        let ada = signed_up(&db, ADA).await;
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(ada.ask("POST", "/account/export", &FORM, "").await.status);
        }
        assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    }

    async fn every_table_with_rows_of_a_user_is_exported_or_listed_as_left_out(db: TestDb) {
        let ada = signed_up(&db, ADA).await;
        let (_, json) = export(&ada).await;
        let columns = sql!(
            sqlite: "select m.name from sqlite_master m join pragma_table_info(m.name) c
                 where m.type = 'table' and c.name = 'user_id'",
            postgres: "select table_name::text from information_schema.columns where table_schema = 'public' and column_name = 'user_id'",
        );
        let tables = tables::lines_of(&db, columns).await;
        assert!(tables.len() > 2, "{tables:?}");
        for table in tables {
            assert!(LEFT_OUT.contains(&table.as_str()) || json.get(&table).is_some(), "{table} is neither exported nor left out on purpose");
        }
    }
}
