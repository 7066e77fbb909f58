//! A node that is killed at random moments of writes: what it acknowledged is stored. This tests a killed process, not
//! a power failure.
#![cfg(unix)]

use crate::processes::client::{Client, Outcome};
use crate::processes::{Node, SOON, pages, random, until};
use server::{Db, db, on_both_databases, sql};
use sqlx::SqlitePool;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

const KILLS: u64 = 50;
const PEOPLE: usize = 5;

/// A user with a few browsers, who acts step by step and remembers the responses.
struct Person {
    node: SocketAddr,
    email: String,
    /// Whether the sign-up was acknowledged.
    is_member: bool,
    /// Browsers whose log-in was acknowledged and that nothing has ended.
    browsers: Vec<Client>,
    /// Names that may be stored: the last acknowledged one, and those sent after it.
    names: BTreeSet<String>,
    sent: u64,
    /// Number of checks that passed.
    found: u64,
}

impl Person {
    fn new(node: SocketAddr, number: usize) -> Self {
        let email = format!("person{number}@example.com");
        Self {
            node,
            email,
            is_member: false,
            browsers: vec![],
            names: ["Ada".into()].into(),
            sent: 0,
            found: 0,
        }
    }

    /// Acts until the node is killed.
    async fn live(mut self, answers: Arc<AtomicU64>) -> Self {
        while self.act().await.is_some() {
            answers.fetch_add(1, SeqCst);
        }
        self
    }

    async fn act(&mut self) -> Option<()> {
        if !self.is_member || self.browsers.is_empty() {
            return self.log_in().await;
        }
        match random(12) {
            0 | 1 if self.browsers.len() < 4 => self.log_in().await,
            2 => self.end_others().await,
            3 => self.log_out().await,
            _ => self.rename().await,
        }
    }

    async fn log_in(&mut self) -> Option<()> {
        let mut browser = Client::at(self.node);
        let outcome = if self.is_member {
            browser.log_in(&self.email).await
        } else {
            browser.sign_up(&self.email).await
        };
        let location = done(outcome)?;
        // An account created just before a kill exists although its response was lost.
        self.is_member |= !location.is_empty();
        if location == "/dashboard" {
            self.browsers.push(browser);
        }
        Some(())
    }

    async fn rename(&mut self) -> Option<()> {
        self.sent += 1;
        let name = format!("{} {}", self.email.split('@').next().unwrap(), self.sent);
        self.names.insert(name.clone());
        let turn = random(self.browsers.len() as u64) as usize;
        assert_eq!(done(self.browsers[turn].rename(&name).await)?, "/account");
        self.names = [name].into();
        Some(())
    }

    /// Keeps one browser. Without a response, the state of the others is unknown.
    async fn end_others(&mut self) -> Option<()> {
        self.browsers.truncate(1);
        let outcome = self.browsers[0].post("/account/devices/end-others", &[]).await;
        assert_eq!(done(outcome)?, "/account/devices");
        Some(())
    }

    async fn log_out(&mut self) -> Option<()> {
        let mut browser = self.browsers.pop()?;
        assert_eq!(done(browser.post("/logout", &[]).await)?, "/login");
        let page = browser.get("/account").await.ok()?;
        assert_eq!(page.header("location"), "/login", "logged out is logged out");
        Some(())
    }

    /// Checks that everything acknowledged is stored.
    async fn check(mut self) -> Self {
        for browser in &mut self.browsers {
            let page = browser.get("/account").await.unwrap();
            assert_eq!(page.status, 200, "{}: a log-in was lost", self.email);
            assert_eq!(pages::people(&page.body), [self.email.clone()].into(), "the page of another user");
            let name = pages::field(&page.body, "name").unwrap();
            assert!(self.names.contains(&name), "{name:?} is not one of {:?}", self.names);
            self.found += 1;
        }
        self
    }
}

/// The target of the redirect. Empty if the rate limit was reached, because attempts cut short by a kill count too.
/// `None` if there was no response because the node was killed.
fn done(outcome: Outcome) -> Option<String> {
    let answer = outcome.ok()?;
    if answer.status == 429 && answer.is_later() {
        return Some(String::new());
    }
    assert_eq!(answer.status, 303, "{}", answer.body);
    Some(answer.header("location").to_owned())
}

async fn all<Done: Future<Output = Person> + Send + 'static>(
    people: Vec<Person>,
    act: impl Fn(Person) -> Done,
) -> Vec<tokio::task::JoinHandle<Person>> {
    people.into_iter().map(|person| tokio::spawn(act(person))).collect()
}

async fn back(tasks: Vec<tokio::task::JoinHandle<Person>>) -> Vec<Person> {
    let mut people = Vec::new();
    for task in tasks {
        people.push(task.await.unwrap());
    }
    people
}

async fn are_in_order(pool: &SqlitePool) {
    let health: Vec<String> = sqlx::query_scalar("pragma integrity_check").fetch_all(pool).await.unwrap();
    assert_eq!(health, ["ok"]);
    assert!(sqlx::query("pragma foreign_key_check").fetch_all(pool).await.unwrap().is_empty());
}

/// Checks an SQLite file, and returns the names of the users.
async fn examined(db: &Db) -> Vec<String> {
    if let Some((pool, _)) = db.sqlite_pools() {
        are_in_order(pool).await; // PostgreSQL looks after that itself
    }
    let names = db.rows(sql!("select name from users")).await.unwrap();
    names.into_iter().map(|(name,)| name).collect()
}

on_both_databases! {
    async fn acknowledged_changes_survive_fifty_kills(db: TestDb) {
        // As after a power failure, no other process has the file open and knows its log.
        db.close().await;
        let mut node = Node::start(&db, &[]).await;
        let mut people: Vec<_> = (0..PEOPLE).map(|number| Person::new(node.address, number)).collect();
        for _ in 0..KILLS {
            let answers = Arc::new(AtomicU64::new(0));
            let living = all(people, |person| person.live(answers.clone())).await;
            let goal = 1 + random(60);
            until("they go on", SOON, || (answers.load(SeqCst) >= goal).then_some(())).await;
            // Not a wait for an event: it makes the moment random.
            tokio::time::sleep(Duration::from_micros(random(8000))).await;
            node.kill();
            people = back(living).await;
            node.start_again().await;
            people = back(all(people, Person::check).await).await;
        }
        node.stop().await;
        let reopened = db::connect(db.url(), false).await.unwrap();
        for name in examined(&reopened).await {
            assert!(people.iter().any(|person| person.names.contains(&name)), "no user sent {name:?}");
        }
        reopened.close().await;
        let found: Vec<_> = people.iter().map(|person| person.found).collect();
        assert!(found.iter().all(|found| *found > KILLS / 2), "too few checks: {found:?}");
    }
}
