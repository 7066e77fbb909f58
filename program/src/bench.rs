//! The routes for `cargo xtask bench`, which compares pages with bare routes whose responses have the same size.

use crate::output::say;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use server::live::{Live, Push, To};
use server::seed::PEOPLE;
use server::visitor::TOKEN_FIELD;
use std::error::Error;
use tower::ServiceExt;

const MAX_PAGE_BYTES: usize = 1 << 20;

/// Adds `/bare` (as long as the log-in page), `/bare-dashboard` (as long as a seeded member's dashboard) and
/// `/bare-broadcast`, which pushes to all open tabs. Prints the member's cookie, and lifts the limits of open streams.
pub async fn with_bare_routes(product: Router, live: Live) -> Result<Router, Box<dyn Error>> {
    let log_in = page(&product, "/login", "").await?;
    let cookie = cookie(&product).await?;
    let dashboard = page(&product, "/dashboard", &cookie).await?;
    say(&format!("cookie: {cookie}"));
    live.lift_limits();
    let broadcast = get(async move || {
        live.push(To::Everyone, Push::Reload).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    });
    let product = product.route("/bare-broadcast", broadcast);
    Ok(product.route("/bare", bare(log_in.len())).route("/bare-dashboard", bare(dashboard.len())))
}

fn bare(length: usize) -> axum::routing::MethodRouter {
    let constant = Bytes::from("x".repeat(length));
    get(async move || ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], constant.clone()))
}

async fn page(product: &Router, path: &str, cookie: &str) -> Result<Bytes, Box<dyn Error>> {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty())?;
    let response = product.clone().oneshot(request).await?;
    if response.status() != 200 {
        return Err(format!("{path} answered {}", response.status()).into());
    }
    Ok(to_bytes(response.into_body(), MAX_PAGE_BYTES).await?)
}

async fn cookie(product: &Router) -> Result<String, Box<dyn Error>> {
    let [_, member] = &PEOPLE;
    let form = product.clone().oneshot(Request::get("/login").body(Body::empty())?).await?;
    let anonymous = set_cookie(&form).ok_or("the log-in page set no cookie")?;
    let form = String::from_utf8(to_bytes(form.into_body(), MAX_PAGE_BYTES).await?.to_vec())?;
    let token = token(&form).ok_or("the log-in page has no form token")?;
    let form = format!("email={}&password={}&{TOKEN_FIELD}={token}", member.email, member.password);
    let request = Request::post("/login")
        .header(header::COOKIE, anonymous)
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form))?;
    let response = product.clone().oneshot(request).await?;
    let cookie = set_cookie(&response).ok_or("logging in set no cookie")?;
    // The first page shows a greeting. Its cookie says that no message is pending any more.
    let request = Request::get("/dashboard").header(header::COOKIE, &cookie).body(Body::empty())?;
    let greeted = product.clone().oneshot(request).await?;
    Ok(set_cookie(&greeted).unwrap_or(cookie))
}

fn token(page: &str) -> Option<&str> {
    let (_, field) = page.split_once(&format!("name=\"{TOKEN_FIELD}\" value=\""))?;
    field.split('"').next()
}

fn set_cookie(response: &Response) -> Option<String> {
    let cookie = response.headers().get(header::SET_COOKIE)?.to_str().ok()?;
    cookie.split(';').next().map(str::to_owned)
}
