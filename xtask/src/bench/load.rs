//! One run of wrk against one path, and the processor time of the server.

use super::server::Server;
use crate::tools::shown;
use std::process::Command;
use std::time::Duration;

const CONNECTIONS: &str = "32";

/// Requests, time and processor time of one or more runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    requests: f64,
    seconds: f64,
    cpu_seconds: Option<f64>,
}

impl Load {
    /// Adds another run of the same path.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.seconds += other.seconds;
        self.cpu_seconds = other.cpu_seconds.map(|seconds| seconds + self.cpu_seconds.unwrap_or_default());
    }

    /// Requests per second.
    pub fn per_second(&self) -> f64 {
        self.requests / self.seconds
    }

    /// Processor time of the server per request, in microseconds.
    pub fn cpu_micros(&self) -> Option<f64> {
        self.cpu_seconds.map(|seconds| seconds * 1e6 / self.requests)
    }
}

/// Loads one path for this time.
pub fn measure(server: &Server, path: &str, cookie: Option<&str>, time: Duration) -> Result<Load, String> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--connections", CONNECTIONS, "--duration", &format!("{}s", time.as_secs())]);
    wrk.args(["--header", "accept: text/html"]);
    if let Some(cookie) = cookie {
        wrk.args(["--header", &format!("cookie: {cookie}")]);
    }
    wrk.arg(format!("http://{}{path}", server.address));
    let before = server.cpu_seconds();
    let output = wrk.output().map_err(|error| format!("cannot run wrk: {error}"))?;
    let cpu_seconds = server.cpu_seconds().zip(before).map(|(after, before)| after - before);
    let printed = String::from_utf8_lossy(&output.stdout);
    let (requests, seconds) = parse(&printed).map_err(|why| format!("{why}: {}\n{printed}", shown(&wrk)))?;
    Ok(Load { requests, seconds, cpu_seconds })
}

/// Parses requests and seconds from wrk's output: `390123 requests in 5.00s, 1.20GB read`.
fn parse(printed: &str) -> Result<(f64, f64), &'static str> {
    let bad = ["Non-2xx or 3xx responses:", "Socket errors:"];
    if printed.lines().any(|line| bad.iter().any(|word| line.trim_start().starts_with(word))) {
        return Err("not every request was answered well");
    }
    let line = printed.lines().find_map(|line| line.trim().split_once(" requests in "));
    let (requests, rest) = line.ok_or("wrk did not say how many requests it made")?;
    let time = rest.split(',').next().and_then(seconds).ok_or("wrk did not say how long it took")?;
    let requests = requests.parse().map_err(|_| "wrk did not say how many requests it made")?;
    Ok((requests, time))
}

fn seconds(time: &str) -> Option<f64> {
    match time.strip_suffix('m') {
        Some(minutes) => minutes.parse::<f64>().ok().map(|minutes| minutes * 60.0),
        None => time.strip_suffix('s')?.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Load, parse};

    const PRINTED: &str = "Running 5s test @ http://127.0.0.1:3000/bare\n  1 threads and 32 connections\n  \
        Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency   401.61us  110.01us   3.86ms   \
        84.13%\n  390123 requests in 5.00s, 1.20GB read\nRequests/sec:  78012.34\nTransfer/sec:    245.1MB\n";

    #[test]
    fn requests_and_seconds_are_read() {
        assert_eq!(parse(PRINTED), Ok((390_123.0, 5.0)));
        assert_eq!(parse("  10 requests in 1.50m, 1KB read"), Ok((10.0, 90.0)));
    }

    #[test]
    fn answers_that_are_errors_do_not_count_as_speed() {
        assert!(parse(&format!("{PRINTED}  Non-2xx or 3xx responses: 17\n")).is_err());
        assert!(parse("unable to connect to 127.0.0.1:3000 Connection refused").is_err());
    }

    #[test]
    fn runs_add_up() {
        let run = Load { requests: 1000.0, seconds: 2.0, cpu_seconds: Some(0.5) };
        let mut both = Load::default();
        both.add(&run);
        both.add(&run);
        assert_eq!((both.per_second(), both.cpu_micros()), (500.0, Some(500.0)));
    }
}
