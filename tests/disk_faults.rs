//! A disk that is full, a file that vanishes, is replaced or can only be read: nothing is acknowledged that would be lost,
//! `/ready` says 503 and the log why, and what can heal heals without a restart.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "what could not be tested here is said")]

mod nodes;

use nodes::client::Client;
use nodes::{Node, SOON, pages};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a node may take to be well again.
const HEALED: Duration = Duration::from_secs(8);

fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

/// A folder with a database in a folder of its own.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/app.db");
    (folder, file)
}

async fn member(node: &Node) -> Client {
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up("ada@example.com").await.unwrap().status, 303);
    assert_eq!(client.open("/account").await.unwrap().status, 200);
    client
}

async fn ready(node: &Node) -> u16 {
    Client::at(node.address).get("/ready").await.unwrap().status
}

async fn becomes_ready(node: &Node, status: u16) {
    let began = Instant::now();
    while ready(node).await != status {
        assert!(began.elapsed() < HEALED, "/ready is not {status}:\n{}", node.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Saves a name, and says whether that was acknowledged.
async fn rename(client: &mut Client, name: &str) -> bool {
    let answer = client.rename(name).await.unwrap();
    assert!(
        answer.status == 303 || answer.status == 503 && answer.is_later(),
        "{}: {}",
        answer.status,
        answer.body
    );
    answer.status == 303
}

async fn name(client: &mut Client) -> String {
    pages::field(&client.get("/account").await.unwrap().body, "name").unwrap()
}

/// Whether this process may mount; the rest of the machine does not see it.
fn can_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status();
    let can = tried.is_ok_and(|status| status.success());
    if !can {
        eprintln!("NOT RUN: mounting needs `unshare -rm`");
    }
    can
}

const ON_A_SMALL_DISK: &str =
    "exec unshare -rm sh -c 'mount -t tmpfs -o size=3m none \"$DISK\" && exec \"$@\"' sh \"$@\"";

#[tokio::test]
async fn a_full_disk_refuses_writes_shows_pages_and_heals_when_there_is_space_again() {
    if !can_mount() {
        return;
    }
    let (folder, file) = place();
    let disk = folder.path().to_str().unwrap();
    let node = Node::start_by(ON_A_SMALL_DISK, &url(&file), &[("DISK", disk)]).await;
    let mut ada = member(&node).await;
    let seen = PathBuf::from(format!("/proc/{}/root{disk}", node.process()));
    let mut acknowledged = name(&mut ada).await;
    for round in 0..3 {
        let mut filler = fs::File::create(seen.join("filler")).unwrap();
        while filler.write_all(&[7; 4096]).is_ok() {}
        while filler.write_all(&[7; 1]).is_ok() {}
        drop(filler); // the space of an open file is not free
        let mut refused = 0;
        for number in 0..30 {
            let wanted = format!("Ada {round} {number}");
            match rename(&mut ada, &wanted).await {
                true => acknowledged = wanted,
                false => refused += 1,
            }
        }
        assert!(refused > 20, "{refused}");
        becomes_ready(&node, 503).await;
        assert_eq!(name(&mut ada).await, acknowledged);
        fs::remove_file(seen.join("filler")).unwrap();
        becomes_ready(&node, 200).await;
        acknowledged = format!("Ada {round}");
        assert!(rename(&mut ada, &acknowledged).await, "{}", node.log());
        assert_eq!(name(&mut ada).await, acknowledged);
        assert_eq!(Client::at(node.address).log_in("ada@example.com").await.unwrap().status, 303);
    }
    let log = node.log();
    assert!(log.contains("disk is full"), "{log}");
    // A claim that is not saved is none: the same mail would be sent again and again.
    assert!(log.matches("a job failed").count() < 10, "{log}");
    // What a `kill -9` would leave behind.
    let copied = tempfile::tempdir().unwrap();
    for ending in ["", "-wal"] {
        fs::copy(beside(&seen.join("data/app.db"), ending), copied.path().join(format!("app.db{ending}")))
            .unwrap();
    }
    let again = Node::start_on(&url(&copied.path().join("app.db")), &[]).await;
    ada.turn_to(again.address);
    assert_eq!(name(&mut ada).await, acknowledged);
}

#[tokio::test]
async fn an_input_output_error_is_told_and_leaves_no_broken_writer() {
    let (_folder, file) = place();
    // A file may not grow beyond 1 MiB: the system answers further writes with an error.
    let node =
        Node::start_by("trap '' XFSZ; ulimit -f 2048; exec \"$@\"", &url(&file), &[("RUST_LOG", "error")])
            .await;
    let mut ada = member(&node).await;
    let mut refused = 0;
    let mut acknowledged = name(&mut ada).await;
    for number in 0..2000 {
        let wanted = format!("Ada {number}");
        match rename(&mut ada, &wanted).await {
            true => acknowledged = wanted,
            false => refused += 1,
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the limit was not reached");
    becomes_ready(&node, 503).await;
    assert_eq!(name(&mut ada).await, acknowledged);
}

#[tokio::test]
async fn a_deleted_or_moved_file_is_not_written_into_and_is_welcome_back() {
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
        // Another file in its place is not the one that is open.
        fs::copy(&away, &there).unwrap();
        assert!(!rename(&mut ada, "Lost").await, "with a copy of {}", there.display());
        assert_eq!(Client::at(node.address).log_in("ada@example.com").await.unwrap().status, 503);
        fs::rename(&away, &there).unwrap();
        assert!(rename(&mut ada, "Before").await, "{}", node.log());
    }
    fs::remove_dir_all(&data).unwrap();
    assert!(!rename(&mut ada, "Lost").await);
    becomes_ready(&node, 503).await;
    assert!(!data.exists(), "a new database was made in place of the lost one");
    let log = node.log();
    let user = format!("user {}", std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()));
    assert!(
        log.contains(file.to_str().unwrap()) && log.contains(&user) && log.contains("start again"),
        "{log}"
    );
}

#[tokio::test]
async fn a_file_that_can_only_be_read_ends_the_start_with_path_user_and_what_to_do() {
    let (folder, file) = place();
    let mut node = Node::start_on(&url(&file), &[]).await;
    member(&node).await;
    node.stop().await;
    let is_root = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0;
    // Root may write to everything.
    let script = match is_root {
        true => "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"",
        false => "exec \"$@\"",
    };
    for (path, mode) in [(folder.path(), 0o755), (file.parent().unwrap(), 0o555), (file.as_path(), 0o444)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    for migrate in ["true", "false"] {
        let settings = [("MIGRATE", migrate)];
        let mut refused = Node::spawn_by(script, &url(&file), &settings);
        assert!(!refused.ended(SOON).await.success());
        let log = refused.log();
        assert!(log.contains(file.to_str().unwrap()) && log.contains("user "), "{log}");
    }
    fs::set_permissions(file.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
}

/// A node's database as a backup, then with more in it and killed.
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
    assert!(fs::metadata(beside(file, "-wal")).unwrap().len() > 4096, "nothing is in the log");
    node
}

#[tokio::test]
async fn a_backup_beside_the_log_of_another_history_is_refused_until_the_log_goes() {
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
async fn a_crashed_database_starts_again_also_where_it_was_copied_with_its_log() {
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

#[tokio::test]
async fn a_backup_that_is_copied_over_the_open_file_stops_all_writing() {
    let (folder, file) = place();
    let backup = folder.path().join("backup.db");
    let node = Node::start_on(&url(&file), &[]).await;
    let mut ada = member(&node).await;
    let vacuum = format!("vacuum into '{}'", backup.display());
    assert!(Command::new("sqlite3").arg(&file).arg(&vacuum).status().unwrap().success());
    for number in 0..20 {
        let email = format!("ada{number}@example.com");
        assert_eq!(Client::at(node.address).sign_up(&email).await.unwrap().status, 303);
    }
    fs::copy(&backup, &file).unwrap();
    assert!(!rename(&mut ada, "Mixed").await);
    becomes_ready(&node, 503).await;
    assert!(node.log().contains("wrote into"), "{}", node.log());
}

#[tokio::test]
async fn a_checkpoint_by_the_sqlite3_command_is_looked_at_and_accepted() {
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
async fn a_long_log_is_written_into_the_file_while_the_node_runs_and_survives_a_kill() {
    let (_folder, file) = place();
    let mut node = Node::start_on(&url(&file), &[("RUST_LOG", "warn")]).await;
    let mut ada = member(&node).await;
    let size = || fs::metadata(&file).unwrap().len();
    let before = size();
    let long = "x".repeat(9000);
    for round in 0..600 {
        let fields = [("title", "Long"), ("body", long.as_str())];
        assert_eq!(ada.post("/notes/new", &fields).await.unwrap().status, 303, "round {round}");
        if size() > before && round % 100 == 99 {
            node.kill();
            node.start_again().await;
        }
    }
    assert!(size() > before + (1 << 20), "the log was never written into the file");
    assert!(fs::metadata(beside(&file, "-wal")).unwrap().len() < 32 << 20, "the log grows without end");
    assert_eq!(ada.get("/account").await.unwrap().status, 200);
}
