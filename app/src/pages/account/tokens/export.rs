//! The access tokens in the file of all data of the user, without their hashes.

use serde::{Deserialize, Serialize};
use server::{Db, Scope, api_tokens};
use ui::components::rfc3339;
use ui::problem::Problem;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportedToken {
    name: String,
    scopes: String,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
}

/// Returns all tokens of the owner, also while the API is switched off.
pub async fn exported_tokens(db: &Db, scope: &Scope) -> Result<Vec<ExportedToken>, Problem> {
    let found = api_tokens::list(db, scope).await?.into_iter();
    Ok(found
        .map(|token| ExportedToken {
            name: token.name,
            scopes: token.scopes,
            created_at: rfc3339(token.created_at),
            expires_at: rfc3339(token.expires_at),
            last_used_at: token.last_used_at.map(rfc3339),
        })
        .collect())
}
