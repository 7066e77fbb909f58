//! Two processes on one PostgreSQL: token pairs are valid, refreshed, used and ended at both.
#![cfg(unix)]

use crate::processes::Node;
use crate::processes::client::{Answer, Client, PASSWORD};
use leptos::serde_json::{self, Value, json};
use server::sql;
use server::testing::TestDb;

const ADA: &str = "ada@example.com";
const SETTINGS: [(&str, &str); 3] =
    [("API", "true"), ("API_CLIENT_TOKENS", "opaque"), ("UNVERIFIED_MAY", "everything")];

async fn two_nodes() -> Option<(TestDb, Node, Node)> {
    let db = TestDb::postgres().await?;
    let (one, other) = (Node::start(&db, &SETTINGS).await, Node::start(&db, &SETTINGS).await);
    Client::at(one.address).sign_up(ADA).await.unwrap();
    Some((db, one, other))
}

async fn post(node: &Node, path: &str, body: Value) -> Answer {
    Client::at(node.address).post_json(path, &body.to_string()).await.unwrap()
}

async fn log_in(node: &Node) -> (String, String) {
    tokens(&post(node, "/api/tokens", json!({ "email": ADA, "password": PASSWORD })).await)
}

/// The access token and the refresh token.
fn tokens(answer: &Answer) -> (String, String) {
    assert!([200, 201].contains(&answer.status), "{}: {}", answer.status, answer.body);
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

async fn refresh(node: &Node, token: &str) -> Answer {
    post(node, "/api/tokens/refresh", json!({ "refresh_token": token })).await
}

async fn status(node: &Node, access: &str) -> u16 {
    Client::at(node.address).get_with_token("/api/account/me", access).await.unwrap().status
}

#[tokio::test]
async fn two_hundred_times_a_refresh_at_each_node_at_once_ends_no_session() {
    let Some((db, one, other)) = two_nodes().await else { return };
    let (_, mut token) = log_in(&one).await;
    for round in 0..200 {
        let (here, there) = tokio::join!(refresh(&one, &token), refresh(&other, &token));
        let ((access, next), (other_access, other_next)) = (tokens(&here), tokens(&there));
        assert_eq!(next, other_next, "round {round}");
        assert_eq!(
            (status(&other, &access).await, status(&one, &other_access).await),
            (200, 200),
            "round {round}"
        );
        token = next;
    }
    let ended: Vec<(String,)> = db.rows(sql!("select end_reason from ended_sessions")).await.unwrap();
    assert!(ended.is_empty(), "{ended:?}");
}

#[tokio::test]
async fn a_token_used_at_one_node_ends_its_session_at_both_at_once() {
    let Some((db, one, other)) = two_nodes().await else { return };
    let (_, used) = log_in(&one).await;
    let (access, next) = tokens(&refresh(&one, &used).await);
    assert_eq!(status(&other, &access).await, 200);
    // As if the refresh had been a minute ago.
    db.execute(sql!("update token_pairs set created_at = created_at - 60000")).await.unwrap();
    assert_eq!(refresh(&other, &used).await.status, 401);
    for node in [&one, &other] {
        assert_eq!((status(node, &access).await, refresh(node, &next).await.status), (401, 401));
    }
}

#[tokio::test]
async fn a_password_changed_at_one_node_ends_the_tokens_at_the_other_at_once() {
    let Some((_db, one, other)) = two_nodes().await else { return };
    let (access, token) = log_in(&other).await;
    let mut browser = Client::at(one.address);
    browser.log_in(ADA).await.unwrap();
    assert_eq!(status(&other, &access).await, 200);
    let fields = [("current_password", PASSWORD), ("new_password", "quiet-anchor-1815")];
    assert_eq!(browser.post("/account/password", &fields).await.unwrap().status, 303);
    assert_eq!((status(&other, &access).await, refresh(&other, &token).await.status), (401, 401));
}
