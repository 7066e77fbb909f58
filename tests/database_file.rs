//! Files of an SQLite database that are deleted, replaced or overwritten, while the node runs and before it starts: no
//! write goes into a deleted file, and no two histories are mixed.
#![cfg(target_os = "linux")]

use crate::processes::client::Client;
use crate::processes::files::{HEALED, becomes_ready, beside, member, name, place, rename, url};
use crate::processes::{Node, SOON, command};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

#[tokio::test]
async fn a_moved_or_deleted_file_is_not_written_until_it_is_back() {
    let (folder, file) = place();
    let node = Node::start_on(&url(&file), &[]).await;
    let mut ada = member(&node).await;
    assert!(rename(&mut ada, "Before").await);
    let (data, away) = (folder.path().join("data"), folder.path().join("away"));
    for _ in 0..2 {
        fs::rename(&data, &away).unwrap();
        assert!(!rename(&mut ada, "Lost").await);
        becomes_ready(&node, 503).await;
        assert_eq!(name(&mut ada).await, "Before");
        fs::rename(&away, &data).unwrap();
        becomes_ready(&node, 200).await;
        assert!(rename(&mut ada, "Before").await);
    }
    for ending in ["-shm", "-wal", ""] {
        let (there, away) = (beside(&file, ending), folder.path().join("one"));
        fs::rename(&there, &away).unwrap();
        assert!(!rename(&mut ada, "Lost").await, "without {}", there.display());
        // A new file at the path is not the open one.
        fs::copy(&away, &there).unwrap();
        assert!(!rename(&mut ada, "Lost").await, "with a copy of {}", there.display());
        assert_eq!(Client::at(node.address).log_in("ada@example.com").await.unwrap().status, 503);
        fs::rename(&away, &there).unwrap();
        assert!(rename(&mut ada, "Before").await, "{}", node.log());
    }
    fs::remove_dir_all(&data).unwrap();
    assert!(!rename(&mut ada, "Lost").await);
    becomes_ready(&node, 503).await;
    assert!(!data.exists(), "a new database was created in place of the lost one");
    let log = node.log();
    let user = format!("user {}", std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()));
    assert!(
        log.contains(file.to_str().unwrap()) && log.contains(&user) && log.contains("start again"),
        "{log}"
    );
}

/// A backup of a node's database, and the database with later changes after a kill.
async fn backup_and_crash(file: &Path, backup: &Path) -> Node {
    let mut node = Node::start_on(&url(file), &[]).await;
    let mut ada = member(&node).await;
    let vacuum = format!("vacuum into '{}'", backup.display());
    let made = Command::new("sqlite3").arg(file).arg(&vacuum).status().unwrap();
    assert!(made.success());
    for number in 0..20 {
        assert!(rename(&mut ada, &format!("Ada {number}")).await);
        let email = format!("ada{number}@example.com");
        assert_eq!(Client::at(node.address).sign_up(&email).await.unwrap().status, 303);
    }
    node.kill();
    assert!(fs::metadata(beside(file, "-wal")).unwrap().len() > 4096, "the log is empty");
    node
}

#[tokio::test]
async fn a_backup_beside_a_foreign_log_is_refused_until_the_log_is_deleted() {
    for is_copied_in_place in [true, false] {
        let (folder, file) = place();
        let backup = folder.path().join("backup.db");
        let mut node = backup_and_crash(&file, &backup).await;
        if is_copied_in_place {
            fs::copy(&backup, &file).unwrap();
        } else {
            fs::rename(&backup, &file).unwrap();
        }
        let before = fs::read(&file).unwrap();
        let mut refused = Node::spawn_by("exec \"$@\"", &url(&file), &[]);
        assert!(!refused.ended(SOON).await.success());
        let log = refused.log();
        assert!(log.contains("does not belong to the write-ahead log") && log.contains("delete"), "{log}");
        assert_eq!(fs::read(&file).unwrap(), before, "the file was changed");
        for ending in ["-wal", "-shm"] {
            fs::remove_file(beside(&file, ending)).unwrap();
        }
        node.start_again().await;
        let mut ada = Client::at(node.address);
        assert_eq!(ada.log_in("ada@example.com").await.unwrap().status, 303);
        assert_eq!(name(&mut ada).await, "Ada");
    }
}

