//! Accepts connections and answers their requests, until the program stops.

use crate::connections::{Connection, Connections, Exchange};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::ServiceExt;

/// Longer than proxies keep an unused connection. Otherwise they would send a request into a connection that is closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// An open connection of a browser must not keep the program from ending.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);
/// How many connections may wait to be accepted, if the system allows it. A client beyond that tries again after a
/// second.
const BACKLOG: u32 = 4096;
/// The pause after an error of this machine, such as no free file descriptor.
const PAUSE: Duration = Duration::from_millis(100);

/// Replaces `TcpListener::bind`, which lets only 128 connections wait.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // After a restart, connections of the old process may still be closing. On Windows, another program could use the
    // address at the same time.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop` ends, then completes the running requests.
pub async fn until(
    stop: impl Future<Output = ()>,
    listener: TcpListener,
    product: Router,
    connections: Connections,
) {
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    for number in 0.. {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some(connection) = connections.admit(number, peer.ip().to_canonical()) else { continue };
                let (product, watcher, connections) =
                    (product.clone(), graceful.watcher(), connections.clone());
                tokio::spawn(async move {
                    answer(stream, peer, product, &connection, watcher).await;
                    connections.remove(number);
                });
            }
            Err(error) if is_of_client(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    let _done_or_not = tokio::time::timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    product: Router,
    connection: &Arc<Connection>,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        let product = product.clone();
        async move {
            let mut exchange = connection.begin().ok_or(io::ErrorKind::ConnectionAborted)?;
            request.extensions_mut().insert(ConnectInfo(peer));
            let Ok(response) = product.oneshot(request.map(Body::new)).await;
            exchange.begin_sending();
            Ok::<_, io::Error>(response.map(|body| Sent { body, _until_sent: exchange }))
        }
    });
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // An error means that the client is gone or sends no HTTP.
        _ended = watcher.watch(http) => {}
        () = connection.closed() => {}
    }
}

/// The body of a response. The exchange ends when it is dropped.
struct Sent {
    body: Body,
    _until_sent: Exchange,
}

impl hyper::body::Body for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn is_of_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
