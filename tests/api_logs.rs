//! The real program with its log at `trace`: the log has no access token, and no text of a wrong one.

use crate::processes::Node;
use crate::processes::client::Client;
use server::on_both_databases;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use ui::brand::PERSONAL_TOKEN_PREFIX;

async fn ask(node: SocketAddr, authorization: &str) -> String {
    let mut stream = TcpStream::connect(node).await.unwrap();
    let request = format!(
        "GET /api/account/me HTTP/1.1\r\nHost: {node}\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

on_both_databases! {
    async fn the_log_at_trace_level_contains_no_access_token(db: TestDb) {
        let changes = [("RUST_LOG", "trace,axum=trace"), ("API", "true"), ("UNVERIFIED_MAY", "everything")];
        let node = Node::start(&db, &changes).await;
        let mut ada = Client::at(node.address);
        ada.sign_up("ada@example.com").await.unwrap();
        ada.post("/account/tokens/create", &[("name", "backup"), ("scopes", "read"), ("days", "7")]).await.unwrap();
        let page = ada.open("/account/tokens").await.unwrap().body;
        let (_, rest) = page.split_once("data-token").expect("a new token").1.split_once('>').unwrap();
        let token = rest.split('<').next().unwrap();
        let wrong = format!("{PERSONAL_TOKEN_PREFIX}{}", "w".repeat(43));
        assert!(ask(node.address, &format!("Bearer {token}")).await.starts_with("HTTP/1.1 200"));
        assert!(ask(node.address, &format!("Bearer {wrong}")).await.starts_with("HTTP/1.1 401"));
        let log = node.log();
        assert!(log.contains("TRACE") && log.contains("/api/account/me"), "the log is too short");
        let secret = token.strip_prefix(PERSONAL_TOKEN_PREFIX).unwrap();
        for text in [secret, &wrong] {
            assert_eq!(log.lines().find(|line| line.contains(text)), None);
        }
    }
}
