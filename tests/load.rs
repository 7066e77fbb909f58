//! Sixty-four browsers that log in, write and read at once, for `LOAD_SECONDS` (default 5): no write is lost, no
//! request fails, and afterwards the product is as fast as before.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "the figures are worth a look")]

use crate::processes::client::{Answer, Client, PASSWORD};
use crate::processes::{Node, pages, random};
use server::on_both_databases;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

const BROWSERS: usize = 64;
/// How much slower a busy machine may be.
const PATIENCE: Duration = Duration::from_secs(60);
/// Maximum time of a response without load.
const AT_ONCE: Duration = Duration::from_secs(3);

fn how_long() -> Duration {
    #[allow(clippy::disallowed_methods)] // a setting of this test, not of the product
    let seconds = std::env::var("LOAD_SECONDS").map_or(5, |seconds| seconds.parse().unwrap());
    Duration::from_secs(seconds)
}

/// Responses of all browsers together.
#[derive(Debug, Default)]
struct Count {
    log_ins: AtomicU64,
    writes: AtomicU64,
    reads: AtomicU64,
    /// Responses with 429 or 503.
    later: AtomicU64,
}

impl Count {
    /// Whether there were enough responses for a result, most of them neither 429 nor 503.
    fn is_enough(&self) -> bool {
        let [log_ins, writes, reads, later] =
            [&self.log_ins, &self.writes, &self.reads, &self.later].map(|count| count.load(Relaxed));
        log_ins.min(writes).min(reads) > 20 && log_ins + writes + reads > later
    }
}

/// One user, who uses one browser at a time.
struct Person {
    email: String,
    browser: Client,
    /// Names that may be stored: the last acknowledged one, and those sent after it.
    names: BTreeSet<String>,
    count: Arc<Count>,
}

impl Person {
    async fn join(node: SocketAddr, number: usize, count: Arc<Count>) -> Self {
        let email = format!("person{number}@example.com");
        let mut browser = Client::at(node);
        // A user who got 503 tries again, and the account may exist already.
        loop {
            let mut answer = browser.sign_up(&email).await.unwrap();
            if answer.header("location") == "/signup" {
                answer = browser.log_in(&email).await.unwrap();
            }
            if is_done(&answer, "/dashboard", &count) {
                break;
            }
        }
        Self { email, browser, names: ["Ada".into()].into(), count }
    }

    async fn live(mut self, end: Instant) -> Self {
        for number in 0.. {
            let now = Instant::now();
            if now > end && self.count.is_enough() || now > end + PATIENCE {
                break;
            }
            match random(30) {
                0 => self.log_in().await,
                1..10 => self.rename(number).await,
                _ => self.read().await,
            }
        }
        self
    }

    /// Logs in with another browser. The earlier one stays logged in.
    async fn log_in(&mut self) {
        let mut other = Client::at(self.browser.node);
        if is_done(&other.log_in(&self.email).await.unwrap(), "/dashboard", &self.count) {
            self.count.log_ins.fetch_add(1, Relaxed);
            self.browser = other;
        }
    }

    async fn rename(&mut self, number: u64) {
        let name = format!("{} {number}", self.email.split('@').next().unwrap());
        self.names.insert(name.clone());
        if is_done(&self.browser.rename(&name).await.unwrap(), "/account", &self.count) {
            self.count.writes.fetch_add(1, Relaxed);
            self.names = [name].into();
        }
    }

    async fn read(&mut self) {
        let page = self.browser.get("/account").await.unwrap();
        if page.is_later() {
            self.count.later.fetch_add(1, Relaxed);
            return;
        }
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(pages::people(&page.body), [self.email.clone()].into(), "the page of another user");
        let name = pages::field(&page.body, "name").unwrap();
        assert!(self.names.contains(&name), "{name:?} is not one of {:?}", self.names);
        self.count.reads.fetch_add(1, Relaxed);
    }
}

/// Whether a form was accepted. Otherwise it must have got 429 or 503.
fn is_done(answer: &Answer, leads_to: &str, count: &Count) -> bool {
    if answer.is_later() {
        count.later.fetch_add(1, Relaxed);
        return false;
    }
    assert_eq!((answer.status, answer.header("location")), (303, leads_to), "{}", answer.body);
    true
}

fn at_once(answer: Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.took < AT_ONCE, "it took {:?}", answer.took);
}

async fn all<T: Send + 'static>(
    acts: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = acts.map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

on_both_databases! {
    async fn under_load_no_write_is_lost_and_no_request_fails(db: TestDb) {
        let node = Node::start(&db, &[]).await;
        let count = Arc::new(Count::default());
        let people = all((0..BROWSERS).map(|number| Person::join(node.address, number, count.clone()))).await;
        let end = Instant::now() + how_long();
        let people = all(people.into_iter().map(|person| person.live(end))).await;

        let later = count.later.load(Relaxed);
        let mut guest = Client::at(node.address);
        for path in ["/signup", "/login"] {
            guest = Client::at(guest.node);
            let fields = [("name", "Guest"), ("email", "guest@example.com"), ("password", PASSWORD)];
            at_once(guest.post(path, &fields).await.unwrap(), 303);
        }
        at_once(guest.open("/account").await.unwrap(), 200);
        for mut person in people {
            person.read().await;
        }
        assert_eq!(count.later.load(Relaxed), later, "no request is refused any more");

        let wrong = |line: &&str| line.contains("locked") || line.contains("ERROR");
        assert_eq!(node.log().lines().find(wrong), None);
        println!("{count:?}");
        assert!(count.is_enough(), "too few responses, or most were refused: {count:?}");
    }
}
