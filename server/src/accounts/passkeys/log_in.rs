//! Log-in with a passkey. The device verified a finger, a face or a PIN, so a passkey counts as two factors.

use super::{RelyingParty, challenge_in, challenge_of};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use crate::users::{COLUMNS, User};
use crate::visitor::Visitor;
use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey, PublicKeyCredential};

const PURPOSE: &str = "log in";

#[derive(sqlx::FromRow)]
struct Found {
    passkey_id: Id<super::Passkey>,
    credential: String,
    #[sqlx(flatten)]
    user: User,
}

/// Returns the options for the browser, as JSON.
pub async fn begin_log_in(visitor: &Visitor, place: &RelyingParty) -> Result<String, Error> {
    let (options, state) = place.0.start_discoverable_authentication()?;
    let state = serde_json::to_string(&state).map_err(Error::Passkey)?;
    visitor.begin_exchange(PURPOSE, &challenge_of(&options.public_key.challenge), state).await?;
    serde_json::to_string(&options.public_key).map_err(Error::Passkey)
}

/// Returns `None` if the passkey is unknown or the answer was used. The caller checks whether the account is disabled.
pub async fn log_in(
    db: &Db,
    visitor: &Visitor,
    place: &RelyingParty,
    answer: &str,
) -> Result<Option<User>, Error> {
    let state = visitor.end_exchange(PURPOSE, &challenge_in(answer).unwrap_or_default()).await?;
    let (Some(state), Ok(answer)) = (state, serde_json::from_str::<PublicKeyCredential>(answer)) else {
        return Ok(None);
    };
    let Some(found) = find(db, place, &answer).await? else {
        return Ok(None);
    };
    let Some(used) = checked(place, &state, &answer, &found) else {
        return Ok(None);
    };
    let used = serde_json::to_string(&used).map_err(Error::Passkey)?;
    let is_first = record_use(db, &found, &used, &Sha256::digest(&state)).await?;
    Ok(is_first.then_some(found.user))
}

/// A passkey is valid only for the user that the device names.
async fn find(db: &Db, place: &RelyingParty, answer: &PublicKeyCredential) -> Result<Option<Found>, Error> {
    let Ok((owner, credential_id)) = place.0.identify_discoverable_authentication(answer) else {
        return Ok(None);
    };
    let find = format!(
        "select p.id as passkey_id, p.credential, {COLUMNS} from passkeys p join users u on u.id = p.user_id
         where p.credential_id = $1 and p.user_id = $2"
    );
    db.optional(sql!(&find, credential_id, owner.to_string())).await
}

/// The library checks signature, challenge, origin and counter.
fn checked(
    place: &RelyingParty,
    state: &str,
    answer: &PublicKeyCredential,
    found: &Found,
) -> Option<Passkey> {
    let state: DiscoverableAuthentication = serde_json::from_str(state).ok()?;
    let mut passkey: Passkey = serde_json::from_str(&found.credential).ok()?;
    match place.0.finish_discoverable_authentication_v2(answer, state, &passkey) {
        Ok(result) if result.user_verified() => {
            passkey.update_credential(&result)?;
            Some(passkey)
        }
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, user = %found.user.id, "a passkey was refused");
            None
        }
    }
}

/// Returns false if a parallel request used the same answer or moved the counter.
async fn record_use(db: &Db, found: &Found, used: &str, challenge_hash: &[u8]) -> Result<bool, Error> {
    let update = "update passkeys set credential = $3, challenge_hash = $4, last_used_at = $5
         where id = $1 and credential = $2 and challenge_hash <> $4";
    Ok(db.execute(sql!(update, found.passkey_id, found.credential, used, challenge_hash, db.now())).await?
        == 1)
}
