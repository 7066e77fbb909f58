//! `cargo xtask bench`: the speed of pages relative to a bare route with a response of the same size, in the same
//! process and run; memory use; download size.

mod http;
mod load;
mod server;

use crate::checkout::Checkout;
use crate::tools::{announce, find};
use crate::{Done, debian, setup, size, test};
use load::Load;
use server::Server;
use std::time::Duration;

const ROUNDS: u32 = 3;
const ROUND: Duration = Duration::from_secs(5);
/// A seeded account: see `server/src/seed.rs`.
const PERSON: [(&str, &str); 2] = [("email", "member@example.com"), ("password", "harbour-lantern-43")];

/// A page, the bare route of the same size, and the minimum ratio of their speeds.
struct Page {
    path: &'static str,
    bare: &'static str,
    floor: f64,
    logged_in: bool,
}

const PAGES: [Page; 2] = [
    Page { path: "/login", bare: "/bare", floor: 0.15, logged_in: false },
    Page { path: "/dashboard", bare: "/bare-dashboard", floor: 0.08, logged_in: true },
];

/// Builds, serves, loads and reports; with `--check` it fails below the minimum.
pub fn run(checkout: &Checkout, words: &[String]) -> Done {
    let check = match words {
        [] => false,
        [word] if word == "--check" => true,
        _ => return Err("bench knows only --check".into()),
    };
    setup::for_development(checkout)?;
    if find("wrk").is_none() {
        debian::install(checkout, &["wrk"], "wrk makes the load")?;
    }
    announce("building for release (the first time: 5 to 10 minutes)");
    test::build(checkout)?;
    let queries = queries(checkout)?;
    let server = Server::start(checkout, "warn")?;
    let cookie = log_in(&server)?;
    let sizes = [body(&server, &PAGES[0], &cookie)?, body(&server, &PAGES[1], &cookie)?];
    let measured = measure(&server, &cookie)?;
    let fast_enough = report(&server, &sizes, &measured);
    for (page, queries) in PAGES.iter().zip(queries) {
        println!("  database queries for one view of {}: {queries}", page.path);
    }
    size::print(&size::downloads(&checkout.browser_files()?)?);
    if check && !fast_enough { Err("slower than the floor".into()) } else { Ok(()) }
}

fn log_in(server: &Server) -> Result<String, String> {
    let page = http::request(server.address, "GET", "/login", &[("accept", "text/html")], "")?;
    let stranger = page.cookies();
    let html = String::from_utf8_lossy(&page.body);
    let token = html.split_once("name=\"csrf_token\" value=\"").and_then(|(_, rest)| rest.split('"').next());
    let token = token.ok_or("the log-in page has no form token")?;
    let form = http::form(&[PERSON[0], PERSON[1], ("csrf_token", token)]);
    let headers = [
        ("accept", "text/html"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("cookie", &stranger),
    ];
    let response = http::request(server.address, "POST", "/login", &headers, &form)?;
    let cookie = response.cookies();
    if cookie.is_empty() {
        return Err(format!("logging in at /login set no cookie (status {})", response.status));
    }
    // The page with the greeting sets a cookie that says that no message is pending any more.
    let greeted =
        http::request(server.address, "GET", PAGES[1].path, &[headers[0], ("cookie", &cookie)], "")?;
    Ok(Some(greeted.cookies()).filter(|after| !after.is_empty()).unwrap_or(cookie))
}

/// Counts the statements that one view of each page sends to the database. A separate server counts them by its log,
/// which would slow down the measurement.
fn queries(checkout: &Checkout) -> Result<[usize; 2], String> {
    let server = Server::start(checkout, "warn,sqlx::query=debug")?;
    let cookie = log_in(&server)?;
    let mut counts = [0; 2];
    for (page, count) in PAGES.iter().zip(&mut counts) {
        // The first view may show a message.
        body(&server, page, &cookie)?;
        let before = server.statements();
        view(&server, page, page.path, &cookie)?;
        *count = server.statements() - before;
    }
    Ok(counts)
}

/// Checks a page and its bare route, and notes different lengths; returns the length in bytes.
fn body(server: &Server, page: &Page, cookie: &str) -> Result<usize, String> {
    let length = view(server, page, page.path, cookie)?;
    let bare = view(server, page, page.bare, cookie)?;
    if length != bare {
        println!("  note: {} is {length} bytes, {} is {bare}", page.path, page.bare);
    }
    Ok(length)
}

/// Requests a page or its bare route; returns the length of the response in bytes.
fn view(server: &Server, page: &Page, path: &str, cookie: &str) -> Result<usize, String> {
    let cookie = ("cookie", if page.logged_in { cookie } else { "" });
    let response = http::request(server.address, "GET", path, &[("accept", "text/html"), cookie], "")?;
    match response.status {
        200 => Ok(response.body.len()),
        status => Err(format!("{path} answered {status}")),
    }
}

/// Measures pages and bare routes in turns, so that other load on the machine affects all of them.
fn measure(server: &Server, cookie: &str) -> Result<[(Load, Load); 2], String> {
    announce(&format!("{ROUNDS} rounds of 4 times {} s", ROUND.as_secs()));
    let mut loads = [(Load::default(), Load::default()), (Load::default(), Load::default())];
    for round in 0..=ROUNDS {
        for (page, (load, bare)) in PAGES.iter().zip(&mut loads) {
            let cookie = page.logged_in.then_some(cookie);
            // Round 0 is a warm-up.
            let time = if round == 0 { Duration::from_secs(1) } else { ROUND };
            let measured = (
                load::measure(server, page.bare, None, time)?,
                load::measure(server, page.path, cookie, time)?,
            );
            if round > 0 {
                bare.add(&measured.0);
                load.add(&measured.1);
            }
        }
    }
    Ok(loads)
}

fn report(server: &Server, sizes: &[usize; 2], loads: &[(Load, Load); 2]) -> bool {
    println!("\n  {:<16} {:>7} {:>10} {:>7} {:>9}", "path", "bytes", "requests/s", "ratio", "CPU µs");
    let mut fast_enough = true;
    for ((page, bytes), (load, bare)) in PAGES.iter().zip(sizes).zip(loads) {
        let ratio = load.per_second() / bare.per_second();
        let verdict = if ratio >= page.floor { "✓" } else { "✗" };
        fast_enough &= ratio >= page.floor;
        row(page.bare, *bytes, bare, "1.00", "");
        row(page.path, *bytes, load, &format!("{ratio:.2}"), &format!("{verdict} floor {:.2}", page.floor));
    }
    match server.resident() {
        Some(kib) => println!("\n  resident memory: {:.1} MiB", kib / 1024.0),
        None => println!("\n  resident memory: unknown on this system"),
    }
    fast_enough
}

fn row(path: &str, bytes: usize, load: &Load, ratio: &str, note: &str) {
    let cpu = load.cpu_micros().map_or("?".into(), |micros| format!("{micros:.0}"));
    println!("  {path:<16} {bytes:>7} {:>10.0} {ratio:>7} {cpu:>9} {note}", load.per_second());
}
