//! The command `migrate undo`: for development, and in production only with both flags. A node does not start without
//! the last migration.

use crate::browser::tables;
use crate::processes::{Node, SOON, command, command_in};
use server::config::for_tests::SECRETS;
use server::on_both_databases;
use server::testing::TestDb;
use std::process::Output;

fn in_production(db: &TestDb, words: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("APP_ENV", "production"),
        ("DATABASE_URL", &db.setting()),
        ("PUBLIC_URL", "https://app.example.com"),
        ("SESSION_SECRET", SECRETS[0]),
        ("SMTP_URL", "none"),
        ("TRUSTED_PROXIES", "none"),
    ];
    command_in(folder.path(), words, &settings)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// The numbers of the migrations that ran.
async fn ran(db: &TestDb) -> Vec<String> {
    tables::lines(db, "select cast(version as text) from _sqlx_migrations order by _sqlx_migrations.version")
        .await
}

on_both_databases! {
    async fn the_last_migration_is_undone_and_runs_again_at_the_next_start(db: TestDb) {
        let all = ran(&db).await;
        for left in [all.len() - 1, all.len() - 2] {
            let undone = command(&["migrate", "undo"], &db.setting());
            let text = said(&undone);
            assert!(undone.status.success() && text.contains(&format!("undid migration {}", all[left])), "{text}");
            assert_eq!(ran(&db).await, all[..left]);
        }
        assert!(command(&["migrate"], &db.setting()).status.success());
        assert_eq!(ran(&db).await, all);
    }

    async fn a_node_with_migrations_off_does_not_start_before_the_last_migration_has_run(db: TestDb) {
        let off = [("DATABASE_MIGRATE", "false")];
        let last = ran(&db).await.pop().unwrap();
        assert!(command(&["migrate", "undo"], &db.setting()).status.success());
        let mut node = Node::spawn_by("exec \"$@\"", &db.setting(), &off);
        assert!(!node.ended(SOON).await.success());
        let log = node.log();
        assert!(log.contains(&format!("Migration {last}")) && log.contains("Run `migrate` first"), "{log}");
        assert!(command(&["migrate"], &db.setting()).status.success());
        node.start_again().await;
    }

    async fn production_refuses_to_undo_without_both_flags(db: TestDb) {
        let all = ran(&db).await;
        for flags in [&[][..], &["--delete-data"], &["--in-production"], &["--delete-data", "--delete-data"]] {
            let refused = in_production(&db, &[&["migrate", "undo"], flags].concat());
            assert!(!refused.status.success(), "{flags:?}: {}", said(&refused));
            assert_eq!(ran(&db).await, all, "{flags:?}");
        }
        let text = said(&in_production(&db, &["migrate", "undo"]));
        assert!(text.contains("backup") && text.contains("migrate undo --in-production --delete-data"), "{text}");
        let undone = in_production(&db, &["migrate", "undo", "--in-production", "--delete-data"]);
        assert!(undone.status.success(), "{}", said(&undone));
        assert_eq!(ran(&db).await, all[..all.len() - 1]);
    }
}

#[test]
fn nothing_is_created_where_there_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/app.db");
    let refused = command(&["migrate", "undo"], &format!("sqlite:{}", file.display()));
    assert!(!refused.status.success() && said(&refused).contains("no tables"), "{}", said(&refused));
    assert!(!file.exists());
}
