//! The notes in the file of all data of the user.

use serde::{Deserialize, Serialize};
use server::{Db, Scope, notes};
use ui::components::rfc3339;
use ui::problem::Problem;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportedNote {
    id: String,
    title: String,
    body: String,
    updated_at: String,
}

pub async fn exported_notes(db: &Db, scope: &Scope) -> Result<Vec<ExportedNote>, Problem> {
    let found = notes::all(db, scope).await?.into_iter();
    Ok(found
        .map(|note| ExportedNote {
            id: note.id.to_string(),
            title: note.title,
            body: note.body,
            updated_at: rfc3339(note.updated_at),
        })
        .collect())
}
