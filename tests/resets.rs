//! Connections reset at random moments of forms: every later write works, `/ready` is right, and acknowledged changes
//! survive a kill. `RESETS=5000` makes it longer.
#![cfg(unix)]

use crate::processes::client::{Client, PASSWORD};
use crate::processes::{Node, SOON, pages, random};
use server::db::{self, DatabaseUrl};
use server::{Db, on_both_databases, sql};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Number of forms sent at once: as many tabs as one user may have open.
const AT_ONCE: usize = 8;

fn resets() -> usize {
    #[allow(clippy::disallowed_methods)] // a setting of this test, not of the product
    std::env::var("RESETS").map_or(2000, |resets| resets.parse().unwrap())
}

/// Sends a form and resets the connection within a few milliseconds.
async fn cut_off(client: &Client, path: &str, fields: &[(&str, &str)]) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = format!("POST {path} HTTP/1.1\r\n");
    for (name, value) in client.headers() {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("content-length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(client.node).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    // Not a wait for an event: it makes the moment random.
    tokio::time::sleep(Duration::from_micros(200 + random(6000))).await;
    // Without lingering the connection ends with a reset.
    stream.set_zero_linger().unwrap();
}

/// One user whose forms are cut off, and who regularly checks acknowledged changes.
struct Person {
    email: String,
    client: Client,
    token: String,
    acknowledged: String,
}

impl Person {
    async fn join(node: &Node, number: usize) -> Self {
        let email = format!("person{number}@example.com");
        let mut client = Client::at(node.address);
        assert_eq!(client.sign_up(&email).await.unwrap().status, 303);
        let mut person = Self { email, client, token: String::new(), acknowledged: "Ada".to_owned() };
        person.look().await;
        person
    }

    async fn look(&mut self) {
        let page = self.client.open("/account").await.unwrap();
        assert_eq!(pages::people(&page.body), [self.email.clone()].into(), "{}: {}", page.status, page.body);
        self.token = pages::field(&page.body, "csrf_token").unwrap();
    }

    async fn forms_are_cut_off(&self, number: usize) {
        let token = ("csrf_token", self.token.as_str());
        let title = format!("cut off {number}");
        let anonymous = Client::at(self.client.node);
        let new = format!("new{}x{number}@example.com", self.email.len() + number);
        match random(10) {
            0 => cut_off(&anonymous, "/login", &[("email", &self.email), ("password", PASSWORD)]).await,
            1 => {
                let mut anonymous = anonymous;
                let page = anonymous.get("/login").await.unwrap();
                let token = pages::field(&page.body, "csrf_token").unwrap();
                let fields = [("email", self.email.as_str()), ("password", PASSWORD), ("csrf_token", &token)];
                cut_off(&anonymous, "/login", &fields).await;
            }
            2 => {
                let mut anonymous = anonymous;
                let page = anonymous.get("/signup").await.unwrap();
                let token = pages::field(&page.body, "csrf_token").unwrap();
                let fields =
                    [("name", "New"), ("email", &new), ("password", PASSWORD), ("csrf_token", &token)];
                cut_off(&anonymous, "/signup", &fields).await;
            }
            3 => cut_off(&self.client, "/verify/resend", &[token]).await,
            4 => cut_off(&self.client, "/account", &[("name", &title), token]).await,
            5 => cut_off(&self.client, "/forgot", &[("email", &self.email), token]).await,
            6 => cut_off(&self.client, "/account", &[("name", ""), token]).await,
            _ => cut_off(&self.client, "/account/devices/end-others", &[token]).await,
        }
    }

    /// Types the password: a form with the earlier id that arrives from now on is refused.
    async fn change_session_id(&mut self) {
        let answer = self.client.post("/reauthenticate", &[("password", PASSWORD)]).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.body);
    }

    async fn writes(&mut self, number: usize) {
        let name = format!("acknowledged {number} of {}", self.email);
        let answer = self.client.post("/account", &[("name", &name)]).await.unwrap();
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.acknowledged = name;
    }
}

async fn name(db: &Db, email: &str) -> String {
    let name = "select name from users where email = $1";
    db.row::<(_,)>(sql!(name, email)).await.unwrap().0
}

/// Waits until the forms that arrived before have an outcome.
async fn no_form_is_running(url: &DatabaseUrl) {
    let db = db::connect(url, false).await.unwrap();
    let running = "select count(*) from form_posts where outcome is null";
    let began = Instant::now();
    while db.row::<(i64,)>(sql!(running)).await.unwrap().0 > 0 {
        assert!(began.elapsed() < SOON, "a form has no outcome");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    db.close().await;
}

on_both_databases! {
    async fn after_thousands_of_resets_writes_work_and_acknowledged_changes_are_stored(db: TestDb) {
        db.close().await;
        let mut node = Node::start(&db, &[]).await;
        let mut people = Vec::new();
        for number in 0..AT_ONCE {
            people.push(Person::join(&node, number).await);
        }
        for round in 0..resets() / AT_ONCE {
            let cutting: Vec<_> = people.drain(..).map(|person| tokio::spawn(async move {
                person.forms_are_cut_off(round).await;
                person
            })).collect();
            for person in cutting {
                people.push(person.await.unwrap());
            }
            if round % 10 == 0 {
                let writer = round / 10 % AT_ONCE;
                people[writer].writes(round).await;
                people[writer].look().await;
                assert_eq!(Client::at(node.address).get("/ready").await.unwrap().status, 200, "{}", node.log());
            }
        }
        for person in &mut people {
            person.change_session_id().await;
        }
        no_form_is_running(db.url()).await;
        for person in &mut people {
            person.writes(usize::MAX).await;
        }
        node.kill();
        node.start_again().await;
        let there = db::connect(db.url(), false).await.unwrap();
        for person in &mut people {
            person.look().await;
            assert_eq!(name(&there, &person.email).await, person.acknowledged);
        }
        there.close().await;
        let log = node.log();
        assert!(!log.contains("non-zero transaction depth") && !log.contains("within a transaction"), "{log}");
    }
}
