//! Access tokens and requests to the API.

use super::{Answer, Browser, site};
use app::api::openapi::DOCUMENT;
use app::routes::api_routes;
use axum::Router;
use leptos::serde_json::{self, Value};
use server::testing::TestDb;
use ui::route::Route;
use ui::rule::Access;

/// A user with a token, and a program that has it.
pub struct Program {
    pub site: Router,
    pub token: String,
}

impl Browser {
    /// Creates a token on the account page. Returns the one that is shown.
    pub async fn create_token(&mut self, scopes: &str) -> String {
        self.post("/account/tokens/create", &[("name", "backup"), ("scopes", scopes), ("days", "7")]).await;
        assert_eq!(self.path, "/account/tokens");
        self.shown_token().expect("a new token")
    }

    pub fn shown_token(&self) -> Option<String> {
        let (_, rest) = self.page.split_once("data-token")?.1.split_once('>')?;
        rest.split('<').next().map(str::to_owned)
    }
}

impl Program {
    /// A new user, logged in, and a program with their token.
    pub async fn of(db: &TestDb, email: &str, scopes: &str) -> (Browser, Self) {
        let mut browser = Browser::at(site(db, &[]));
        browser.sign_up(email).await;
        let token = browser.create_token(scopes).await;
        let site = browser.site.clone();
        (browser, Self { site, token })
    }

    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let own = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let own = own.into_iter().filter(|(name, _)| !headers.iter().any(|(given, _)| given == name));
        let headers: Vec<_> = own.chain(headers.iter().copied()).collect();
        Browser::at(self.site.clone()).ask(method, path, &headers, body.to_owned()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Whether it is a problem with this status, as RFC 9457 has it, without internal text.
    pub fn is_problem(&self, status: u16) -> bool {
        let body = self.json();
        let names = ["serde", "axum", "sqlx", "Failed to", "column", "invalid type", "NoteContent", ".rs"];
        self.status == status
            && self.header("content-type") == "application/problem+json"
            && self.header("set-cookie").is_empty()
            && body["status"] == status
            && body["type"] == "about:blank"
            && body["detail"].as_str().is_some_and(|text| !text.is_empty())
            && !names.iter().any(|name| self.body.contains(name))
    }
}

/// Whether `answer` is described for this operation: its status, its content type and its fields.
pub fn assert_documented(method: &str, path: &str, answer: &Answer) {
    let operation = &DOCUMENT["paths"][path][method.to_lowercase()];
    let response = &operation["responses"][answer.status.to_string()];
    assert!(response.is_object(), "{method} {path} answers {}, which is not documented", answer.status);
    let kind = answer.header("content-type");
    let Some(content) = response["content"].as_object() else {
        return assert_eq!(answer.body, "", "{method} {path} {}", answer.status);
    };
    let schema =
        &content.get(kind).unwrap_or_else(|| panic!("{method} {path} {}: {kind}", answer.status))["schema"];
    assert_fits(schema, &answer.json(), &format!("{method} {path} {}", answer.status));
    for name in ["etag", "location"] {
        let documented = response["headers"]
            .as_object()
            .is_some_and(|all| all.keys().any(|one| one.eq_ignore_ascii_case(name)));
        assert!(
            answer.header(name).is_empty() || documented || answer.status == 304,
            "{name} of {method} {path}"
        );
    }
}

fn assert_fits(schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        return assert_fits(&DOCUMENT["components"]["schemas"][name], value, place);
    }
    for (name, one) in schema["properties"].as_object().into_iter().flatten() {
        let is_required =
            schema["required"].as_array().is_some_and(|all| all.contains(&name.as_str().into()));
        assert!(!is_required || value.get(name).is_some(), "{place} has no {name}: {value}");
        if let Some(items) = value[name].as_array() {
            items.iter().for_each(|item| assert_fits(&one["items"], item, place));
        }
    }
    if let (Some(properties), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        let unknown: Vec<_> = object.keys().filter(|name| !properties.contains_key(*name)).collect();
        assert!(unknown.is_empty(), "{place}: {unknown:?} are not documented");
    }
}

/// Method and path of each route that needs a token, with an unused id.
pub fn requests() -> Vec<(&'static str, String)> {
    let is_closed = |route: &Route| route.rule.access != Access::Public;
    let id = server::Id::<()>::new().to_string();
    let found: Vec<_> = api_routes()
        .into_iter()
        .filter(is_closed)
        .map(|route| (route.method, route.path.replace("{id}", &id)))
        .collect();
    assert!(!found.is_empty(), "{found:?}");
    found
}
