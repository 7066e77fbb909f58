//! The response time does not reveal whether an address is known.
#![allow(clippy::print_stdout)] // the figures are for people

use crate::browser::{Browser, FORM, PASSWORD, form, site};
use leptos::serde_json::json;
use server::on_both_databases;
use server::testing::TestDb;
use server::users::use_real_hashes;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

const TRIES: usize = 100;
/// Averages can differ this much by noise. A missing query or hash makes a larger difference.
const NOISE: f64 = 1.2;
const KNOWN: &str = "ada@example.com";

/// The time of one request, after the rate limits have drained.
async fn time(db: &TestDb, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Duration {
    db.clock().advance(Duration::from_secs(1200));
    let is_api = path.starts_with("/api/");
    let (headers, body) = match is_api {
        true => (&JSON[..], json!(fields.iter().copied().collect::<HashMap<_, _>>()).to_string()),
        false => (&FORM[..], form(fields)),
    };
    let start = Instant::now();
    let answer = browser.ask("POST", path, headers, body).await;
    let took = start.elapsed();
    assert_eq!(answer.status, if is_api { 422 } else { 303 }, "{path}: {}", answer.body);
    took
}

/// Without the slowest, which waited for something else on the machine.
fn average(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times.truncate(times.len() * 4 / 5);
    times.iter().sum::<Duration>().as_secs_f64() / times.len() as f64
}

/// The time of an unknown address divided by that of a known one. Requests that alternate regularly would each get the
/// same connections of the pool, and one connection can be slower than another.
async fn ratio(db: &TestDb, browser: &Browser, path: &str, more: &[(&str, &str)]) -> f64 {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..TRIES / 2 {
        // A sign-up makes its address known, so each needs a new one; otherwise two addresses alternate.
        let unknown_email = if path == "/signup" {
            format!("{}-{number}@example.com", server::Id::<server::User>::new())
        } else {
            "nobody@example.com".to_owned()
        };
        let mut pair = [(KNOWN, &mut known), (unknown_email.as_str(), &mut unknown)];
        if number.count_ones() % 2 == 1 {
            pair.reverse();
        }
        for (email, times) in pair {
            times.push(time(db, browser, path, &[&[("email", email)], more].concat()).await);
        }
    }
    average(unknown) / average(known)
}

/// The machine may be busy: only a repeated difference counts.
async fn takes_the_same(db: &TestDb, path: &str, more: &[(&str, &str)]) {
    let browser = Browser::with_form(site(db, &[("MAGIC_LINKS", "true")])).await;
    let mut ratios = Vec::new();
    for _ in 0..4 {
        let ratio = ratio(db, &browser, path, more).await;
        println!("{path}: an unknown address takes {ratio:.3} of a known one");
        if (1.0 / NOISE..NOISE).contains(&ratio) {
            return;
        }
        ratios.push(ratio);
    }
    panic!("the time of {path} reveals who has an account: {ratios:?}");
}

on_both_databases! {
    async fn a_known_address_takes_as_long_as_an_unknown_one(db: TestDb) {
        use_real_hashes();
        Browser::at(site(&db, &[])).sign_up(KNOWN).await;
        takes_the_same(&db, "/forgot", &[]).await;
        takes_the_same(&db, "/login/mail", &[]).await;
        takes_the_same(&db, "/login", &[("password", "quiet-anchor-1815")]).await;
        takes_the_same(&db, "/api/tokens", &[("password", "quiet-anchor-1815")]).await;
        // A decomposed password is hashed in two forms.
        takes_the_same(&db, "/login", &[("password", "zoe\u{308}-anchor-1815")]).await;
        takes_the_same(&db, "/signup", &[("name", "Ada"), ("password", PASSWORD)]).await;
    }
}
