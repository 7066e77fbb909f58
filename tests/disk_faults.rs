//! A disk that is full or fails, and a read-only file: no lost write is acknowledged, `/ready` returns 503, the log has
//! the reason, and the node recovers without a restart.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stderr, reason = "what could not be tested here is said")]

use crate::processes::client::Client;
use crate::processes::files::{becomes_ready, beside, member, name, place, rename, url};
use crate::processes::{Node, SOON};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

/// Whether this process may mount. The rest of the machine does not see the mount.
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
async fn on_a_full_disk_writes_fail_pages_work_and_writes_recover() {
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
        drop(filler); // the space of an open file is not freed
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
        // Its flash waits for the next page, which is opened when the disk is full again.
        assert!(rename(&mut ada, &acknowledged).await, "{}", node.log());
        assert_eq!(Client::at(node.address).log_in("ada@example.com").await.unwrap().status, 303);
    }
    let log = node.log();
    assert!(log.contains("disk is full"), "{log}");
    // A claim that is not saved must not count: the same email would be sent again and again.
    assert!(log.matches("a job failed").count() < 10, "{log}");
    // As after `kill -9`.
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
async fn an_io_error_is_reported_and_leaves_no_broken_writer() {
    let (_folder, file) = place();
    // A file may not grow beyond 1 MiB: further writes fail.
    let node =
        Node::start_by("trap '' XFSZ; ulimit -f 2048; exec \"$@\"", &url(&file), &[("RUST_LOG", "error")])
            .await;
    let mut ada = member(&node).await;
    let (mut possible, mut refused) = (vec![name(&mut ada).await], 0);
    for number in 0..2000 {
        let wanted = format!("Ada {number}");
        match rename(&mut ada, &wanted).await {
            true => possible = vec![wanted],
            // The name may be stored, and a later write of the request was refused.
            false => {
                possible.push(wanted);
                refused += 1;
            }
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the limit was not reached");
    becomes_ready(&node, 503).await;
    let stored = name(&mut ada).await;
    assert!(possible.contains(&stored), "{stored} is older than the last acknowledged name: {possible:?}");
}

#[tokio::test]
async fn a_read_only_file_stops_the_start_with_path_user_and_advice() {
    let (folder, file) = place();
    let mut node = Node::start_on(&url(&file), &[]).await;
    member(&node).await;
    node.stop().await;
    let is_root = std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0;
    // Root may write to every file.
    let script = match is_root {
        true => "exec setpriv --reuid 65534 --regid 65534 --clear-groups \"$@\"",
        false => "exec \"$@\"",
    };
    for (path, mode) in [(folder.path(), 0o755), (file.parent().unwrap(), 0o555), (file.as_path(), 0o444)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    for migrate in ["true", "false"] {
        let settings = [("DATABASE_MIGRATE", migrate)];
        let mut refused = Node::spawn_by(script, &url(&file), &settings);
        assert!(!refused.ended(SOON).await.success());
        let log = refused.log();
        assert!(log.contains(file.to_str().unwrap()) && log.contains("user "), "{log}");
    }
    fs::set_permissions(file.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
}
