//! The open connections. A client that opens many of them, or never finishes the head of a request, keeps no other client
//! out: a new connection takes the place of the oldest one that waits for a request.

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

const WAITING: u8 = 0;
const BUSY: u8 = 1;
const CLOSED: u8 = 2;

/// The open connections, oldest first.
#[derive(Clone, Debug)]
pub struct Connections {
    open: Arc<Mutex<BTreeMap<u64, Arc<Connection>>>>,
    proxies: TrustedProxies,
    most: usize,
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
    pub fn begin(&self) -> Option<Busy<'_>> {
        self.had_request.store(true, SeqCst);
        self.state.compare_exchange(WAITING, BUSY, SeqCst, SeqCst).ok().map(|_| Busy(self))
    }

    /// Returns false if a request is running.
    fn close(&self) -> bool {
        let is_closed = self.state.compare_exchange(WAITING, CLOSED, SeqCst, SeqCst).is_ok();
        if is_closed {
            self.close.notify_one();
        }
        is_closed
    }

    /// Ends when the connection must be closed.
    pub async fn closed(&self) {
        let first_head = tokio::time::timeout(FIRST_HEAD_TIMEOUT, self.close.notified());
        if first_head.await.is_err() && self.had_request.load(SeqCst) {
            self.close.notified().await;
        }
    }
}

/// While a request runs, its connection is not closed.
pub struct Busy<'a>(&'a Connection);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.state.store(WAITING, SeqCst);
    }
}

impl Connections {
    /// Raises the limit of file descriptors as far as the system allows.
    pub fn new(proxies: TrustedProxies) -> Self {
        let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1024);
        let most = files.saturating_sub(OTHER_FILES).clamp(64, MAX_CONNECTIONS) as usize;
        Self { open: Arc::default(), proxies, most }
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
        if open.values().filter(|other| is_of_client(other)).count() >= MAX_PER_ADDRESS.min(self.most / 2) {
            close_oldest(&mut open, is_of_client)?;
        } else if open.len() >= self.most {
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

/// Returns `None` if each of them is busy.
fn close_oldest(
    open: &mut BTreeMap<u64, Arc<Connection>>,
    is_meant: impl Fn(&Connection) -> bool,
) -> Option<()> {
    let (number, _) = open.iter().find(|(_, connection)| is_meant(connection) && connection.close())?;
    let number = *number;
    open.remove(&number);
    Some(())
}
