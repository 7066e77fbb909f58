//! The routes of the product, as requests.

#![allow(dead_code, unused_imports, reason = "each of the two test programs uses a part")]

use server::users::Role;
pub use ui::rule::{Access, Rule, Sudo, Verified};

/// Paths of pages, as in the table.
pub fn pages() -> Vec<&'static str> {
    paths("GET", |_| true)
}

/// Paths of pages that an admin may open. Those of further roles have tests of their own.
pub fn pages_of_admins() -> Vec<&'static str> {
    paths("GET", |rule| !matches!(rule.access, Access::Role(role) if role != Role::Admin))
}

/// Paths of server functions.
pub fn actions() -> Vec<&'static str> {
    paths("POST", |_| true)
}

/// Paths with this method and one of these rules.
pub fn paths(method: &str, is_meant: impl Fn(Rule) -> bool) -> Vec<&'static str> {
    let routes = app::routes::routes().into_iter();
    routes.filter(|route| route.method == method && is_meant(route.rule)).map(|route| route.path).collect()
}

/// Method and path of all routes with one of these rules, with an unused id.
pub fn requests(is_meant: impl Fn(Rule) -> bool) -> Vec<(&'static str, String)> {
    let id = server::Id::<server::User>::new().to_string();
    let routes = app::routes::routes().into_iter().filter(|route| is_meant(route.rule));
    let requests: Vec<_> = routes.map(|route| (route.method, route.path.replace("{id}", &id))).collect();
    assert!(
        ["GET", "POST"].iter().all(|method| requests.iter().any(|(one, _)| one == method)),
        "{requests:?}"
    );
    requests
}
