//! GET /session/{id}: 204 while this session is valid, for the scripts of the pages. It is activity, unless the script
//! marks it as a background request. GET /api/session: whether the browser is logged in, for other scripts of the
//! product.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;
use ui::page::{Page, PageResult};
use ui::problem::Problem;
use ui::request::Cx;

/// Milliseconds until the session ends without further activity.
const ENDS_IN: &str = "x-session-ends-in";

pub async fn session(cx: Cx) -> PageResult {
    let login = cx.login().await?;
    // Another user of this browser may have logged in since.
    if login.session_id != cx.path_id()? {
        return Err(Problem::NotFound);
    }
    let ends_in = login.ends_at(cx.limits()) - cx.db.now();
    Ok(Page::Raw((StatusCode::NO_CONTENT, [(ENDS_IN, ends_in.to_string())]).into_response()))
}

pub async fn probe(cx: Cx) -> PageResult {
    let ends_in = cx.visitor.login().await?.map(|login| login.ends_at(cx.limits()) - cx.db.now());
    let answer = json!({ "logged_in": ends_in.is_some(), "ends_in_ms": ends_in });
    Ok(Page::Raw(Json(answer).into_response()))
}
