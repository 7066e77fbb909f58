//! GET /session/{id}: 204 while this session is valid, for the script in `layout/session_check.js`.

use crate::page::{Page, PageResult};
use crate::problem::Problem;
use crate::request::Cx;
use axum::http::StatusCode;
use axum::response::IntoResponse;

pub async fn session(cx: Cx) -> PageResult {
    let login = cx.login().await?;
    // Another user of this browser may have logged in since.
    if login.session_id != cx.path_id()? {
        return Err(Problem::NotFound);
    }
    Ok(Page::Raw(StatusCode::NO_CONTENT.into_response()))
}
