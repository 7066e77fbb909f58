//! The real program as processes: a node is started, stopped, killed and started again on the same port and database.
#![allow(clippy::print_stdout, reason = "a failed test shows the node's log")]
#![allow(dead_code)] // every test file takes what it needs

pub mod client;
pub mod database_state;
pub mod files;
pub mod pages;
mod postgres_proxy;
pub mod proxy;
pub mod stream;

use server::config::for_tests::{SECRETS, assert_is_read};
use server::testing::TestDb;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Timeout for what takes no time, on a busy machine.
pub const SOON: Duration = Duration::from_secs(20);

/// The program, built by cargo for the tests.
pub fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_web").into()
}

/// One process of the product.
pub struct Node {
    pub address: SocketAddr,
    settings: Vec<(String, String)>,
    /// A shell script that starts the program. It ends with `exec "$@"`.
    script: String,
    folder: TempDir,
    child: Child,
}

impl Node {
    /// Starts the product on this database, with these settings changed.
    pub async fn start(db: &TestDb, settings: &[(&str, &str)]) -> Self {
        Self::start_on(&db.setting(), settings).await
    }

    /// As `start`, with this database URL.
    pub async fn start_on(database_url: &str, settings: &[(&str, &str)]) -> Self {
        Self::start_by("exec \"$@\"", database_url, settings).await
    }

    /// As `start_on`, by a shell script that sets limits and ends with `exec "$@"`.
    pub async fn start_by(script: &str, database_url: &str, settings: &[(&str, &str)]) -> Self {
        let mut node = Self::spawn_by(script, database_url, settings);
        node.answers().await;
        node
    }

    /// As `start_by`, without waiting for it to respond: it may refuse to start.
    pub fn spawn_by(script: &str, database_url: &str, settings: &[(&str, &str)]) -> Self {
        settings.iter().for_each(|(name, _)| assert_is_read(name));
        let (address, folder) = (free_address(), tempfile::tempdir().unwrap());
        let of_tests = [
            ("APP_ENV", "test"),
            ("SESSION_SECRET", SECRETS[0]),
            ("DATABASE_URL", database_url),
            ("LEPTOS_SITE_ADDR", &address.to_string()),
            ("LEPTOS_SITE_ROOT", "no-site"),
            ("LEPTOS_OUTPUT_NAME", "app"),
            ("PUBLIC_URL", &format!("http://{address}")),
            ("TRUSTED_PROXIES", "127.0.0.1"),
            ("RUST_LOG", "info"),
            ("NO_COLOR", "1"),
        ];
        let settings: Vec<_> = of_tests
            .iter()
            .chain(settings)
            .map(|(name, text)| (name.to_string(), text.to_string()))
            .collect();
        let child = spawn(script, &folder, &settings);
        Self { address, settings, script: script.to_owned(), folder, child }
    }

    /// The process that the script became.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Starts it again after it ended.
    pub async fn start_again(&mut self) {
        assert!(self.child.try_wait().unwrap().is_some(), "the node still runs");
        self.child = spawn(&self.script, &self.folder, &self.settings);
        self.answers().await;
    }

    /// Its output of all starts.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Kills it. Unlike a power failure, the system completes its own writes.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal: `TERM` or `INT`.
    pub fn signal(&self, signal: &str) {
        let kill = format!("kill -s {signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Stops it, and waits for its end.
    pub async fn stop(&mut self) {
        self.signal("TERM");
        let status = self.ended(SOON).await;
        assert!(status.success(), "{status}\n{}", self.log());
    }

    /// Returns its exit status, within this time.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        until("the node has ended", within, || self.child.try_wait().unwrap()).await
    }

    /// Waits until it accepts no more connections.
    pub async fn refuses(&self) {
        let refused = || TcpStream::connect(self.address).is_err().then_some(());
        until("the node takes no more connections", SOON, refused).await;
    }

    async fn answers(&mut self) {
        let asked = Instant::now();
        while client::health(self.address).await != Some(200) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none() && asked.elapsed() < SOON, "the node did not start:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ended_already = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let last: Vec<_> = log.lines().rev().take(60).collect();
            let last: Vec<_> = last.into_iter().rev().collect();
            println!("the last lines of the node's log:\n{}", last.join("\n"));
        }
    }
}

fn spawn(script: &str, folder: &TempDir, settings: &[(String, String)]) -> Child {
    let log: File = OpenOptions::new().create(true).append(true).open(folder.path().join("log")).unwrap();
    Command::new("/bin/sh")
        .args(["-c", script, "sh"])
        .arg(program())
        .arg("serve")
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(settings.iter().map(|(name, text)| (name, text)))
        // No `.env` of a developer is found in this folder.
        .current_dir(folder.path())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Runs a command of the program to its end, with this database URL.
pub fn command(words: &[&str], database_url: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("APP_ENV", "test"),
        ("SESSION_SECRET", SECRETS[0]),
        ("DATABASE_URL", database_url),
        ("NO_COLOR", "1"),
    ];
    command_in(folder.path(), words, &settings)
}

/// The same in this folder, with these settings and no others.
pub fn command_in(folder: &Path, words: &[&str], settings: &[(&str, &str)]) -> Output {
    Command::new(program())
        .args(words)
        .env_clear()
        .envs(settings.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap()
}

/// Waits until `look` returns something.
pub async fn until<T>(what: &str, within: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < within, "not within {within:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A random number below `limit`.
pub fn random(limit: u64) -> u64 {
    RandomState::new().hash_one(()) % limit
}

/// A free address that stays free for a restart: systems choose the ports of client connections from 32768 on.
pub fn free_address() -> SocketAddr {
    let mut addresses = (0..1000).map(|_| SocketAddr::from(([127, 0, 0, 1], 20_000 + random(12_000) as u16)));
    addresses.find(|address| TcpListener::bind(address).is_ok()).expect("a free port")
}
