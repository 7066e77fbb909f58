//! Clients that read and write while the database fails and recovers. Its state decides which responses are right.

use super::client::{Answer, Client};
use super::{Node, SOON, pages, until};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The state of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseState {
    Fine,
    /// Requests succeed or get 503.
    Changing,
    /// Every request gets 503.
    Gone,
}

/// Clients that read and write until `ends`, and check each response.
pub struct Load {
    state: Arc<State>,
    clients: Vec<JoinHandle<()>>,
}

struct State {
    database_state: watch::Sender<DatabaseState>,
    is_over: AtomicBool,
    answers: AtomicU64,
    /// For each client, the number of successes since its last 503.
    in_a_row: Vec<AtomicU64>,
    /// Maximum time of each request.
    longest: Duration,
}

impl Load {
    /// Starts this many clients at this node. Each request must take less than `longest`.
    pub async fn on(node: &Node, clients: u64, longest: Duration) -> Self {
        let state = Arc::new(State {
            database_state: watch::channel(DatabaseState::Fine).0,
            is_over: AtomicBool::default(),
            answers: AtomicU64::default(),
            in_a_row: (0..clients).map(|_| AtomicU64::default()).collect(),
            longest,
        });
        let mut load = Self { state, clients: Vec::new() };
        for number in 0..clients as usize {
            let email = format!("ada{number}@example.com");
            let mut client = Client::at(node.address);
            assert_eq!(client.sign_up(&email).await.unwrap().status, 303);
            assert_eq!(client.open("/account").await.unwrap().status, 200);
            load.clients.push(tokio::spawn(use_it(client, email, number, load.state.clone())));
        }
        load.goes_on(clients * 5, SOON).await;
        load
    }

    pub fn turns(&self, database_state: DatabaseState) {
        self.state.database_state.send_replace(database_state);
    }

    /// Waits for this many more responses of any kind.
    pub async fn goes_on(&self, more: u64, within: Duration) {
        let answers = || self.state.answers.load(SeqCst);
        let goal = answers() + more;
        self.reaches("the load goes on", within, || answers() >= goal).await;
    }

    /// Waits until each client had this many successes in a row, and requires success from then on.
    pub async fn recovers(&self, in_a_row: u64, within: Duration) {
        self.state.in_a_row.iter().for_each(|count| count.store(0, SeqCst));
        let well = || self.state.in_a_row.iter().all(|count| count.load(SeqCst) >= in_a_row);
        self.reaches("all is well again", within, well).await;
        self.turns(DatabaseState::Fine);
    }

    async fn reaches(&self, what: &str, within: Duration, is_reached: impl Fn() -> bool) {
        let reached = || {
            let ended = self.clients.iter().any(JoinHandle::is_finished);
            assert!(!ended, "a client failed");
            is_reached().then_some(())
        };
        until(what, within, reached).await;
    }

    pub async fn ends(self) {
        self.state.is_over.store(true, SeqCst);
        for client in self.clients {
            client.await.unwrap();
        }
    }
}

async fn use_it(mut client: Client, email: String, me: usize, state: Arc<State>) {
    for number in 0_u64.. {
        if state.is_over.load(SeqCst) {
            return;
        }
        client.accept = if number % 2 == 0 { "text/html" } else { "application/json" };
        let before = *state.database_state.borrow();
        let is_write = number % 4 == 2;
        let outcome = match is_write {
            true => client.rename(&format!("Ada {number}")).await,
            false => client.get("/account").await,
        };
        let after = *state.database_state.borrow();
        let answer = outcome.expect("an answer, whatever the database does");
        let expected = if before == after { before } else { DatabaseState::Changing };
        assert!(answer.took < state.longest, "{expected:?}: {:?}", answer.took);
        if answer.status == 503 && expected != DatabaseState::Fine {
            assert_unavailable(&answer, client.accept);
            state.in_a_row[me].store(0, SeqCst);
        } else {
            assert_ne!(expected, DatabaseState::Gone, "{} without a database", answer.status);
            assert_success(&answer, is_write, &email);
            state.in_a_row[me].fetch_add(1, SeqCst);
        }
        state.answers.fetch_add(1, SeqCst);
    }
}

/// The response of a success.
fn assert_success(answer: &Answer, is_write: bool, email: &str) {
    if is_write {
        assert_eq!(answer.header("location"), "/account", "{}: {}", answer.status, answer.body);
    } else {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(pages::people(&answer.body), [email.to_owned()].into());
    }
}

/// The response is 503 with `Retry-After`, as a page or JSON.
fn assert_unavailable(answer: &Answer, accept: &str) {
    assert!(answer.is_later(), "no valid Retry-After: {:?}", answer.headers);
    let is_page = answer.body.starts_with("<!DOCTYPE html>");
    assert_eq!(is_page, accept == "text/html", "{}", answer.body);
    assert!(is_page || answer.body.starts_with("{\"error\":\"Unavailable\""), "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
}
