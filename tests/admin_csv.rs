//! The exports of users and of the audit log.

use crate::browser::{Browser, PASSWORD, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

async fn admin(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    admin
}

on_both_databases! {
    async fn all_users_are_in_the_file_also_more_than_one_part(db: TestDb) {
        let mut admin = admin(&db).await;
        for number in 0..1_100 {
            tables::write(&db, &format!(
                "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, created_at)
                 values ('{number:036}', 'user{number}@example.com', 'user{number}@example.com', 'User, \"{number}\"', '', '', 0, 0)"
            )).await;
        }
        assert_eq!(admin.get("/admin/users.csv").await, 200);
        let lines: Vec<&str> = admin.page.lines().collect();
        assert_eq!(lines.len(), 1_102);
        assert!(lines[0].starts_with("id,email,name,admin,confirmed,"), "{}", lines[0]);
        assert_eq!(lines.iter().filter(|line| line.contains(",\"User, \"\"7\"\"\",")).count(), 1);
        assert!(!admin.page.contains("argon2"), "no password hash");
    }

    async fn a_cell_that_begins_like_a_formula_is_marked_as_text(db: TestDb) {
        let mut admin = admin(&db).await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        for (name, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("＝1+1", "'＝1+1"),
            ("a;=1+1", "a;'=1+1"),
            ("a; -1", "a; '-1"),
            ("a;\"=1+1;", "\"a;\"\"'=1+1;\""),
            ("a; \" \"@SUM(1)", "\"a; \"\" \"\"'@SUM(1)\""),
            ("a\"-b", "\"a\"\"-b\""),
            ("=HYPERLINK(\"x\",\"a\")", "\"'=HYPERLINK(\"\"x\"\",\"\"a\"\")\""),
            ("Anne-Marie", "Anne-Marie"),
        ] {
            eve.post("/account", &[("name", name)]).await;
            admin.get("/admin/users.csv").await;
            assert!(admin.page.contains(&format!(",eve@example.com,{cell},")), "{name}: {}", admin.page);
        }
    }

    async fn the_audit_says_who_did_what_to_whom(db: TestDb) {
        let mut admin = admin(&db).await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        let id = tables::lines(&db, "select id from users where email_key = 'eve@example.com'").await.remove(0);
        admin.post("/admin/users/revoke-sessions", &[("user_id", &id)]).await;
        assert_eq!(admin.get("/admin/audit.csv").await, 200);
        let line = admin.page.lines().find(|line| line.contains("eve@example.com")).unwrap();
        assert!(line.contains(",admin@example.com,revoked all"), "{line}");
        admin.get("/admin/audit").await;
        assert!(admin.page.contains("revoked all"), "{}", admin.page);
    }

    async fn only_an_admin_with_a_recent_password_gets_the_files(db: TestDb) {
        let mut admin = admin(&db).await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up("eve@example.com").await;
        for path in ["/admin/users.csv", "/admin/audit.csv"] {
            assert_eq!(eve.get(path).await, 403);
            assert_eq!(admin.get(path).await, 200);
        }
        db.clock().advance(Duration::from_secs(16 * 60));
        for path in ["/admin/users.csv", "/admin/audit.csv"] {
            admin.get(path).await;
            assert_eq!(admin.path, "/reauthenticate");
        }
        admin.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(admin.get("/admin/users.csv").await, 200);
    }

    async fn after_a_password_or_a_log_in_the_browser_is_on_the_page_with_the_button_of_the_file(db: TestDb) {
        let mut admin = admin(&db).await;
        for (file, list) in [("/admin/users.csv", "/admin/users"), ("/admin/audit.csv", "/admin/audit")] {
            db.clock().advance(Duration::from_secs(16 * 60));
            admin.get(file).await;
            assert_eq!(admin.path, "/reauthenticate", "{file}");
            admin.post("/reauthenticate", &[("password", PASSWORD)]).await;
            assert_eq!(admin.path, list, "a download leaves the browser at the form with the password");
            assert!(admin.page.contains(&format!("href=\"{file}\"")), "{}", admin.page);
            assert_eq!(admin.get(file).await, 200);

            admin.get(list).await;
            admin.post("/logout", &[]).await;
            admin.get(file).await;
            assert_eq!(admin.path, "/login", "{file}");
            admin.log_in("admin@example.com", PASSWORD).await;
            assert_eq!(admin.path, list, "after a log-in");
        }
    }
}
