//! A backup restored by the commands of the guide: sessions and links that ended since the backup stay ended.
#![cfg(unix)]

use crate::browser::tables;
use crate::processes::client::Client;
use crate::processes::{Node, command, command_in, pages, program};
use server::config::for_tests::SECRETS;
use server::db::connect;
use server::testing::TestDb;
use server::{Db, on_both_databases};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const GUIDE: &str = include_str!("../docs/guides/restore-a-backup.md");

/// The commands of the guide under this heading.
fn block(name: &str) -> &'static str {
    let (_, rest) = GUIDE.split_once(&format!("```sh {name}\n")).unwrap();
    rest.split("```").next().unwrap()
}

/// Runs commands of the guide.
fn type_in(commands: &str, db: &TestDb, backup: &Path) -> String {
    let data = db.file().map(|file| file.parent().unwrap().to_owned()).unwrap_or_default();
    let output = Command::new("sh")
        .args(["-euc", commands])
        .env("PROGRAM", program())
        .env("DATA", data)
        .env("BACKUP", backup)
        // PostgreSQL's own tools do not accept parameters of the product.
        .env("DATABASE_URL", db.setting().split('?').next().unwrap())
        .env("SESSION_SECRET", SECRETS[0])
        .env("APP_ENV", "test")
        .current_dir(backup)
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{commands}\n{said}");
    said
}

async fn execute(db: &Db, sql: &str) {
    db.script(sql).await.unwrap();
}

async fn count(db: &Db, what: &str) -> usize {
    tables::lines(db, what).await.len()
}

/// An SQLite file with the name in the guide, opened by no other process.
async fn renamed(db: TestDb) -> TestDb {
    db.close().await;
    db.renamed("app.db")
}

on_both_databases! {
    async fn sessions_ended_since_the_backup_stay_ended_after_a_restore(db: TestDb) {
        let db = renamed(db).await;
        let kind = if db.file().is_some() { "sqlite" } else { "postgres" };
        let backup = tempfile::tempdir().unwrap();
        let mut node = Node::start_on(&db.setting(), &[("SMTP_URL", "none")]).await;
        let (mut ada, mut eve) = (Client::at(node.address), Client::at(node.address));
        for (client, email) in [(&mut ada, "ada@example.com"), (&mut eve, "eve@example.com")] {
            assert_eq!(client.sign_up(email).await.unwrap().status, 303);
            assert_eq!(client.open("/account").await.unwrap().status, 200);
        }
        assert_eq!(ada.post("/forgot", &[("email", "ada@example.com")]).await.unwrap().status, 303);
        let looking = connect(db.url(), false).await.unwrap();
        let user = tables::lines(&looking, "select id from users where email = 'ada@example.com'").await.remove(0);
        let used = if kind == "sqlite" { "cast('used' as blob)" } else { "'used'::bytea" };
        execute(&looking, &format!("insert into tokens (id, hash, purpose, user_id, email, created_at, expires_at)
            values ('t', {used}, 'reset', '{user}', 'ada@example.com', 1, 9000000000000)")).await;
        execute(&looking, &format!("insert into recovery_codes (hash, user_id, created_at) values ({used}, '{user}', 1)")).await;
        execute(&looking, &format!("update users set delete_at = 2 where id = '{user}'")).await;
        type_in(block(&format!("{kind} backup")), &db, backup.path());

        // After the backup: a log-out, a cancelled deletion, sent emails, and a name that is lost.
        execute(&looking, "update users set delete_at = null; delete from jobs; delete from tokens").await;
        looking.close().await;
        assert_eq!(eve.post("/logout", &[]).await.unwrap().status, 303);
        assert_eq!(ada.rename("Since the backup").await.unwrap().status, 303);
        let kept = ada.cookies.clone();
        assert_eq!(ada.post("/logout", &[]).await.unwrap().status, 303);
        node.kill();
        let said = type_in(block(&format!("{kind} restore")), &db, backup.path());
        assert!(said.contains("Ended 2 sessions"), "{said}");

        let looking = connect(db.url(), false).await.unwrap();
        for table in ["sessions", "tower_sessions", "tokens", "recovery_codes"] {
            assert_eq!(count(&looking, &format!("select '1' from {table}")).await, 0, "{table}");
        }
        assert_eq!(count(&looking, "select id from jobs where failed_at is null").await, 0, "jobs would run again");
        assert!(count(&looking, "select id from jobs where error like 'Held%'").await > 2);
        assert_eq!(count(&looking, "select id from users").await, 2);
        assert_eq!(count(&looking, "select id from users where delete_at < 1700000000000").await, 0);
        assert_eq!(count(&looking, "select id from audit where action = 'restored a backup'").await, 1);
        node.start_again().await;
        ada.cookies = kept;
        let answer = ada.get("/account").await.unwrap();
        assert_eq!((answer.status, answer.header("location")), (303, "/login"), "a session came back");
        let page = ada.get("/login").await.unwrap().body;
        assert!(page.contains("The server was restored from a backup."), "{page}");
        assert_eq!(Client::at(node.address).log_in("eve@example.com").await.unwrap().header("location"), "/dashboard");
        let mut again = Client::at(node.address);
        again.log_in("ada@example.com").await.unwrap();
        let page = again.open("/account").await.unwrap().body;
        assert_eq!(pages::field(&page, "name").as_deref(), Some("Ada"), "not the backup");
        assert_eq!(count(&looking, "select id from users").await, 2, "the planned deletion continued");
        looking.close().await;
    }
}

on_both_databases! {
    async fn a_backup_replaces_the_last_one_and_only_its_owner_may_read_it(db: TestDb) {
        let db = renamed(db).await;
        let (kind, file) = if db.file().is_some() { ("sqlite", "app.db") } else { ("postgres", "app.dump") };
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join(file);
        for old in ["", "the last backup"] {
            if !old.is_empty() {
                fs::write(&backup, old).unwrap();
                fs::set_permissions(&backup, Permissions::from_mode(0o644)).unwrap();
            }
            type_in(block(&format!("{kind} backup")), &db, folder.path());
            assert!(fs::read(&backup).unwrap() != old.as_bytes());
            let mode = fs::metadata(&backup).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}: {mode:o}");
        }
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left, [file]);
    }

    async fn without_a_grace_period_a_deletion_that_a_backup_planned_is_dropped(db: TestDb) {
        let mut node = Node::start_on(&db.setting(), &[("SMTP_URL", "none")]).await;
        let mut ada = Client::at(node.address);
        assert_eq!(ada.sign_up("ada@example.com").await.unwrap().status, 303);
        node.kill();
        execute(&db, "update users set delete_at = 2").await;
        let folder = tempfile::tempdir().unwrap();
        let url = db.setting();
        let settings = [("APP_ENV", "test"), ("SESSION_SECRET", SECRETS[0]), ("DELETION_DAYS", "0"), ("DATABASE_URL", &url)];
        let output = command_in(folder.path(), &["database", "restored"], &settings);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(count(&db, "select id from users where delete_at is null").await, 1);
        node.start_again().await;
        assert_eq!(ada.log_in("ada@example.com").await.unwrap().header("location"), "/dashboard");
    }
}

#[tokio::test]
async fn the_command_after_a_restore_does_not_create_a_missing_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let output = command(&["database", "restored"], &format!("sqlite:{}", file.display()));
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(!output.status.success() && said.contains("no tables of the product"), "{said}");
    assert!(!file.exists());
}
