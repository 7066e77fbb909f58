//! GET /api/openapi.json: the OpenAPI document, generated from the attributes of the handlers.

use super::account;
use super::notes;
use super::tokens;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::Value;
use server::Config;
use std::sync::LazyLock;
use ui::api::problem_details::{CONTENT_TYPE, ProblemDetails, detail};
use ui::brand::{NAME, PERSONAL_TOKEN_PREFIX};
use ui::state::AppState;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, Parameter, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, OpenApi as Document, Ref, RefOr, Required, ResponseBuilder,
};

#[derive(OpenApi)]
#[openapi(
    paths(json, account::me, notes::list, notes::show, notes::create, notes::update, notes::delete),
    components(schemas(ProblemDetails))
)]
struct Handlers;

#[derive(OpenApi)]
#[openapi(paths(tokens::log_in, tokens::refresh, tokens::revoke))]
struct TokenHandlers;

/// The complete document as JSON.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| json_of(complete()));
static WITHOUT_TOKENS: LazyLock<Value> = LazyLock::new(|| json_of(document(Handlers::openapi())));

/// The document of the routes that exist with these settings.
pub fn document_for(config: &Config) -> &'static Value {
    if config.client_tokens.is_on() { &DOCUMENT } else { &WITHOUT_TOKENS }
}

fn json_of(document: Document) -> Value {
    serde_json::to_value(document).unwrap_or_default()
}

fn complete() -> Document {
    let mut handlers = Handlers::openapi();
    handlers.merge(TokenHandlers::openapi());
    document(handlers)
}

/// This document
///
/// Returns the description of the API in the format OpenAPI 3.1. It needs no token.
#[utoipa::path(get, path = "/api/openapi.json", tag = "Document", security(()),
    responses((status = 200, description = "The document", body = Value)))]
pub async fn json(Extension(state): Extension<AppState>) -> Json<&'static Value> {
    Json(document_for(&state.config))
}

fn document(mut document: Document) -> Document {
    document.info = Info::new(format!("{NAME} API"), env!("CARGO_PKG_VERSION").to_owned());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(format!(
        "A personal access token, which begins with {PERSONAL_TOKEN_PREFIX}, or the access token of a client."
    )));
    document
        .components
        .get_or_insert_with(Components::new)
        .add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations_of(item) {
            add_failures(method, path, operation);
        }
    }
    document
}

fn operations_of(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [("GET", get), ("POST", post), ("PUT", put), ("PATCH", patch), ("DELETE", delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// Adds the failures that layers, extractors and the database cause in every operation.
fn add_failures(method: &str, path: &str, operation: &mut Operation) {
    let mut failures = vec![500, 503];
    if scope(operation).is_some() {
        failures.extend([401, 403, 429]);
    }
    if path.contains('{') {
        failures.push(404);
    }
    if operation.request_body.is_some() {
        failures.extend([400, 413, 415]);
    }
    if method != "GET" {
        failures.push(409);
    }
    if operation.request_body.is_some() || operation.parameters.is_some() {
        failures.push(422);
    }
    for parameter in operation.parameters.iter().flatten() {
        match parameter {
            RefOr::T(Parameter { name, required, .. }) if name == "If-Match" => {
                failures.extend([412].into_iter().chain((*required == Required::True).then_some(428)));
            }
            _ => {}
        }
    }
    for status in failures {
        let schema = Ref::from_schema_name("ProblemDetails");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let text = StatusCode::from_u16(status).map(detail).unwrap_or_default();
        let response = ResponseBuilder::new().description(text).content(CONTENT_TYPE, content).build();
        operation.responses.responses.insert(status.to_string(), response.into());
    }
}

fn scope(operation: &Operation) -> Option<String> {
    let required = serde_json::to_value(operation.security.as_ref()?.first()?).ok()?;
    required["token"][0].as_str().map(str::to_owned)
}

/// Returns each documented operation as `Route` prints it.
pub fn operations() -> Vec<String> {
    let mut document = complete();
    let items = document.paths.paths.iter_mut();
    let operations = items.flat_map(|(path, item)| operations_of(item).map(move |found| (path, found)));
    operations
        .map(|(path, (method, operation))| {
            let rule = scope(operation).map_or("public".into(), |scope| format!("token that may {scope}"));
            format!("{method:<4} {path:<36} {rule}")
        })
        .collect()
}
