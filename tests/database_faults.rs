//! PostgreSQL is unreachable, silent or disconnects under load: each request gets 503 with `Retry-After`, and the same
//! clients recover without a restart. SQLite's tests are in `sqlite_lock.rs`.
#![cfg(unix)]

use crate::processes::client::Client;
use crate::processes::database_state::{DatabaseState, Load};
use crate::processes::proxy::Proxy;
use crate::processes::{Node, SOON};
use server::testing::TestDb;
use server::{Db, db, sql};
use std::time::{Duration, Instant};

const CLIENTS: u64 = 8;
/// Maximum time until the response that the database is unreachable.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// Maximum time of a request, and what a busy machine adds.
const LONGEST: Duration = Duration::from_secs(32);

async fn behind_a_proxy() -> Option<(TestDb, Proxy, Node)> {
    let db = TestDb::postgres().await?;
    let proxy = Proxy::before(&db).await?;
    let node = Node::start_on(&proxy.setting, &[]).await;
    Some((db, proxy, node))
}

#[tokio::test]
async fn while_postgres_is_unreachable_requests_get_503_and_recover() {
    let Some((_db, proxy, node)) = behind_a_proxy().await else { return };
    let load = Load::on(&node, CLIENTS, MAX_WAIT).await;
    for _ in 0..2 {
        load.turns(DatabaseState::Changing);
        proxy.cut();
        load.goes_on(CLIENTS, SOON).await;
        load.turns(DatabaseState::Gone);
        load.goes_on(CLIENTS * 2, SOON).await;
        assert_eq!(Client::at(node.address).get("/health").await.unwrap().status, 200);
        load.turns(DatabaseState::Changing);
        proxy.put_back();
        load.recovers(3, SOON).await;
        load.goes_on(CLIENTS * 10, SOON).await;
    }
    load.ends().await;
}

/// Ends all other connections to this database, like a restart of PostgreSQL.
async fn hang_up(db: &Db) {
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    let _this_one_ended = db.execute(sql!(end)).await.map(drop);
}

#[tokio::test]
async fn while_postgres_accepts_no_connections_requests_get_503_and_recover() {
    let Some(db) = TestDb::postgres().await else { return };
    let Some(outside) = TestDb::postgres().await else { return };
    let node = Node::start(&db, &[]).await;
    let (name,): (String,) = db.row(sql!("select current_database()")).await.unwrap();
    let allow = async |allow: bool| {
        outside.script(&format!("alter database {name} with allow_connections {allow}")).await.unwrap();
    };
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up("ada@example.com").await.unwrap().status, 303);
    allow(false).await;
    let end = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    outside.script(&end).await.unwrap();
    for path in ["/ready", "/dashboard"] {
        let answer = client.get(path).await.unwrap();
        assert!(answer.status == 503 && answer.is_later(), "{path}: {} {}", answer.status, answer.body);
    }
    allow(true).await;
    let began = Instant::now();
    while client.get("/dashboard").await.unwrap().status != 200 {
        assert!(began.elapsed() < SOON, "it does not recover without a restart");
    }
}

#[tokio::test]
async fn repeated_disconnects_by_postgres_break_nothing() {
    let Some(db) = TestDb::postgres().await else { return };
    let node = Node::start(&db, &[]).await;
    let load = Load::on(&node, CLIENTS, MAX_WAIT).await;
    load.turns(DatabaseState::Changing);
    for _ in 0..30 {
        hang_up(&db).await;
        load.goes_on(CLIENTS, SOON).await;
    }
    load.recovers(3, SOON).await;
    load.goes_on(CLIENTS * 10, SOON).await;
    load.ends().await;
}

