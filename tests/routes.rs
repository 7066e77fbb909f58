//! The printed table of all routes: a changed rule changes `routes.txt`, so a reviewer sees it.

use app::all_routes;
use app::routes::{api_routes, routes};
use leptos::prelude::*;

#[test]
fn the_table_of_routes_equals_the_reviewed_one() {
    let all = [routes(), api_routes()].concat();
    let printed: String = all.iter().map(|route| format!("{route}\n")).collect();
    if printed != include_str!("routes.txt") {
        std::fs::write("target/routes.txt", &printed).unwrap();
        panic!(
            "the table of routes changed: compare target/routes.txt with tests/routes.txt, and copy it there"
        );
    }
}

#[server(prefix = "", endpoint = "/not-in-the-table")]
async fn not_in_the_table() -> Result<(), ServerFnError> {
    Ok(())
}

#[test]
fn a_server_function_that_is_not_in_the_table_is_found() {
    assert_eq!(all_routes().unlisted(), ["/not-in-the-table"]);
}

#[test]
fn routes_outside_of_the_guard_are_the_listed_ones() {
    let sources = [
        include_str!("../program/src/router.rs"),
        include_str!("../program/src/api.rs"),
        include_str!("../program/src/back_channel.rs"),
    ]
    .concat();
    let after = |mark: &str| -> Vec<&str> {
        sources.split(mark).skip(1).filter_map(|rest| rest.split(['"', '(']).next()).collect()
    };
    let outside = after(".route(\"");
    assert_eq!(outside, ["/speculation-rules.json", "/favicon.svg", "/health", "/ready"]);
    assert_eq!(
        after(".merge("),
        ["development_pages", "api", "back_channel", "static_files", "with_cache_control"]
    );
}
