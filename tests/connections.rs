//! Connections that send no request: they keep no other client out.
#![cfg(unix)]

use crate::processes::client::Client;
use crate::processes::stream::EventStream;
use crate::processes::{Node, SOON};
use program::connections::{Connections, Exchange};
use server::config::TrustedProxies;
use server::testing::TestDb;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// More than the program may open.
const MANY: usize = 2_000;

async fn start_with_few_files(db: &TestDb) -> Node {
    Node::start_by("ulimit -n 1024; exec \"$@\"", &db.setting(), &[("TRUSTED_PROXIES", "none")]).await
}

async fn connect(from: &str, node: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(node).await.unwrap()
}

async fn begin(from: &str, node: SocketAddr) -> TcpStream {
    let mut stream = connect(from, node).await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").await.unwrap();
    stream
}

/// Asserts that `/ready` answers 200 to this address within a second.
async fn assert_ready(from: &str, node: SocketAddr, when: &str) {
    let asked = Instant::now();
    let mut stream = connect(from, node).await;
    stream.write_all(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let took = asked.elapsed();
    let is_ready = answer.starts_with("HTTP/1.1 200 ") && took < Duration::from_secs(1);
    assert!(is_ready, "{when}, to {from}, after {took:?}: {answer}");
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    let read = tokio::time::timeout(SOON, stream.read(&mut [0; 1])).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}

/// Opens many connections in turn from these addresses, and asks `/ready` from time to time.
async fn flood(node: SocketAddr, from: &[&str]) -> Vec<TcpStream> {
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let mut open = Vec::new();
    for number in 0..MANY {
        open.push(begin(from[number % from.len()], node).await);
        if number % 250 == 249 {
            let when = format!("with {} connections", number + 1);
            assert_ready(from[0], node, &when).await;
            assert_ready("127.0.0.99", node, &when).await;
        }
    }
    open
}

#[tokio::test]
async fn two_thousand_connections_without_a_request_keep_no_client_out_and_end_after_ten_seconds() {
    let db = TestDb::sqlite().await;
    let node = start_with_few_files(&db).await;
    let mut open = flood(node.address, &["127.0.0.1"]).await;
    assert!(is_closed(&mut open[0]).await, "the oldest made room");
    let last = Instant::now();
    assert!(is_closed(open.last_mut().unwrap()).await);
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(15)).contains(&last.elapsed()),
        "{:?}",
        last.elapsed()
    );
    assert!(!node.log().contains("could not be accepted"), "{}", node.log());
}

#[tokio::test]
async fn a_thousand_connections_at_once_wait_until_the_program_has_time_for_them() {
    let db = TestDb::sqlite().await;
    let node = start_with_few_files(&db).await;
    node.signal("STOP");
    let many = async {
        let mut open = Vec::new();
        for _ in 0..1_000 {
            open.push(connect("127.0.0.1", node.address).await);
        }
        open
    };
    // A request for a connection that finds no room is repeated after a second.
    let _open = tokio::time::timeout(Duration::from_secs(1), many).await.unwrap();
    node.signal("CONT");
    assert_ready("127.0.0.99", node.address, "with a thousand connections").await;
}

#[tokio::test]
async fn many_addresses_at_once_do_not_use_up_the_file_descriptors() {
    let db = TestDb::sqlite().await;
    let node = start_with_few_files(&db).await;
    let addresses: Vec<String> = (1..=20).map(|number| format!("127.0.0.{number}")).collect();
    let _open = flood(node.address, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(!node.log().contains("could not be accepted"), "{}", node.log());
}

#[tokio::test]
async fn a_running_request_is_not_closed_for_a_new_connection() {
    let db = TestDb::sqlite().await;
    let node = start_with_few_files(&db).await;
    let mut running = connect("127.0.0.1", node.address).await;
    let head = "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 5\r\n\
                Sec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\n\r\n";
    running.write_all(head.as_bytes()).await.unwrap();
    running.read_exact(&mut [0; "HTTP/1.1 100 Continue\r\n\r\n".len()]).await.unwrap();
    let _open = flood(node.address, &["127.0.0.1"]).await;
    running.write_all(b"a=b&c").await.unwrap();
    let mut answer = String::new();
    running.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
}

#[tokio::test]
async fn a_stream_is_not_closed_for_a_new_connection_while_another_one_waits() {
    let db = TestDb::sqlite().await;
    let node = start_with_few_files(&db).await;
    let mut ada = Client::at(node.address);
    assert_eq!(ada.sign_up("ada@example.com").await.unwrap().status, 303);
    ada.open("/dashboard").await.unwrap();
    let mut stream = EventStream::open(&ada, "").await;
    let _open = flood(node.address, &["127.0.0.1"]).await;
    ada.get("/dev/push?to=everyone&text=afterwards").await.unwrap();
    assert!(stream.reads("afterwards").await);
}

/// By the type itself: a user has too few streams.
#[tokio::test]
async fn a_new_connection_takes_the_place_of_one_that_waits_or_else_of_one_that_is_being_sent_a_response() {
    let (connections, client) = (Connections::new(TrustedProxies::default()), "192.0.2.1".parse().unwrap());
    let open: Vec<_> = (0..256).map(|number| connections.admit(number, client).unwrap()).collect();
    let mut exchanges: Vec<_> = open.iter().map(|connection| connection.begin().unwrap()).collect();
    assert!(connections.admit(256, client).is_none(), "a request runs on each of them");
    exchanges.iter_mut().for_each(Exchange::begin_sending);
    drop(exchanges.remove(10));
    for (number, expected) in [(256, 10), (257, 0)] {
        exchanges.push(connections.admit(number, client).unwrap().begin().unwrap());
        tokio::time::timeout(SOON, open[expected].closed()).await.unwrap();
        assert!(open[expected].begin().is_none(), "it takes no other request");
    }
}