#[tokio::test]
async fn a_read_only_postgres_is_reported_and_reads_continue() {
    let Some(db) = TestDb::postgres().await else { return };
    let node = Node::start(&db, &[]).await;
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up("ada@example.com").await.unwrap().status, 303);
    assert_eq!(client.open("/account").await.unwrap().status, 200);
    let name = "select current_database()::text";
    let (name,): (String,) = db.row(sql!(name)).await.unwrap();
    for (read_only, status) in [("on", 503), ("off", 303)] {
        let alter = format!("alter database {name} set default_transaction_read_only = {read_only}");
        let alter = format!("begin; set transaction read write; {alter}; commit");
        db.script(&alter).await.unwrap();
        hang_up(&db).await;
        let answer = client.rename("Grace").await.unwrap();
        assert_eq!(answer.status, status, "read-only: {read_only}");
        assert!(status == 303 || answer.is_later());
        assert_eq!(client.get("/account").await.unwrap().status, 200);
        // `/ready` caches its result for a second.
        let ready = if status == 303 { 200 } else { 503 };
        let began = Instant::now();
        while client.get("/ready").await.unwrap().status != ready {
            assert!(began.elapsed() < SOON, "/ready is not {ready}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test]
async fn requests_wait_for_a_slow_network() {
    let Some((_db, proxy, node)) = behind_a_proxy().await else { return };
    let load = Load::on(&node, CLIENTS, MAX_WAIT).await;
    proxy.slow_down(Duration::from_millis(100));
    load.goes_on(CLIENTS * 4, SOON).await;
    proxy.put_back();
    load.goes_on(CLIENTS * 10, SOON).await;
    load.ends().await;
}

#[tokio::test]
async fn requests_recover_after_the_network_was_silent() {
    let Some((_db, proxy, node)) = behind_a_proxy().await else { return };
    let load = Load::on(&node, CLIENTS, LONGEST).await;
    load.turns(DatabaseState::Changing);
    proxy.fall_silent();
    let mut client = Client::at(node.address);
    let answer = client.sign_up("late@example.com").await.unwrap();
    assert!(answer.is_later() && answer.took < MAX_WAIT, "{} after {:?}", answer.status, answer.took);
    proxy.put_back();
    load.recovers(3, SOON).await;
    load.goes_on(CLIENTS * 10, SOON).await;
    load.ends().await;
}

/// More than the connections of the pool, so that each is in use.
#[tokio::test]
async fn dead_connections_are_replaced() {
    let Some((_db, proxy, node)) = behind_a_proxy().await else { return };
    let load = Load::on(&node, 24, LONGEST).await;
    load.turns(DatabaseState::Changing);
    for _ in 0..6 {
        proxy.put_back_and_forget();
        load.goes_on(30, SOON).await;
    }
    load.recovers(5, LONGEST + SOON).await;
    load.goes_on(200, SOON).await;
    load.ends().await;
}

#[tokio::test]
async fn a_silent_postgres_does_not_block_the_shutdown() {
    let Some((_db, proxy, mut node)) = behind_a_proxy().await else { return };
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up("ada@example.com").await.unwrap().status, 303);
    proxy.fall_silent();
    node.stop().await;
}

/// The background tasks have no other limit.
#[tokio::test]
async fn a_statement_fails_whose_connection_the_network_drops_and_the_next_one_works() {
    let Some(outside) = TestDb::postgres().await else { return };
    let Some(proxy) = Proxy::before(&outside).await else { return };
    let db = db::connect(&proxy.setting.parse().unwrap(), false).await.unwrap();
    Db::limit_statements(Duration::from_secs(3));
    let began = Instant::now();
    let (failed, ()) = tokio::join!(db.row::<(i64,)>(sql!("select 1::bigint from pg_sleep(30)")), async {
        let sleeping = "select count(*) from pg_stat_activity
                        where datname = current_database() and query like '%pg_sleep(30)%' and pid <> pg_backend_pid()";
        while outside.row::<(i64,)>(sql!(sleeping)).await.unwrap().0 == 0 {
            assert!(began.elapsed() < SOON, "the statement does not run");
        }
        proxy.put_back_and_forget();
    });
    Db::limit_statements(Duration::from_secs(300));
    assert!(failed.unwrap_err().is_temporary());
    assert!(began.elapsed() < SOON);
    assert_eq!(db.row::<(i64,)>(sql!("select 1::bigint")).await.unwrap(), (1,));
}
