//! The document of the API and its page: complete.

use crate::browser::{Browser, FORM, site};
use app::api::openapi::{DOCUMENT, operations};
use app::api::public_keys::PATH as PUBLIC_KEYS;
use app::routes::{api_routes, routes};
use leptos::serde_json::Value;
use server::{Config, on_sqlite};
use ui::api::{DOCS, PROBE};
use ui::route::Route;
use ui::rule::Access;

#[test]
fn the_document_has_every_route_of_the_table_with_its_rule_and_no_other() {
    // The public keys have a standard address, and are no part of the API.
    let is_documented = |route: &&Route| route.path != PUBLIC_KEYS;
    let routes_of_api = api_routes();
    let documented_routes: Vec<_> = routes_of_api.iter().filter(is_documented).collect();
    let mut table: Vec<String> = documented_routes.iter().map(|route| route.to_string()).collect();
    let mut documented = operations();
    table.sort();
    documented.sort();
    assert_eq!(documented, table);
    let below: Vec<_> = routes()
        .into_iter()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| route.path)
        .collect();
    assert_eq!(below, [PROBE, DOCS], "pages below /api");
    let off = Config::for_tests(&[("API", "false"), ("API_CLIENT_TOKENS", "off")]);
    assert!(
        documented_routes.iter().all(|route| !(route.is_enabled)(&off) && route.path.starts_with("/api/"))
    );
    let public: Vec<_> = documented_routes
        .iter()
        .filter(|route| route.rule.access == Access::Public)
        .map(|route| route.path)
        .collect();
    assert_eq!(public, ["/api/openapi.json", "/api/tokens", "/api/tokens/refresh", "/api/tokens/revoke"]);
    assert!(!api_routes().iter().any(|route| matches!(route.rule.access, Access::Member | Access::Role(_))));
}

#[test]
fn all_references_of_the_document_lead_somewhere() {
    fn check(value: &Value, found: &mut usize) {
        if let Some(reference) = value["$ref"].as_str() {
            let path = reference.strip_prefix('#').expect("a reference inside the document");
            assert!(DOCUMENT.pointer(path).is_some(), "{reference}");
            *found += 1;
        }
        value.as_object().into_iter().flat_map(|all| all.values()).for_each(|inside| check(inside, found));
        value.as_array().into_iter().flatten().for_each(|inside| check(inside, found));
    }
    let mut found = 0;
    check(&DOCUMENT, &mut found);
    assert!(found > 5 && DOCUMENT["openapi"].as_str().unwrap().starts_with("3.1"), "{found}");
}

on_sqlite! {
    async fn the_document_and_its_page_are_public_and_have_every_operation(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        let answer = anonymous.ask("GET", "/api/openapi.json", &[], "").await;
        assert_eq!((answer.status, answer.header("content-type"), answer.header("set-cookie")), (200, "application/json", ""));
        assert_eq!(answer.json(), *DOCUMENT);
        let page = anonymous.ask("GET", "/api/docs", &FORM, "").await;
        assert!(page.status == 200 && !page.body.contains("<script"), "{}", page.status);
        assert!(!page.body.contains('`') && page.body.contains("may send 300 requests at once"), "{}", page.body);
        for route in api_routes().into_iter().filter(|route| route.path != PUBLIC_KEYS) {
            let operation = &DOCUMENT["paths"][route.path][route.method.to_lowercase()];
            for text in [route.path, operation["summary"].as_str().unwrap()] {
                assert!(page.body.contains(text), "{text}");
            }
            for status in operation["responses"].as_object().unwrap().keys() {
                assert!(page.body.contains(status.as_str()), "{status}");
            }
        }
    }
}
