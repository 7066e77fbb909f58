//! The example table: copy this file for your first table, then delete it. Every `where` checks the scope, so no user
//! reaches another user's row.

use crate::db::Db;
use crate::error::Error;
use crate::field_errors::{FieldErrors, multi_line, single_line};
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::scope::Scope;
use crate::sql;

const MAX_TITLE_LENGTH: usize = 120;
const MAX_BODY_LENGTH: usize = 10_000;

/// The form's field with the `updated_at` of the note that it shows.
pub const SEEN_AT: &str = "seen_at";

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Note {
    pub id: Id<Note>,
    pub title: String,
    pub body: String,
    /// Last change, in unix milliseconds.
    pub updated_at: i64,
}

/// Last changed first.
pub async fn list(db: &Db, scope: &Scope, number: i64) -> Result<Page<Note>, Error> {
    let count = "select count(*) from notes where user_id = $1";
    let list = "select id, title, body, updated_at from notes where user_id = $1
         order by updated_at desc, id desc limit $2 offset $3";
    pagination::page(db, number, sql!(count, scope.user_id()), list).await
}

/// Oldest change first.
pub async fn all(db: &Db, scope: &Scope) -> Result<Vec<Note>, Error> {
    let list = "select id, title, body, updated_at from notes where user_id = $1 order by updated_at, id";
    db.rows(sql!(list, scope.user_id())).await
}

/// In the order of their ids, which never changes. `after` is the last note of the part before.
pub async fn after(db: &Db, scope: &Scope, after: Option<&Id<Note>>, most: i64) -> Result<Vec<Note>, Error> {
    let list =
        "select id, title, body, updated_at from notes where user_id = $1 and id > $2 order by id limit $3";
    db.rows(sql!(list, scope.user_id(), after.map_or("", Id::as_str), most)).await
}

/// Last changed first.
pub async fn latest(db: &Db, scope: &Scope, most: i64) -> Result<Vec<Note>, Error> {
    let list = "select id, title, body, updated_at from notes where user_id = $1
         order by updated_at desc, id desc limit $2";
    db.rows(sql!(list, scope.user_id(), most)).await
}

pub async fn find(db: &Db, scope: &Scope, id: &Id<Note>) -> Result<Option<Note>, Error> {
    let find = "select id, title, body, updated_at from notes where id = $1 and user_id = $2";
    db.optional(sql!(find, id, scope.user_id())).await
}

pub async fn create(db: &Db, scope: &Scope, title: &str, body: &str) -> Result<Id<Note>, Error> {
    let (title, body) = check(title, body)?;
    let id = Id::new();
    let insert = "insert into notes (id, user_id, title, body, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5)";
    db.execute(sql!(insert, id, scope.user_id(), title, body, db.now())).await?;
    Ok(id)
}

/// Returns whether the note exists. A note that changed since `seen_at` is not overwritten: the form was opened before.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &Id<Note>,
    seen_at: i64,
    title: &str,
    body: &str,
) -> Result<bool, Error> {
    let (title, body) = check(title, body)?;
    // Two changes in one millisecond get different times.
    let update = "update notes set title = $3, body = $4,
                updated_at = case when $5 > updated_at then $5 else updated_at + 1 end
         where id = $1 and user_id = $2 and (updated_at = $6 or (title = $3 and body = $4))";
    if db.execute(sql!(update, id, scope.user_id(), title, body, db.now(), seen_at)).await? > 0 {
        return Ok(true);
    }
    match find(db, scope, id).await? {
        Some(_) => Err(FieldErrors::one(SEEN_AT, "This note was changed in another tab or browser.").into()),
        None => Ok(false),
    }
}

/// Returns whether the note existed.
pub async fn delete(db: &Db, scope: &Scope, id: &Id<Note>) -> Result<bool, Error> {
    Ok(db.execute(sql!("delete from notes where id = $1 and user_id = $2", id, scope.user_id())).await? > 0)
}

/// Returns whether the note existed, and was still as at `seen_at`.
pub async fn delete_unchanged(db: &Db, scope: &Scope, id: &Id<Note>, seen_at: i64) -> Result<bool, Error> {
    let delete = "delete from notes where id = $1 and user_id = $2 and updated_at = $3";
    Ok(db.execute(sql!(delete, id, scope.user_id(), seen_at)).await? > 0)
}

pub(crate) async fn welcome(db: &Db, scope: &Scope) -> Result<(), Error> {
    let body = "Edit it, delete it, or write another one.\n\nNotes are the example: docs/guides/remove-a-feature.md removes them.";
    create(db, scope, "Your first note", body).await.map(drop)
}

fn check(title: &str, body: &str) -> Result<(String, String), FieldErrors> {
    let mut mistakes = FieldErrors::default();
    let title = mistakes.check("title", single_line(title, MAX_TITLE_LENGTH));
    let body = mistakes.check("body", multi_line(body, MAX_BODY_LENGTH));
    title.zip(body).ok_or(mistakes)
}
