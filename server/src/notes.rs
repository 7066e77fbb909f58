//! The example table: copy this file for your first own table, then delete it. Every function takes the owner and
//! checks it in its `where`, so no user reaches another user's row by its key.

use crate::db::Db;
use crate::error::Error;
use crate::field_errors::{FieldErrors, multi_line, single_line};
use crate::id::Id;
use crate::on;
use crate::pagination::{self, Page};

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
    let (total, number, rows) = on!(db.read(), pool => {
        let total = sqlx::query_scalar("select count(*) from notes where user_id = $1")
            .bind(owner)
            .fetch_one(pool).await?;
        let number = pagination::clamp_page(number, total);
        let rows = sqlx::query_as(
            "select id, title, body, updated_at from notes where user_id = $1
             order by updated_at desc, id desc limit $2 offset $3",
        )
        .bind(owner).bind(pagination::SIZE).bind(pagination::offset(number))
        .fetch_all(pool).await?;
        (total, number, rows)
    });
    Ok(Page { rows, number, total })
}

/// Returns all notes of the owner, oldest change first.
pub async fn all(db: &Db, owner: &Id) -> Result<Vec<Note>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, title, body, updated_at from notes where user_id = $1 order by updated_at, id",
    )
    .bind(owner)
    .fetch_all(pool).await)?)
}

/// Returns at most `most` notes of the owner, last changed first.
pub async fn latest(db: &Db, owner: &Id, most: i64) -> Result<Vec<Note>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, title, body, updated_at from notes where user_id = $1
         order by updated_at desc, id desc limit $2",
    )
    .bind(owner).bind(most)
    .fetch_all(pool).await)?)
}

/// Returns one note of the owner.
pub async fn find(db: &Db, owner: &Id, id: &Id) -> Result<Option<Note>, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select id, title, body, updated_at from notes where id = $1 and user_id = $2",
    )
    .bind(id).bind(owner)
    .fetch_optional(pool).await)?)
}

/// Creates a note, or returns the field errors.
pub async fn create(db: &Db, owner: &Id, title: &str, body: &str) -> Result<Result<Id, FieldErrors>, Error> {
    let (title, body) = match check(title, body) {
        Ok(checked) => checked,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let id = Id::new();
    on!(db.write(), pool => sqlx::query(
        "insert into notes (id, user_id, title, body, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
    )
    .bind(&id).bind(owner).bind(title).bind(body).bind(db.now())
    .execute(pool).await.map(drop))?;
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
    Ok(Ok(on!(db.write(), pool => sqlx::query(
        "update notes set title = $3, body = $4, updated_at = $5 where id = $1 and user_id = $2",
    )
    .bind(id).bind(owner).bind(title).bind(body).bind(db.now())
    .execute(pool).await.map(|done| done.rows_affected() > 0))?))
}

/// Deletes a note of the owner. Returns whether it existed.
pub async fn delete(db: &Db, owner: &Id, id: &Id) -> Result<bool, Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from notes where id = $1 and user_id = $2")
        .bind(id).bind(owner)
        .execute(pool).await.map(|done| done.rows_affected() > 0))?)
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
