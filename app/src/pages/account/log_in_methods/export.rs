//! The accounts at providers in the file of all data of the user.

use serde::{Deserialize, Serialize};
use server::{Db, Scope, identities};
use ui::components::rfc3339;
use ui::problem::Problem;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportedIdentity {
    issuer: String,
    subject: String,
    email: String,
    created_at: String,
    last_used_at: String,
}

pub async fn exported_identities(db: &Db, scope: &Scope) -> Result<Vec<ExportedIdentity>, Problem> {
    let found = identities::list(db, scope).await?.into_iter();
    Ok(found
        .map(|identity| ExportedIdentity {
            issuer: identity.issuer,
            subject: identity.subject,
            email: identity.email,
            created_at: rfc3339(identity.created_at),
            last_used_at: rfc3339(identity.last_used_at),
        })
        .collect())
}
