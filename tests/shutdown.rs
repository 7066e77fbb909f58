//! Graceful shutdown: requests in flight get their responses, other connections are closed, and the program ends.
#![cfg(unix)]

use crate::processes::client::{Client, NoAnswer};
use crate::processes::{Node, SOON, pages, until};
use server::testing::TestDb;
use server::{on_both_databases, sql};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How long a shutdown waits for requests in flight.
const GRACE: Duration = Duration::from_secs(20);

/// A form of which the server has the first half and waits for the rest.
struct HalfAForm {
    stream: TcpStream,
    rest: &'static str,
}

impl HalfAForm {
    /// Sends the first half of a form that sets the name "Grace".
    async fn sent_by(client: &Client, token: Option<String>) -> Self {
        let body = token.map_or(String::new(), |token| format!("csrf_token={token}&")) + "name=Gr";
        let mut head = String::from("POST /account HTTP/1.1\r\n");
        for (name, value) in client.headers() {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\nexpect: 100-continue\r\n\r\n", body.len() + "ace".len());
        let mut stream = TcpStream::connect(client.node).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server sends this line when it waits for the body: the request is in flight then.
        let mut wanted = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
        stream.read_exact(&mut wanted).await.unwrap();
        assert!(wanted.starts_with(b"HTTP/1.1 100 "), "{}", String::from_utf8_lossy(&wanted));
        stream.write_all(body.as_bytes()).await.unwrap();
        Self { stream, rest: "ace" }
    }

    /// Sends the rest. Returns what the server sends until the connection ends.
    async fn finished(mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(SOON, self.stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        answer
    }
}

/// A node with a logged-in user, and the token of their forms.
async fn node_and_member(db: &TestDb) -> (Node, Client, Option<String>) {
    let node = Node::start(db, &[]).await;
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up("grace@example.com").await.unwrap().status, 303);
    let page = client.open("/account").await.unwrap();
    assert_eq!(page.status, 200);
    (node, client, pages::field(&page.body, "csrf_token"))
}

async fn a_request_in_flight_completes(db: TestDb, signal: &str) {
    let (mut node, mut client, token) = node_and_member(&db).await;
    let form = HalfAForm::sent_by(&client, token).await;
    node.signal(signal);
    node.refuses().await;
    assert_eq!(Client::at(node.address).get("/").await.unwrap_err(), NoAnswer::Refused);
    let answer = form.finished().await.to_lowercase();
    assert!(answer.starts_with("http/1.1 303 ") && answer.contains("\r\nlocation: /account\r\n"), "{answer}");
    let status = node.ended(SOON).await;
    assert!(status.success(), "{status}");
    node.start_again().await;
    let page = client.get("/account").await.unwrap();
    assert_eq!(pages::field(&page.body, "name").as_deref(), Some("Grace"), "{}", page.status);
}

/// Also as process 1, which ignores a signal that it does not handle.
#[tokio::test]
async fn a_signal_ends_a_start_that_waits_for_a_lock() {
    let db = TestDb::sqlite().await;
    let mut tx = db.begin().await.unwrap();
    tx.execute(sql!("update users set name = name")).await.unwrap();
    for signal in ["TERM", "INT"] {
        let mut node = Node::spawn_by("exec \"$@\"", &db.setting(), &[]);
        until("the start", SOON, || node.log().contains("settings from").then_some(())).await;
        node.signal(signal);
        let status = node.ended(Duration::from_secs(3)).await;
        assert_eq!(status.code(), Some(143), "{}", node.log());
    }
}

on_both_databases! {
    async fn a_form_in_flight_completes_after_sigterm(db: TestDb) {
        a_request_in_flight_completes(db, "TERM").await;
    }

    async fn a_form_in_flight_completes_after_sigint(db: TestDb) {
        a_request_in_flight_completes(db, "INT").await;
    }

    async fn idle_connections_do_not_delay_the_shutdown(db: TestDb) {
        let (mut node, mut client, _) = node_and_member(&db).await;
        let mut others = Vec::new();
        for _ in 0..8 {
            others.push(Client::at(node.address));
            assert_eq!(others.last_mut().unwrap().get("/").await.unwrap().status, 200);
        }
        // A client that connects and sends nothing.
        let silent = TcpStream::connect(node.address).await.unwrap();
        let began = Instant::now();
        node.stop().await;
        assert!(began.elapsed() < GRACE / 4, "it took {:?}", began.elapsed());
        drop(silent);
        node.start_again().await;
        assert_eq!(client.get("/account").await.unwrap().status, 200, "a restart keeps log-ins");
    }
}

#[tokio::test]
async fn a_form_that_never_ends_does_not_block_the_shutdown() {
    let db = TestDb::sqlite().await;
    let (mut node, client, token) = node_and_member(&db).await;
    let _half = HalfAForm::sent_by(&client, token).await;
    let began = Instant::now();
    node.signal("TERM");
    let status = node.ended(GRACE + Duration::from_secs(5)).await;
    assert!(status.success(), "{status}");
    assert!(began.elapsed() > GRACE / 2, "it did not wait: {:?}", began.elapsed());
}
