//! The example table: copy this file for your first own table, then delete it. Every function takes the owner and
//! checks it in its `where`, so no user reaches another user's row by its key.

use crate::db::Db;
use crate::error::Error;
use crate::field_errors::{FieldErrors, multi_line, single_line};
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;

const MAX_TITLE_LENGTH: usize = 120;
const MAX_BODY_LENGTH: usize = 10_000;

/// A private note of a user.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Note {
    /// The key.
    pub id: Id,
    /// One line.
    pub title: String,
    /// Many lines, or empty.
    pub body: String,
    /// Last change, in unix milliseconds.
    pub updated_at: i64,
}

/// Returns one page of the owner's notes, last changed first.
pub async fn list(db: &Db, owner: &Id, number: i64) -> Result<Page<Note>, Error> {
    let count = sql!("select count(*) from notes where user_id = $1", owner);
    let list = "select id, title, body, updated_at from notes where user_id = $1
         order by updated_at desc, id desc limit $2 offset $3";
    pagination::page(db, number, count, list).await
}

/// Returns all notes of the owner, oldest change first.
pub async fn all(db: &Db, owner: &Id) -> Result<Vec<Note>, Error> {
    let list = "select id, title, body, updated_at from notes where user_id = $1 order by updated_at, id";
    db.rows(sql!(list, owner)).await
}

/// Returns at most `most` notes of the owner, last changed first.
pub async fn latest(db: &Db, owner: &Id, most: i64) -> Result<Vec<Note>, Error> {
    let list = "select id, title, body, updated_at from notes where user_id = $1
         order by updated_at desc, id desc limit $2";
    db.rows(sql!(list, owner, most)).await
}

/// Returns one note of the owner.
pub async fn find(db: &Db, owner: &Id, id: &Id) -> Result<Option<Note>, Error> {
    let find = "select id, title, body, updated_at from notes where id = $1 and user_id = $2";
    db.optional(sql!(find, id, owner)).await
}

/// Creates a note, or returns the field errors.
pub async fn create(db: &Db, owner: &Id, title: &str, body: &str) -> Result<Result<Id, FieldErrors>, Error> {
    let (title, body) = match check(title, body) {
        Ok(checked) => checked,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let id = Id::new();
    let insert = "insert into notes (id, user_id, title, body, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $5)";
    db.execute(sql!(insert, id, owner, title, body, db.now())).await?;
    Ok(Ok(id))
}

/// Changes a note of the owner. Returns whether it exists.
pub async fn update(
    db: &Db,
    owner: &Id,
    id: &Id,
    title: &str,
    body: &str,
) -> Result<Result<bool, FieldErrors>, Error> {
    let (title, body) = match check(title, body) {
        Ok(checked) => checked,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let update = "update notes set title = $3, body = $4, updated_at = $5 where id = $1 and user_id = $2";
    Ok(Ok(db.execute(sql!(update, id, owner, title, body, db.now())).await? > 0))
}

/// Deletes a note of the owner. Returns whether it existed.
pub async fn delete(db: &Db, owner: &Id, id: &Id) -> Result<bool, Error> {
    Ok(db.execute(sql!("delete from notes where id = $1 and user_id = $2", id, owner)).await? > 0)
}

/// Creates the note of a development database.
pub(crate) async fn welcome(db: &Db, owner: &Id) -> Result<(), Error> {
    let body = "Edit it, delete it, or write another one.\n\nNotes are the example: docs/guides/remove-a-feature.md removes them.";
    create(db, owner, "Your first note", body).await.map(drop)
}

fn check(title: &str, body: &str) -> Result<(String, String), FieldErrors> {
    let mut mistakes = FieldErrors::default();
    let title = mistakes.check("title", single_line(title, MAX_TITLE_LENGTH));
    let body = mistakes.check("body", multi_line(body, MAX_BODY_LENGTH));
    title.zip(body).ok_or(mistakes)
}
