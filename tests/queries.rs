//! The number of queries of a page view, and that it writes nothing. Counted as sqlx itself reports it.

use crate::browser::{Browser, FORM, PASSWORD, site};
use server::testing::TestDb;
use std::sync::Mutex;
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Every statement sent to a database by this process.
static STATEMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Statements;

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut summary = Summary(String::new());
            event.record(&mut summary);
            STATEMENTS.lock().unwrap().push(summary.0);
        }
    }
}

struct Summary(String);

impl Visit for Summary {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            self.0 = format!("{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            self.0 = value.to_owned();
        }
    }
}

/// Statements of a page view.
async fn asked(browser: &Browser, path: &str) -> (Vec<String>, String) {
    STATEMENTS.lock().unwrap().clear();
    let answer = browser.ask("GET", path, &FORM, "").await;
    assert_eq!(answer.status, 200, "{path}");
    (STATEMENTS.lock().unwrap().clone(), answer.header("set-cookie").to_owned())
}

fn of_session(statements: &[String]) -> usize {
    statements.iter().filter(|statement| statement.contains("session")).count()
}

fn is_write(statement: &str) -> bool {
    ["insert", "update", "delete"].iter().any(|word| statement.trim_start().to_lowercase().starts_with(word))
}

async fn page_views_are_cheap(db: TestDb) {
    let anonymous = Browser::at(site(&db, &[]));
    for path in ["/", "/login", "/signup"] {
        let (statements, cookie) = asked(&anonymous, path).await;
        assert!(statements.is_empty(), "{path}: {statements:?}");
        assert_eq!(cookie.is_empty(), path == "/", "{path}: another cookie than that of a form");
    }
    let with_form = Browser::with_form(site(&db, &[])).await;
    assert_eq!(asked(&with_form, "/login").await, (Vec::new(), String::new()));

    let mut ada = Browser::at(site(&db, &[]));
    ada.sign_up("ada@example.com").await;
    for path in ["/", "/dashboard", "/account", "/account/password", "/reauthenticate"] {
        let (statements, cookie) = asked(&ada, path).await;
        assert_eq!(of_session(&statements), 1, "{path}: {statements:?}");
        // PostgreSQL's pool checks each connection that is returned.
        let is_query = |one: &&String| !one.contains("statement_timestamp()");
        // An empty dashboard asks once more, for its first steps.
        let most = if path == "/dashboard" { 3 } else { 2 };
        // Statements at the start of a new connection.
        let is_no_start = |one: &&String| !one.starts_with("PRAGMA");
        assert!(
            statements.iter().filter(is_query).filter(is_no_start).count() <= most,
            "{path}: {statements:?}"
        );
        assert!(!statements.iter().any(|one| is_write(one)), "{path}: {statements:?}");
        assert_eq!(cookie, "", "{path}");
    }
    db.clock().advance(Duration::from_secs(61));
    let (statements, _) = asked(&ada, "/account").await;
    assert_eq!(statements.iter().filter(|one| is_write(one)).count(), 1, "once a minute: {statements:?}");
    assert!(!asked(&ada, "/account").await.0.iter().any(|one| is_write(one)), "and not again");
    ada.log_in("ada@example.com", PASSWORD).await;
}

/// One test, because all tests of a process share the count.
#[tokio::test]
async fn a_page_view_reads_the_session_once_and_writes_nothing_within_a_minute() {
    let subscriber = tracing_subscriber::registry().with(Statements);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let databases = [Some(TestDb::sqlite().await), TestDb::postgres().await];
    for db in databases.into_iter().flatten() {
        page_views_are_cheap(db).await;
    }
}
