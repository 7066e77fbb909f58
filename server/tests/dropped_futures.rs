//! A future dropped at any of its await points leaves no transaction behind: later writes work and are stored. A
//! dropped `put_back` can be repeated.

use crate::on_each_store::on_each_server_store;
use crate::people::{Browser, person};
use server::accounts::NewUser;
use server::audit::Actor;
use server::emails::Email;
use server::users;
use server::visitor::Level;
use server::{Db, Visitor, accounts, db, emails, on_both_databases, sessions, sql};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

/// Far longer than a write takes, far shorter than SQLite waits for a lock.
const WRITE_TIMEOUT: Duration = Duration::from_secs(3);
const MAX_POLLS: usize = 400;
/// How often the beginning of a transaction is dropped: some futures are ready at the first poll.
const MIN_DROPS: usize = 20;

type Work<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Polls a future this often, then drops it. Returns whether it had ended.
async fn polled(mut work: Work<'_>, polls: usize) -> bool {
    let mut polled = 0;
    poll_fn(move |context| {
        let poll = work.as_mut().poll(context);
        polled += 1;
        match poll {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending if polled >= polls => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Writes a row by a transaction and another by a single statement, and reads both on another connection.
async fn writes_last(db: &Db, other: &Db, owner: &server::User, title: &str) {
    let write = async {
        emails::enqueue(db, Email::Reset { email: title.to_owned() }).await.unwrap();
        accounts::mark_verified(db, owner).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let update = "update users set name = $1 where id = $2";
        tx.execute(sql!(update, title, owner.id)).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::time::timeout(WRITE_TIMEOUT, write).await.expect("a write in time");
    let queued = "select count(*) from jobs where arguments like $1";
    let title_in_json = format!("%\"{title}\"%");
    let (found,): (i64,) = other.row(sql!(queued, title_in_json)).await.unwrap();
    assert_eq!(found, 1, "{title}: an email was queued and is not there");
    assert_eq!(users::find(other, &owner.id).await.unwrap().unwrap().name, title);
}

/// Drops this work after one poll, after two, and so on until it ends. Each time later writes must work. Returns how
/// often it was dropped.
async fn dropped_everywhere<'a>(
    db: &'a Db,
    other: &Db,
    owner: &server::User,
    name: &str,
    work: impl Fn(usize) -> Work<'a>,
) -> usize {
    for polls in 1..MAX_POLLS {
        let has_ended = polled(work(polls), polls).await;
        writes_last(db, other, owner, &format!("{name} {polls}")).await;
        if has_ended {
            return polls - 1;
        }
    }
    panic!("{name} did not end");
}

const MESSAGES: [&str; 2] = ["one", "two"];

async fn taken(visitor: &Visitor) -> Vec<String> {
    visitor.take_flashes().await.unwrap().into_iter().map(|flash| flash.text).collect()
}

on_each_server_store! {
    async fn messages_whose_put_back_is_dropped_and_repeated_are_neither_lost_nor_doubled(db: TestDb) {
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        for text in MESSAGES {
            visitor.flash(Level::Info, text).await.unwrap();
        }
        browser.finish(visitor).await;
        for polls in 1..MAX_POLLS {
            let page = browser.visit();
            assert_eq!(taken(&page).await, MESSAGES, "{polls}");
            let has_ended = polled(Box::pin(async { page.put_back().await.unwrap() }), polls).await;
            page.put_back().await.unwrap();
            let next = browser.visit();
            assert_eq!(taken(&next).await, MESSAGES, "{polls}");
            assert!(taken(&browser.visit()).await.is_empty(), "{polls}");
            if has_ended {
                return;
            }
            next.put_back().await.unwrap();
        }
        panic!("it did not end");
    }
}

on_both_databases! {
    async fn a_dropped_future_leaves_no_open_transaction(db: TestDb) {
        let other = db::connect(db.url(), false).await.unwrap();
        let db: &Db = &db;
        let ada = &person(db, "ada@example.com").await;
        let mut dropped = 0;
        for round in 0.. {
            dropped += dropped_everywhere(db, &other, ada, &format!("begin {round}"), |_| Box::pin(async {
                let _tx = db.begin().await;
            })).await;
            if dropped >= MIN_DROPS { break }
        }
        dropped_everywhere(db, &other, ada, "sign up", |polls| Box::pin(async move {
            let email = format!("eve{polls}@example.com");
            let eve = NewUser { email: &email, name: "Eve", password: "harbour-lantern-44" };
            accounts::sign_up(db, eve).await.unwrap();
        })).await;
        dropped_everywhere(db, &other, ada, "email", |polls| Box::pin(async move {
            emails::enqueue(db, Email::Reset { email: format!("dropped {polls}") }).await.unwrap();
        })).await;
        dropped_everywhere(db, &other, ada, "revoke", |_| Box::pin(async {
            sessions::revoke_all_users(db, Actor { user: None, ip: "" }).await.unwrap();
        })).await;
        dropped_everywhere(db, &other, ada, "readiness", |_| Box::pin(async {
            db.check_ready().await.unwrap();
        })).await;
        other.close().await;
    }

    /// The store of the session data begins transactions with sqlx directly.
    async fn a_sqlx_transaction_dropped_while_it_begins_is_rolled_back(db: TestDb) {
        let other = db::connect(db.url(), false).await.unwrap();
        let ada = &person(&db, "ada@example.com").await;
        let db: &Db = &db;
        let mut dropped = 0;
        for round in 0.. {
            let begin = |_| -> Work<'_> { Box::pin(async {
                if let Some((_, pool)) = db.sqlite_pools() { drop(pool.begin_with("begin immediate").await.unwrap()) }
                if let Some(pool) = db.postgres_pool() { drop(pool.begin().await.unwrap()) }
            })};
            dropped += dropped_everywhere(db, &other, ada, &format!("library {round}"), begin).await;
            if dropped >= MIN_DROPS { break }
        }
        other.close().await;
    }

    async fn a_connection_returned_inside_a_transaction_is_rolled_back(db: TestDb) {
        let other = db::connect(db.url(), false).await.unwrap();
        let ada = person(&db, "ada@example.com").await;
        for round in 0..40 {
            let mut statements = "begin; update users set name = 'never'".to_owned();
            if round % 2 == 0 {
                statements += "; select * from no_such_table";
            }
            assert_eq!(db.script(&statements).await.is_err(), round % 2 == 0);
            writes_last(&db, &other, &ada, &format!("round {round}")).await;
        }
        other.close().await;
    }

    async fn a_transaction_with_a_failed_statement_cannot_be_committed(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(sql!("update users set name = 'half' where id = $1", ada.id)).await.unwrap();
        tx.execute(sql!("select * from no_such_table")).await.unwrap_err();
        let committed = tx.commit().await.is_ok();
        let name = users::find(&db, &ada.id).await.unwrap().unwrap().name;
        assert_eq!(committed, name == "half", "{name}");
    }
}
