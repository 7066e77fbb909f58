//! Every page and every server function needs a log-in unless it is public. The admin area is in `admin_guard.rs`.

use crate::browser::routes::{Access, requests};
use crate::browser::{Browser, FORM, SCRIPT, site, tables};
use server::on_both_databases;

fn closed_routes() -> Vec<(&'static str, String)> {
    requests(|rule| rule.access != Access::Public)
}

on_both_databases! {
    async fn without_a_log_in_a_browser_is_redirected_to_the_log_in(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        for (method, path) in closed_routes() {
            let answer = anonymous.ask(method, &path, &FORM, "").await;
            assert_eq!((answer.status, answer.header("location")), (303, "/login"), "{method} {path}");
            assert_eq!(answer.body, "", "{method} {path}");
        }
    }

    async fn without_a_log_in_a_script_gets_401_as_json(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        for (method, path) in closed_routes() {
            let answer = anonymous.ask(method, &path, &SCRIPT, "").await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("set-cookie"), "", "{method} {path}");
            assert!(answer.body.contains("\"Unauthenticated\""), "{}", answer.body);
        }
    }

    async fn a_revoked_log_in_is_refused_on_every_route(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        tables::write(&db, "delete from sessions").await;
        let before = tables::snapshot(&db).await;
        for (method, path) in closed_routes() {
            assert_eq!(browser.ask(method, &path, &SCRIPT, "name=Eve&title=a&body=b").await.status, 401, "{method} {path}");
        }
        assert_eq!(tables::snapshot(&db).await, before);
    }

    async fn no_other_method_bypasses_the_guard(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        for method in ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"] {
            for (_, path) in closed_routes() {
                let status = anonymous.ask(method, &path, &SCRIPT, "").await.status;
                assert!([401, 405].contains(&status), "{method} {path} answered {status}");
            }
        }
    }

    async fn proxy_headers_give_no_access(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        for (name, value) in [
            ("x-original-url", "/login"), ("x-rewrite-url", "/login"), ("x-forwarded-prefix", "/login"),
            ("x-http-method-override", "GET"), ("x-forwarded-for", "127.0.0.1"), ("x-forwarded-user", "admin@example.com"),
            ("authorization", "Basic YWRtaW46YWRtaW4="), ("host", "localhost"),
        ] {
            let answer = anonymous.ask("GET", "/dashboard", &[("accept", "text/html"), (name, value)], "").await;
            assert_eq!((answer.status, answer.header("location")), (303, "/login"), "{name}: {value}");
        }
    }
}
