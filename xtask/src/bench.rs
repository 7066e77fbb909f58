//! `cargo xtask bench`: the speed of pages relative to a bare route with a response of the same size, in the same
//! process and run; memory use; Lighthouse; download size. Linux only.

use crate::command::{self, Done, output, shown, words};
use crate::tools::Need;
use crate::{setup, size, test};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Stdio};

const ROUNDS: usize = 3;
const SECONDS: usize = 5;
/// Pages, each with the bare route of the same size.
const PAGES: [[&str; 2]; 2] = [["/bare", "/login"], ["/bare-dashboard", "/dashboard"]];
/// For a database that exists during the measurement only.
const SECRET: &str = "YmVuY2htYXJrIG9ubHksIG5ldmVyIGEgcHJvZHVjdCwgNDggYnl0ZXMgbG9uZyE=";
const DATABASE: &str = "sqlite:target/bench/app.db";
/// Units of `/proc/PID/stat`, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// The running program, which ends with this value.
struct Server(Child);

/// Sums of requests, seconds, and seconds of the server's processors.
type Load = [f64; 3];

/// Builds, serves, loads and reports.
pub fn run() -> Done {
    setup::ready(Need::Benchmark)?;
    test::build("")?;
    // It may be left of an earlier run.
    let _removed = fs::remove_dir_all("target/bench");
    fs::create_dir_all("target/bench").map_err(|error| error.to_string())?;
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = free.map_err(|error| error.to_string())?.to_string();
    let (server, cookie) = start(&address)?;
    println!("▸ {ROUNDS} rounds of 4 times {SECONDS} s");
    let mut loads = [[Load::default(); 2]; 2];
    // Pages and bare routes take turns, so that other load on the machine affects all. Round 0 is a warm-up.
    for round in 0..=ROUNDS {
        for (paths, loads) in PAGES.iter().zip(&mut loads) {
            for (path, load) in paths.iter().zip(loads) {
                let measured = server.measure(&format!("http://{address}{path}"), &cookie)?;
                *load = if round == 0 { Load::default() } else { [0, 1, 2].map(|i| load[i] + measured[i]) };
            }
        }
    }
    report(&loads);
    println!("\n  resident memory: {:.1} MiB", server.resident_kib()? / 1024.0);
    command::run(words("node end2end/bench.mjs").arg(format!("http://{address}")).arg(&cookie))?;
    size::check()
}

/// Starts the program, and reads the cookie of a seeded member, which it prints once it listens.
fn start(address: &str) -> Result<(Server, String), String> {
    // `.cargo/config.toml` has the settings that are missing here.
    let mut program = words("env TRUSTED_PROXIES=127.0.0.1 target/release/web bench");
    program.envs([("APP_ENV", "test"), ("RUST_LOG", "warn"), ("SESSION_SECRET", SECRET)]);
    program.envs([("DATABASE_URL", DATABASE), ("LEPTOS_SITE_ADDR", address), ("LEPTOS_ENV", "PROD")]);
    let mut server = Server(program.stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?);
    let lines = server.0.stdout.as_mut().map(|output| BufReader::new(output).lines().map_while(Result::ok));
    let cookie =
        lines.and_then(|mut lines| lines.find_map(|line| Some(line.strip_prefix("cookie: ")?.to_owned())));
    cookie.map(|cookie| (server, cookie)).ok_or("the server ended: run it by hand to see why".into())
}

fn report(loads: &[[Load; 2]; 2]) {
    println!("\n  {:<16} {:>10} {:>7} {:>9}", "path", "requests/s", "share", "CPU µs");
    for (paths, loads) in PAGES.iter().zip(loads) {
        let speeds = loads.map(|[requests, seconds, _]| requests / seconds);
        for (path, ([requests, _, cpu], speed)) in paths.iter().zip(loads.iter().zip(speeds)) {
            println!("  {path:<16} {speed:>10.0} {:>7.3} {:>9.0}", speed / speeds[0], cpu * 1e6 / requests);
        }
    }
}

impl Server {
    fn measure(&self, url: &str, cookie: &str) -> Result<Load, String> {
        let mut wrk = words("wrk --threads=1 --connections=32 --header=accept:text/html --duration");
        wrk.arg(format!("{SECONDS}s"));
        if url.ends_with("/dashboard") {
            wrk.arg(format!("--header=cookie: {cookie}"));
        }
        let start = self.cpu_seconds()?;
        let printed = output(wrk.arg(url)).unwrap_or_default();
        let cpu = self.cpu_seconds()? - start;
        let (requests, seconds) = parse(&printed).ok_or_else(|| format!("{}\n{printed}", shown(&wrk)))?;
        Ok([requests, seconds, cpu])
    }

    fn cpu_seconds(&self) -> Result<f64, String> {
        self.read("stat", |stat| Some(ticks(stat)? / TICKS_PER_SECOND))
    }

    fn resident_kib(&self) -> Result<f64, String> {
        let kib = |line: &str| line.strip_prefix("VmRSS:")?.strip_suffix("kB")?.trim().parse().ok();
        self.read("status", |status| status.lines().find_map(kib))
    }

    fn read(&self, file: &str, value: impl Fn(&str) -> Option<f64>) -> Result<f64, String> {
        let path = format!("/proc/{}/{file}", self.0.id());
        fs::read_to_string(&path).ok().and_then(|text| value(&text)).ok_or(format!("cannot read {path}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Returns `utime` and `stime` of `/proc/PID/stat`; the name before them may contain spaces.
fn ticks(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?)
}

/// Parses wrk's output, `390123 requests in 5.00s, 1.20GB read`; `None` if a request failed.
fn parse(printed: &str) -> Option<(f64, f64)> {
    if printed.contains("Non-2xx") || printed.contains("Socket errors") {
        return None;
    }
    let (requests, rest) = printed.lines().find_map(|line| line.trim().split_once(" requests in "))?;
    Some((requests.parse().ok()?, rest.split('s').next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{parse, ticks};

    #[test]
    fn the_figures_are_read_and_failed_requests_do_not_count() {
        let printed = "Running 5s test\n  390123 requests in 5.00s, 1.20GB read\nRequests/sec:  78012.34\n";
        assert_eq!(parse(printed), Some((390_123.0, 5.0)));
        assert_eq!(parse(&format!("{printed}  Non-2xx or 3xx responses: 17\n")), None);
        // A name may contain spaces and parentheses.
        let stat = "42 (a b) c) S 1 42 42 0 -1 4194304 2085 0 0 0 120 34 0 0 20 0 5 0 100";
        assert_eq!(ticks(stat), Some(154.0));
    }
}
