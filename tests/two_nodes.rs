//! Two processes on one PostgreSQL: a change at one is effective at the other at once, and one can restart under load.
#![cfg(unix)]

use crate::processes::client::{Client, NoAnswer, Outcome};
use crate::processes::{Node, SOON, pages, random, until};
use server::sql;
use server::testing::TestDb;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

async fn two_nodes() -> Option<(TestDb, Node, Node)> {
    let db = TestDb::postgres().await?;
    let (one, other) = (Node::start(&db, &[]).await, Node::start(&db, &[]).await);
    Some((db, one, other))
}

/// A client that is logged in at this node.
async fn member(node: &Node, email: &str) -> Client {
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up(email).await.unwrap().status, 303);
    assert_eq!(status(&mut client, node).await, 200);
    client
}

/// The status of /account for the client at this node.
async fn status(client: &mut Client, node: &Node) -> u16 {
    client.turn_to(node.address);
    client.get("/account").await.unwrap().status
}

#[tokio::test]
async fn a_log_in_at_one_node_is_valid_at_the_other() {
    let Some((_db, one, other)) = two_nodes().await else { return };
    let mut client = member(&one, "ada@example.com").await;
    for node in [&other, &one, &other] {
        assert_eq!(status(&mut client, node).await, 200);
    }
    assert_eq!(client.rename("Grace").await.unwrap().status, 303);
    client.turn_to(one.address);
    let page = client.get("/account").await.unwrap().body;
    assert_eq!(pages::field(&page, "name").as_deref(), Some("Grace"));
    assert!(page.contains("Your profile is saved"), "a flash stored at one node waits at the other");
}

#[tokio::test]
async fn a_log_in_ended_at_one_node_ends_at_the_other_at_once() {
    let Some((db, one, other)) = two_nodes().await else { return };
    let mut lost = member(&one, "ada@example.com").await;
    let (session,): (String,) = db.row(sql!("select id from sessions")).await.unwrap();
    let mut found = Client::at(other.address);
    assert_eq!(found.log_in("ada@example.com").await.unwrap().status, 303);
    assert_eq!(status(&mut found, &other).await, 200);
    let ended = found.post("/account/devices/end", &[("id", &session)]).await.unwrap();
    assert_eq!(ended.status, 303);
    for node in [&one, &other] {
        assert_eq!(status(&mut lost, node).await, 303, "the browser is redirected to the log-in");
    }
    assert_eq!(status(&mut found, &one).await, 200);
}

#[tokio::test]
async fn a_row_deleted_by_hand_ends_a_log_in_at_both_nodes_at_once() {
    let Some((db, one, other)) = two_nodes().await else { return };
    let mut client = member(&one, "ada@example.com").await;
    assert_eq!(status(&mut client, &other).await, 200);
    db.execute(sql!("delete from sessions")).await.unwrap();
    for node in [&other, &one] {
        assert_eq!(status(&mut client, node).await, 303, "the browser is redirected to the log-in");
    }
}

/// Shared state of the clients of a test under load.
#[derive(Default)]
struct Load {
    is_over: AtomicBool,
    /// Number of requests with the expected response.
    answered: AtomicU64,
    /// Number of requests without a listener, or with a connection closed by a stopping node.
    let_go: AtomicU64,
    /// Incremented when a node stops and when it is back: odd in between.
    restarts: AtomicU64,
}

impl Load {
    /// Whether there was a response. Otherwise a node must have been restarting.
    fn is_answered(&self, outcome: &Outcome, before: u64) -> bool {
        match outcome {
            Ok(answer) => {
                assert!([200, 303].contains(&answer.status), "{}: {}", answer.status, answer.body);
                self.answered.fetch_add(1, SeqCst);
                return true;
            }
            Err(NoAnswer::Refused | NoAnswer::Internal) => {
                let restarts = self.restarts.load(SeqCst);
                assert!(restarts % 2 == 1 || restarts > before, "no answer, and no node was restarted");
                self.let_go.fetch_add(1, SeqCst);
            }
            Err(NoAnswer::TooLate) => panic!("a request was left hanging"),
        }
        false
    }

    /// Waits for this many more responses.
    async fn goes_on(&self, more: u64) {
        let goal = self.answered.load(SeqCst) + more;
        until("the load goes on", SOON, || (self.answered.load(SeqCst) >= goal).then_some(())).await;
    }
}

/// Writes and reads at both processes, and changes to the other after a missing response. A write with a response was
/// done; a write without one was not.
async fn use_both(mut client: Client, places: [SocketAddr; 2], load: Arc<Load>) {
    let (mut name, mut turn) = ("Ada".to_owned(), random(2) as usize);
    for number in 0.. {
        if load.is_over.load(SeqCst) {
            return;
        }
        let wanted = format!("Ada {number}");
        let before = load.restarts.load(SeqCst);
        client.turn_to(places[turn]);
        if load.is_answered(&client.rename(&wanted).await, before) {
            name = wanted;
        } else {
            turn = 1 - turn;
        }
        let before = load.restarts.load(SeqCst);
        client.turn_to(places[turn]);
        let page = client.get("/account").await;
        if load.is_answered(&page, before) {
            assert_eq!(pages::field(&page.unwrap().body, "name"), Some(name.clone()));
        }
        turn = random(2) as usize;
    }
}

#[tokio::test]
async fn a_rolling_restart_under_load_loses_no_request() {
    let Some((_db, mut one, mut other)) = two_nodes().await else { return };
    let (load, places) = (Arc::new(Load::default()), [one.address, other.address]);
    let mut clients = Vec::new();
    for number in 0..6 {
        let client = member(&one, &format!("ada{number}@example.com")).await;
        clients.push(tokio::spawn(use_both(client, places, load.clone())));
    }
    for turn in 0..6 {
        load.goes_on(60).await;
        let node = if turn % 2 == 0 { &mut one } else { &mut other };
        load.restarts.fetch_add(1, SeqCst);
        node.stop().await;
        load.goes_on(30).await; // by the remaining node
        node.start_again().await;
        load.restarts.fetch_add(1, SeqCst);
    }
    load.goes_on(60).await;
    load.is_over.store(true, SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    assert!(load.let_go.load(SeqCst) > 0, "no client met a stopped node");
}