#[tokio::test]
async fn a_crashed_database_starts_again_also_from_a_copy_with_its_log() {
    let (folder, file) = place();
    let mut node = backup_and_crash(&file, &folder.path().join("backup.db")).await;
    node.start_again().await;
    node.kill();
    let copied = tempfile::tempdir().unwrap();
    for ending in ["", "-wal"] {
        fs::copy(beside(&file, ending), copied.path().join(format!("app.db{ending}"))).unwrap();
    }
    let again = Node::start_on(&url(&copied.path().join("app.db")), &[]).await;
    assert_eq!(Client::at(again.address).log_in("ada19@example.com").await.unwrap().status, 303);
}

fn sqlite3(file: &Path, sql: &str) {
    // A worker of the node may be writing.
    let waiting = ["-cmd", ".timeout 5000"];
    assert!(Command::new("sqlite3").args(waiting).arg(file).arg(sql).status().unwrap().success());
}

/// `commanded`: whether a command ran beside the node before, and was accepted.
async fn is_stopped_by_a_copied_backup(commanded: Option<bool>) {
    let (folder, file) = place();
    let backup = folder.path().join("backup.db");
    let node = Node::start_on(&url(&file), &[]).await;
    let mut ada = member(&node).await;
    sqlite3(&file, &format!("vacuum into '{}'", backup.display()));
    if commanded == Some(false) {
        sqlite3(&file, "update _sqlx_migrations set checksum = x'00' where version = 2");
    }
    for number in 0..20 {
        let email = format!("ada{number}@example.com");
        assert_eq!(Client::at(node.address).sign_up(&email).await.unwrap().status, 303);
    }
    if let Some(is_accepted) = commanded {
        let output = command(&["admin", "grant", "ada0@example.com"], &url(&file));
        assert_eq!(output.status.success(), is_accepted, "{}", String::from_utf8_lossy(&output.stdout));
    }
    fs::copy(&backup, &file).unwrap();
    assert!(!rename(&mut ada, "Mixed").await, "{commanded:?}");
    becomes_ready(&node, 503).await;
    assert!(node.log().contains("wrote into"), "{}", node.log());
}

#[tokio::test]
async fn a_backup_that_is_copied_over_the_open_file_stops_all_writing() {
    is_stopped_by_a_copied_backup(None).await;
}

#[tokio::test]
async fn a_backup_that_is_copied_over_the_open_file_after_a_command_stops_all_writing() {
    for is_accepted in [true, false] {
        is_stopped_by_a_copied_backup(Some(is_accepted)).await;
    }
}

#[tokio::test]
async fn a_checkpoint_by_the_sqlite3_command_is_checked_and_accepted() {
    let (_folder, file) = place();
    let node = Node::start_on(&url(&file), &[]).await;
    let mut ada = member(&node).await;
    for round in 0..3 {
        assert!(rename(&mut ada, &format!("Ada {round}")).await);
        let done = Command::new("sqlite3").arg(&file).arg("pragma wal_checkpoint(passive)").status().unwrap();
        assert!(done.success());
        assert_eq!(name(&mut ada).await, format!("Ada {round}"));
        let began = Instant::now();
        while !rename(&mut ada, "Checked").await {
            assert!(began.elapsed() < HEALED, "{}", node.log());
        }
    }
    assert!(node.log().contains("checking its content"), "{}", node.log());
}

#[tokio::test]
async fn a_long_log_is_checkpointed_while_the_node_runs_and_survives_a_kill() {
    let (_folder, file) = place();
    let mut node = Node::start_on(&url(&file), &[("RUST_LOG", "warn")]).await;
    let mut ada = member(&node).await;
    let written = || fs::metadata(&file).unwrap().modified().unwrap();
    let (before, mut is_written) = (written(), false);
    for round in 0..600 {
        // Another name each time: the same form sent twice is a repeat.
        assert_eq!(ada.rename(&format!("Ada {round}")).await.unwrap().status, 303, "round {round}");
        is_written |= written() != before;
        if is_written && round % 100 == 99 {
            node.kill();
            node.start_again().await;
        }
    }
    assert!(is_written, "the log was never written into the file");
    assert!(fs::metadata(beside(&file, "-wal")).unwrap().len() < 32 << 20, "the log grows without limit");
    assert_eq!(ada.get("/account").await.unwrap().status, 200);
}

#[tokio::test]
async fn commands_that_end_at_once_leave_a_database_that_starts() {
    let (_folder, file) = place();
    for number in 0..15 {
        let words: &[&str] = if number == 0 { &["migrate"] } else { &["sessions", "revoke"] };
        let output = command(words, &url(&file));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let node = Node::start_on(&url(&file), &[]).await;
    member(&node).await;
}
