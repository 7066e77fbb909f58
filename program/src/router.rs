//! All layers in order, from the inside out, and the routes outside of them: health checks and static files.

use crate::api::api;
use crate::back_channel::back_channel;
use crate::guard::guard;
use crate::host_check::{Hosts, check_host};
use crate::session_layer::{REQUEST_TIMEOUT, SessionLayer, session_layer};
use crate::trace::trace;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::{Extension, Router, middleware};
use leptos::config::LeptosOptions;
use server::live::Live;
use server::{Config, Db};
use std::path::Path;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use ui::Routes;
use ui::live::{SCRIPT, SCRIPT_PATH, script_address};
use ui::route::Route;
use ui::{AppState, Assets, Problem, problem_response, render_errors};

const HEADERS: [(HeaderName, &str); 9] = [
    // Pages set their own policy; other responses may load and run nothing.
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), \
         publickey-credentials-get=(self)",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: browsers then send `Origin: null` with forms, which the cross-site check refuses.
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (header::CACHE_CONTROL, "no-store"),
    // Browsers with support for it prefetch a page when the user points at its link.
    (HeaderName::from_static("speculation-rules"), r#""/speculation-rules.json""#),
];

/// For two years. Only in production, since localhost has no HTTPS.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Only public pages are prefetched: a page may be shown minutes later, after a log-in was revoked.
const SPECULATION_RULES: ([(HeaderName, &str); 1], &str) =
    ([(header::CONTENT_TYPE, "application/speculationrules+json")], include_str!("speculation-rules.json"));

const ICON_HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=3600")];

/// Each layer costs an allocation and a clone of its state per request: few layers, and large state in an `Arc`.
pub fn router(db: Db, config: Config, leptos: LeptosOptions, live: Live, routes: Routes) -> Router {
    let (config, assets) = (Arc::new(config), Assets::of(leptos));
    let state = AppState { db, config, assets, limits_in_memory: Default::default(), live: live.clone() };
    let AppState { db, config, assets, .. } = &state;
    if !assets.stylesheet_exists() {
        tracing::warn!(
            "no stylesheet in {:?}: LEPTOS_SITE_ROOT must name the built site",
            assets.leptos.site_root
        );
    }
    let hsts = config.is_production().then_some((header::STRICT_TRANSPORT_SECURITY, HSTS));
    let headers: HeaderMap = HEADERS
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .chain(hsts)
        .collect();
    let listed = routes.pages.into_iter().filter_map(|route| route.with(config));
    pages_and_actions(listed)
        .merge(development_pages(config, routes.development))
        .layer(Extension(state.clone()))
        // Inside the session layer's task: if a page panics, the messages it took are put back.
        .layer(CatchPanicLayer::custom(|_| problem_response(Problem::Internal)))
        .layer(middleware::from_fn_with_state(Arc::new(SessionLayer::new(db.clone(), config, live)), session_layer))
        .layer(CsrfLayer::new())
        .merge(api(&state, routes.api))
        .merge(back_channel(&state))
        .merge(static_files(assets))
        .route("/speculation-rules.json", get(async || SPECULATION_RULES))
        .route(SCRIPT_PATH, get(live_script))
        .route("/favicon.svg", get(async || (ICON_HEADERS, ui::brand::icon())))
        .layer(middleware::from_fn_with_state(Hosts::new(config), check_host))
        .route("/health", get(async || "ok"))
        .route("/ready", get(ready).with_state(db.clone()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::custom(|_| problem_response(Problem::Internal)))
        .layer(middleware::from_fn_with_state(assets.clone(), render_errors))
        .layer(middleware::map_response_with_state(Arc::new(headers), with_headers))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(trace))
}

async fn with_headers(State(headers): State<Arc<HeaderMap>>, mut response: Response) -> Response {
    for (name, value) in headers.iter() {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}

fn pages_and_actions(routes: impl Iterator<Item = Route>) -> Router {
    routes.fold(Router::new(), |router, Route { path, rule, handler, .. }| {
        router.route(path, handler.layer(middleware::from_fn_with_state(rule, guard)))
    })
}

fn development_pages(config: &Config, pages: Vec<(&'static str, MethodRouter)>) -> Router {
    let pages = if config.is_production() { Vec::new() } else { pages };
    pages.into_iter().fold(Router::new(), |router, (path, page)| router.route(path, page))
}

fn static_files(assets: &Assets) -> Router {
    let root = Path::new(assets.leptos.site_root.as_ref());
    let package = assets.leptos.site_pkg_dir.as_ref();
    let built = ServeDir::new(root.join(package)).precompressed_br().precompressed_gzip();
    let others = ServeDir::new(root)
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
        .fallback(get(not_found).fallback(not_found));
    // A file with a hash in its name never changes.
    let cache_control =
        if assets.leptos.hash_files { "public, max-age=31536000, immutable" } else { "no-cache" };
    with_cache_control(Router::new().nest_service(&format!("/{package}"), built), cache_control)
        .merge(with_cache_control(Router::new().fallback_service(others), "public, max-age=3600"))
}

/// Errors are not cached: a missing file may exist later.
fn with_cache_control(files: Router, value: &'static str) -> Router {
    files.layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, move |response: &Response| {
        response.status().is_success().then(|| HeaderValue::from_static(value))
    }))
}

/// `/ready` says that the database accepts a write, `/health` only that the program runs.
async fn ready(State(db): State<Db>) -> Response {
    match db.check_ready().await {
        Ok(()) => "ready".into_response(),
        Err(error) => problem_response(error.into()),
    }
}

/// The address of the script changes with its content. A request with another address may come from a page of another
/// build.
async fn live_script(uri: Uri) -> Response {
    let is_current = uri.path_and_query().is_some_and(|path| path.as_str() == script_address());
    let cache = if is_current { "public, max-age=31536000, immutable" } else { "no-store" };
    ([(header::CONTENT_TYPE, "text/javascript"), (header::CACHE_CONTROL, cache)], SCRIPT).into_response()
}

async fn not_found() -> Response {
    problem_response(Problem::NotFound)
}
