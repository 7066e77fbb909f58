//! Runs the product's release build on a free port with its own database; both are removed at the end.

use super::http;
use crate::checkout::Checkout;
use crate::tools::{announce, output};
use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

/// A running server; dropping it ends the process and removes its files.
pub struct Server {
    /// Address of the server.
    pub address: SocketAddr,
    process: Child,
    folder: PathBuf,
    ticks_per_second: Option<f64>,
}

impl Server {
    /// Starts the product's `bench` command and waits until it is healthy. `log_filter` is its `RUST_LOG`.
    pub fn start(checkout: &Checkout, log_filter: &str) -> Result<Self, String> {
        let address = free_address()?;
        let folder = std::env::temp_dir().join(format!("bench-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let log = folder.join("log.txt");
        let mut command = command(checkout, address, &folder)?;
        let file = |error| format!("cannot write {}: {error}", log.display());
        let out = File::create(&log).map_err(file)?;
        command.env("RUST_LOG", log_filter);
        command.stdout(out.try_clone().map_err(file)?).stderr(out);
        announce(&format!("starting the server at http://{address}"));
        let process = command.spawn().map_err(|error| format!("cannot start the server: {error}"))?;
        let ticks_per_second =
            output(Command::new("getconf").arg("CLK_TCK")).and_then(|text| text.parse().ok());
        let mut server = Self { address, process, folder, ticks_per_second };
        server.wait_until_healthy()?;
        Ok(server)
    }

    fn wait_until_healthy(&mut self) -> Result<(), String> {
        let end = Instant::now() + Duration::from_secs(30);
        while Instant::now() < end {
            if http::request(self.address, "GET", "/health", &[], "").is_ok_and(|answer| answer.status == 200)
            {
                return Ok(());
            }
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(self.folder.join("log.txt")).unwrap_or_default();
        Err(format!("the server did not become healthy; it printed:\n{log}"))
    }

    /// Number of statements sent to the database so far, from the log.
    pub fn statements(&self) -> usize {
        let log = fs::read_to_string(self.folder.join("log.txt")).unwrap_or_default();
        log.lines().filter(|line| line.contains("sqlx::query")).count()
    }

    /// Processor time so far, in seconds; Linux only.
    pub fn cpu_seconds(&self) -> Option<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id())).ok()?;
        Some(ticks(&stat)? / self.ticks_per_second?)
    }

    /// Resident memory, in KiB; Linux only.
    pub fn resident(&self) -> Option<f64> {
        resident(&fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Errors here have no consequence.
        let _ended = self.process.kill();
        let _status = self.process.wait();
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// Settings like those of cargo-leptos, and a separate database.
fn command(checkout: &Checkout, address: SocketAddr, folder: &std::path::Path) -> Result<Command, String> {
    let program = checkout.root.join("target/release").join(checkout.program()?);
    let mut command = checkout.command(program);
    command
        .arg("bench")
        .env("APP_ENV", "test")
        .env("DATABASE_URL", format!("sqlite:{}", folder.join("bench.db").display()))
        .env("SESSION_SECRET", secret())
        .env("LEPTOS_SITE_ADDR", address.to_string())
        .env("LEPTOS_ENV", "PROD")
        .env("LEPTOS_OUTPUT_NAME", checkout.leptos("output-name")?)
        .env("LEPTOS_SITE_ROOT", checkout.root.join(checkout.leptos("site-root")?))
        .env("LEPTOS_SITE_PKG_DIR", checkout.leptos("site-pkg-dir")?);
    Ok(command)
}

fn free_address() -> Result<SocketAddr, String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    listener.and_then(|listener| listener.local_addr()).map_err(|error| format!("no port is free: {error}"))
}

/// Hexadecimal digits are valid base64; the secret is used for this run only.
fn secret() -> String {
    let random = || format!("{:016x}", RandomState::new().build_hasher().finish());
    (0..8).map(|_| random()).collect()
}

/// Returns the sum of `utime` and `stime` in `/proc/PID/stat`; the name before them may contain spaces.
fn ticks(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let tick = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some(tick(11)? + tick(12)?)
}

fn resident(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{resident, secret, ticks};

    #[test]
    fn processor_time_is_read_past_a_name_with_spaces() {
        let stat = "42 (a b) c) S 1 42 42 0 -1 4194304 2085 0 0 0 120 34 0 0 20 0 5 0 100";
        assert_eq!(ticks(stat), Some(154.0));
    }

    #[test]
    fn memory_is_read_in_kib() {
        assert_eq!(resident("Name:\tx\nVmPeak:\t 9 kB\nVmRSS:\t   13312 kB\n"), Some(13_312.0));
    }

    #[test]
    fn a_secret_is_long_and_new_each_time() {
        assert_eq!(secret().len(), 128);
        assert_ne!(secret(), secret());
    }
}
