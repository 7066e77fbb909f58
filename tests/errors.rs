//! Error responses: a page or JSON, without the cause.

use crate::browser::{Answer, Browser, FORM, SCRIPT, form, site, tables};
use server::on_both_databases;

/// Text that belongs in the log and never in a response.
const SECRETS: [&str; 14] = [
    "sqlx",
    "Sqlite",
    "sqlite",
    "postgres",
    "SQL",
    "select ",
    "insert ",
    "relation",
    "no such table",
    "panicked",
    "stack backtrace",
    ".rs:",
    "argon2",
    "PoolClosed",
];

/// Requests as a browser and as a script. Both must get this status, as a page or as JSON.
async fn refused(
    browser: &Browser,
    method: &str,
    path: &str,
    body: &str,
    status: u16,
    problem: &str,
) -> Answer {
    let length = body.len().to_string();
    let announced =
        |headers: &[(&'static str, &'static str)]| [headers, &[("content-length", length.as_str())]].concat();
    let page = browser.ask(method, path, &announced(&FORM), body.to_owned()).await;
    assert_eq!(page.status, status, "{method} {path} as a page");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{method} {path}");
    assert!(
        page.body.starts_with("<!DOCTYPE html>") && page.body.contains("<h1"),
        "{method} {path}: {}",
        page.body
    );
    assert!(
        page.body.contains(&format!(">{status}</p>")),
        "{method} {path} shows another number: {}",
        page.body
    );
    assert!(!page.body.contains("<script"), "{method} {path}");

    let json = browser.ask(method, path, &announced(&SCRIPT), body.to_owned()).await;
    assert_eq!(json.status, status, "{method} {path} as JSON");
    assert_eq!(json.header("content-type"), "application/json", "{method} {path}");
    assert!(
        json.body.starts_with(&[r#"{"error":""#, problem, r#"","message":""#].concat()),
        "{method} {path}: {}",
        json.body
    );

    for answer in [&page, &json] {
        for secret in SECRETS {
            assert!(!answer.body.contains(secret), "{method} {path} reveals {secret}: {}", answer.body);
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{name} of {method} {path}");
        }
    }
    page
}

on_both_databases! {
    async fn an_unknown_path_is_404(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for path in ["/nowhere", "/account/a/b", "/%3Cscript%3Ealert(1)%3C/script%3E", "/.env", "/..%2f..%2fetc/passwd", "/pkg/none.js", "/pkg/"] {
            let page = refused(&browser, "GET", path, "", 404, "NotFound").await;
            assert!(!page.body.contains("alert(1)"));
        }
    }

    async fn a_page_without_access_is_403(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        for headers in [[("accept", "text/html"), ("sec-fetch-site", "cross-site")], [("accept", "*/*"), ("origin", "https://evil.example")]] {
            let answer = browser.ask("POST", "/logout", &headers, "").await;
            assert_eq!(answer.status, 403);
            assert_eq!(answer.body.contains("<h1"), headers[0].1 == "text/html");
        }
    }

    async fn a_wrong_method_is_405_and_names_the_allowed_ones(db: TestDb) {
        let mut browser = Browser::with_form(site(&db, &[])).await;
        for (method, path, allowed) in [("PUT", "/login", "GET"), ("DELETE", "/login", "POST"), ("GET", "/logout", "POST"), ("POST", "/", "GET")] {
            let page = refused(&browser, method, path, "", 405, "WrongMethod").await;
            assert!(page.header("allow").contains(allowed), "{method} {path}: {:?}", page.header("allow"));
        }
        browser.sign_up("ada@example.com").await;
        for (method, path) in [("POST", "/dashboard"), ("PATCH", "/account"), ("GET", "/account/devices/end"), ("DELETE", "/account")] {
            let answer = browser.ask(method, path, &FORM, "").await;
            assert!([404, 405].contains(&answer.status), "{method} {path} answered {}", answer.status);
        }
    }

    async fn a_form_that_is_too_large_is_413(db: TestDb) {
        let browser = Browser::with_form(site(&db, &[])).await;
        let large = format!("email=a&password={}", "x".repeat(300 * 1024));
        refused(&browser, "POST", "/login", &large, 413, "TooLarge").await;
        let unannounced = browser.ask("POST", "/login", &FORM, large).await;
        assert!([413, 422].contains(&unannounced.status), "the rest of the body was read: {}", unannounced.status);
        assert!(tables::sessions(&db).await.is_empty());
    }

    async fn a_form_with_a_missing_or_repeated_field_is_422(db: TestDb) {
        let mut browser = Browser::with_form(site(&db, &[])).await;
        for body in ["", "email=a", "password=a", "email=a&email=b&password=c", "{}", "email=a&password=b&remember=perhaps"] {
            refused(&browser, "POST", "/login", body, 422, "BadInput").await;
        }
        browser.sign_up("ada@example.com").await;
        refused(&browser, "POST", "/account", "title=a", 422, "BadInput").await;
    }

    async fn an_unreachable_database_is_503_with_retry_after(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let anonymous = Browser::with_form(browser.site.clone()).await;
        db.close().await;
        for path in ["/dashboard", "/account", "/"] {
            let page = refused(&browser, "GET", path, "", 503, "Unavailable").await;
            assert!(page.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
        }
        let fields = form(&[("email", "ada@example.com"), ("password", "whatever")]);
        refused(&anonymous, "POST", "/login", &fields, 503, "Unavailable").await;
    }

    async fn an_internal_error_is_500_without_its_cause(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        tables::write(&db, "update users set password_hash = 'no hash'").await;
        let fields = form(&[("email", "ada@example.com"), ("password", "whatever")]);
        refused(&browser, "POST", "/login", &fields, 500, "Internal").await;
    }

    async fn without_a_table_that_a_log_in_writes_to_the_product_is_not_ready(db: TestDb) {
        for table in ["tower_sessions", "sessions", "active_days", "daily_counts"] {
            let db = db.another().await;
            tables::write(&db, &format!("alter table {table} rename to gone")).await;
            let answer = Browser::at(site(&db, &[])).ask("GET", "/ready", &[], "").await;
            assert_eq!(answer.status, 503, "{table}");
            assert_ne!(answer.header("retry-after"), "", "{table}");
        }
    }

    async fn a_missing_table_is_500_without_its_name(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        tables::write(&db, "alter table sessions rename to gone").await;
        refused(&browser, "GET", "/account", "", 500, "Internal").await;
        refused(&browser, "POST", "/account", "name=Eve", 500, "Internal").await;
        assert_eq!(Browser::at(browser.site).get("/login").await, 200, "other requests work");
    }
}
