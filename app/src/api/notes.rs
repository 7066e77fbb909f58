//! /api/notes: the notes of the user. They are the example.

use super::body::{Body, QueryParams};
use super::etag::{etag, if_match, if_none_match};
use axum::Json;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use server::notes::{self, Note, SEEN_AT};
use server::{Error, Id};
use ui::api::{ApiError, Caller};
use ui::components::rfc3339;
use utoipa::ToSchema;

const PATH: &str = "/api/notes";
const MAX_LIMIT: i64 = 100;

/// A note.
#[derive(Serialize, ToSchema)]
#[schema(as = Note)]
pub struct NoteOut {
    #[schema(format = "uuid")]
    id: String,
    title: String,
    body: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// The content of a note.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteContent {
    /// One line of plain text.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
    /// Plain text on any number of lines.
    #[schema(max_length = 10_000)]
    body: String,
}

/// A page of notes.
#[derive(Serialize, ToSchema)]
pub struct NoteList {
    items: Vec<NoteOut>,
    /// The cursor of the next page. Null on the last page.
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// List notes
///
/// Returns your notes page by page, the oldest first.
#[utoipa::path(get, path = "/api/notes", tag = "Notes", security(("token" = ["read"])),
    params(("limit" = Option<i64>, Query, minimum = 1, maximum = 100, description = "The maximum number of notes, 20 by default"),
        ("cursor" = Option<String>, Query, format = "uuid", description = "The value of next on the page before")),
    responses((status = 200, description = "A page of your notes", body = NoteList)))]
pub async fn list(
    caller: Caller,
    QueryParams(query): QueryParams<ListQuery>,
) -> Result<Json<NoteList>, ApiError> {
    let limit = query.limit.unwrap_or(20);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::field("limit", "Use a number from 1 to 100."));
    }
    let after = query.cursor.map(|cursor| parse(&cursor, "cursor")).transpose()?;
    // One row more tells whether there is a next page.
    let mut rows = notes::after(&caller.db, &caller.scope, after.as_ref(), limit + 1).await?;
    let has_more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| has_more).map(|note| note.id.to_string());
    Ok(Json(NoteList { items: rows.into_iter().map(NoteOut::from).collect(), next }))
}

/// Create a note
///
/// The header Location of the response has the address of the note, and ETag its version.
#[utoipa::path(post, path = "/api/notes", tag = "Notes", request_body = NoteContent, security(("token" = ["write"])),
    responses((status = 201, description = "The new note", body = NoteOut,
        headers(("Location" = String, description = "The path of the note"), ("ETag" = String, description = "Its version")))))]
pub async fn create(caller: Caller, Body(new): Body<NoteContent>) -> Result<Response, ApiError> {
    let id = notes::create(&caller.db, &caller.scope, &new.title, &new.body).await?;
    let location = (header::LOCATION, format!("{PATH}/{id}"));
    Ok((StatusCode::CREATED, [location], answer(find(&caller, &id).await?)).into_response())
}

/// Read a note
///
/// With the ETag of an earlier response in If-None-Match, an unchanged note is not sent again.
#[utoipa::path(get, path = "/api/notes/{id}", tag = "Notes", security(("token" = ["read"])),
    params(("id" = String, Path, format = "uuid"), ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier response")),
    responses((status = 200, description = "The note", body = NoteOut, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "It has not changed")))]
pub async fn show(caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let note = find(&caller, &parse(&id, "id")?).await?;
    if if_none_match(&headers, note.updated_at) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag(note.updated_at))]).into_response());
    }
    Ok(answer(note))
}

/// Change a note
///
/// Replaces the title and the text. If-Match must have the ETag of the note as you read it, so that no change by
/// another program is overwritten.
#[utoipa::path(put, path = "/api/notes/{id}", tag = "Notes", request_body = NoteContent, security(("token" = ["write"])),
    params(("id" = String, Path, format = "uuid"), ("If-Match" = String, Header, description = "The ETag of the note")),
    responses((status = 200, description = "The note as changed", body = NoteOut, headers(("ETag" = String, description = "Its version")))))]
pub async fn update(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(changed): Body<NoteContent>,
) -> Result<Response, ApiError> {
    let note = find(&caller, &parse(&id, "id")?).await?;
    match if_match(&headers, note.updated_at) {
        None => return Err(ApiError::PRECONDITION_REQUIRED),
        Some(false) => return Err(ApiError::PRECONDITION_FAILED),
        Some(true) => {}
    }
    let (scope, seen_at) = (&caller.scope, note.updated_at);
    match notes::update(&caller.db, scope, &note.id, seen_at, &changed.title, &changed.body).await {
        // Changed by another request, after the check above.
        Err(Error::Invalid(fields)) if fields.has(SEEN_AT) => Err(ApiError::PRECONDITION_FAILED),
        Err(error) => Err(error.into()),
        Ok(false) => Err(ApiError::NOT_FOUND),
        Ok(true) => Ok(answer(find(&caller, &note.id).await?)),
    }
}

/// Delete a note
///
/// With an ETag in If-Match, the note is deleted only if it has not changed since.
#[utoipa::path(delete, path = "/api/notes/{id}", tag = "Notes", security(("token" = ["write"])),
    params(("id" = String, Path, format = "uuid"), ("If-Match" = Option<String>, Header, description = "The ETag of the note")),
    responses((status = 204, description = "The note is deleted")))]
pub async fn delete(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let (note, scope) = (find(&caller, &parse(&id, "id")?).await?, &caller.scope);
    // If nothing is deleted, another request was faster.
    let (is_deleted, otherwise) = match if_match(&headers, note.updated_at) {
        Some(false) => return Err(ApiError::PRECONDITION_FAILED),
        Some(true) => (
            notes::delete_unchanged(&caller.db, scope, &note.id, note.updated_at).await?,
            ApiError::PRECONDITION_FAILED,
        ),
        None => (notes::delete(&caller.db, scope, &note.id).await?, ApiError::NOT_FOUND),
    };
    is_deleted.then_some(StatusCode::NO_CONTENT).ok_or(otherwise)
}

fn parse(id: &str, field: &'static str) -> Result<Id<Note>, ApiError> {
    id.parse().map_err(|_| ApiError::field(field, "This is not an id."))
}

async fn find(caller: &Caller, id: &Id<Note>) -> Result<Note, ApiError> {
    notes::find(&caller.db, &caller.scope, id).await?.ok_or(ApiError::NOT_FOUND)
}

fn answer(note: Note) -> Response {
    ([(header::ETAG, etag(note.updated_at))], Json(NoteOut::from(note))).into_response()
}

impl From<Note> for NoteOut {
    fn from(note: Note) -> Self {
        let Note { id, title, body, updated_at } = note;
        Self { id: id.to_string(), title, body, updated_at: rfc3339(updated_at) }
    }
}
