//! The open connections and their limits, so that one client cannot keep others out. At a limit, a new connection
//! closes the oldest one that waits for a request. If there is none, it closes the oldest one to which a response is
//! being sent, since a client may read slowly.

use server::config::TrustedProxies;
use server::rate_limits::network;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// A browser sends its first request at once.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// File descriptors for the database, emails and static files.
const OTHER_FILES: u64 = 224;
const MAX_CONNECTIONS: u64 = 10_000;
/// A browser opens six; an office shares one address.
const MAX_PER_ADDRESS: usize = 256;

/// Waits for a request.
const WAITING: u8 = 0;
/// A request runs: the connection is not closed for another one.
const BUSY: u8 = 1;
/// The body of a response is being sent. A stream stays in this state.
const SENDING: u8 = 2;
const CLOSED: u8 = 3;

/// The open connections, oldest first.
#[derive(Clone, Debug)]
pub struct Connections {
    open: Arc<Mutex<BTreeMap<u64, Arc<Connection>>>>,
    proxies: TrustedProxies,
    max: usize,
}

#[derive(Debug)]
pub struct Connection {
    /// `None` for a proxy, which connects for all clients.
    network: Option<IpAddr>,
    state: AtomicU8,
    had_request: AtomicBool,
    close: Notify,
}

impl Connection {
    /// Returns `None` if the connection is being closed.
    pub fn begin(self: &Arc<Self>) -> Option<Exchange> {
        self.had_request.store(true, SeqCst);
        let is_begun = self.state.compare_exchange(WAITING, BUSY, SeqCst, SeqCst).is_ok();
        is_begun.then(|| Exchange { connection: self.clone(), state: BUSY })
    }

    /// Returns false if the connection is in another state.
    fn close(&self, state: u8) -> bool {
        let is_closed = self.state.compare_exchange(state, CLOSED, SeqCst, SeqCst).is_ok();
        if is_closed {
            self.close.notify_one();
        }
        is_closed
    }

    /// Completes when the connection must be closed.
    pub async fn closed(&self) {
        let first_head = tokio::time::timeout(FIRST_HEAD_TIMEOUT, self.close.notified());
        if first_head.await.is_err() && self.had_request.load(SeqCst) {
            self.close.notified().await;
        }
    }
}

/// A request and its response, until its body is sent.
pub struct Exchange {
    connection: Arc<Connection>,
    state: u8,
}

impl Exchange {
    pub fn begin_sending(&mut self) {
        self.state = SENDING;
        self.connection.state.store(SENDING, SeqCst);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let _closed = self.connection.state.compare_exchange(self.state, WAITING, SeqCst, SeqCst);
    }
}

impl Connections {
    /// Raises the limit of file descriptors as far as the system allows.
    pub fn new(proxies: TrustedProxies) -> Self {
        let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
        let max = files.saturating_sub(OTHER_FILES).clamp(64, MAX_CONNECTIONS) as usize;
        Self { open: Arc::default(), proxies, max }
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `None` if all connections are busy. `number` grows with each connection.
    pub fn admit(&self, number: u64, peer: IpAddr) -> Option<Arc<Connection>> {
        let is_proxy = self.proxies.contains(&peer);
        let network = (!is_proxy).then(|| network(peer));
        let mut open = self.open();
        let is_of_client = |other: &Connection| network.is_some() && other.network == network;
        if open.values().filter(|other| is_of_client(other)).count() >= MAX_PER_ADDRESS.min(self.max / 2) {
            close_oldest(&mut open, is_of_client)?;
        } else if open.len() >= self.max {
            close_oldest(&mut open, |_| true)?;
        }
        let connection = Arc::new(Connection {
            network,
            state: AtomicU8::new(WAITING),
            had_request: AtomicBool::new(false),
            close: Notify::new(),
        });
        open.insert(number, connection.clone());
        Some(connection)
    }

    pub fn remove(&self, number: u64) {
        self.open().remove(&number);
    }
}

/// Returns `None` if a request runs on each connection that may be closed.
fn close_oldest(
    open: &mut BTreeMap<u64, Arc<Connection>>,
    may_close: impl Fn(&Connection) -> bool,
) -> Option<()> {
    let close = |state| {
        let mut oldest_first = open.iter().filter(|(_, connection)| may_close(connection));
        oldest_first.find(|(_, connection)| connection.close(state)).map(|(number, _)| *number)
    };
    let number = close(WAITING).or_else(|| close(SENDING))?;
    open.remove(&number);
    Some(())
}
