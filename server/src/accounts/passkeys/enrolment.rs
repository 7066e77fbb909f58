//! Adds a passkey: the browser lets the device make one, and its answer is checked.

use super::{MAX_NAME_LENGTH, RelyingParty, challenge_in, challenge_of};
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::{FieldErrors, single_line};
use crate::id::Id;
use crate::sql;
use crate::users::{self, User};
use crate::visitor::Visitor;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use webauthn_rs::prelude::{Passkey, PasskeyRegistration, RegisterPublicKeyCredential};
use webauthn_rs_proto::ResidentKeyRequirement;

const MAX_PASSKEYS: usize = 20;
const FAILED: &str = "This passkey could not be added. Please try again.";

/// Returns the options for the browser, as JSON.
pub async fn begin_adding(
    db: &Db,
    visitor: &Visitor,
    place: &RelyingParty,
    user: &User,
) -> Result<String, Error> {
    let known = credential_ids(db, &user.id).await?;
    // Devices send this id at each log-in: it contains no personal data.
    let handle = user.id.as_str().parse().unwrap_or(Uuid::nil());
    let (mut options, state) =
        place.0.start_passkey_registration(handle, &user.email, &user.name, Some(known))?;
    // Only a discoverable passkey can log in a user who has typed nothing.
    if let Some(wanted) = &mut options.public_key.authenticator_selection {
        wanted.resident_key = Some(ResidentKeyRequirement::Required);
        wanted.require_resident_key = true;
    }
    let state = serde_json::to_string(&state).map_err(Error::Passkey)?;
    visitor.begin_exchange(&purpose(user), &challenge_of(&options.public_key.challenge), state).await?;
    serde_json::to_string(&options.public_key).map_err(Error::Passkey)
}

pub async fn add(
    db: &Db,
    visitor: &Visitor,
    place: &RelyingParty,
    user: &User,
    name: &str,
    answer: &str,
) -> Result<(), Error> {
    let answered = challenge_in(answer).unwrap_or_default();
    let state = visitor.end_exchange(&purpose(user), &answered).await?;
    let name = single_line(name, MAX_NAME_LENGTH).map_err(|message| FieldErrors::one("name", message))?;
    let passkey = state.as_deref().and_then(|state| checked(place, state, answer));
    let (Some(passkey), Some(state)) = (passkey, state) else {
        return Err(FieldErrors::one("name", FAILED).into());
    };
    let mut tx = db.begin().await?;
    // Another change may just have removed all passkeys.
    if !users::lock_for_update(&mut tx, &user.id).await?.is_some_and(|now| now.has_password_of(user)) {
        return Err(FieldErrors::one("name", FAILED).into());
    }
    if count(&mut tx, &user.id).await? >= MAX_PASSKEYS as i64 {
        return Err(FieldErrors::one(
            "name",
            format!("You already have {MAX_PASSKEYS} passkeys, the maximum. Remove one first."),
        )
        .into());
    }
    // The link in the notification removes what was added from this time on.
    let now = db.now();
    match insert(&mut tx, now, user, &passkey, &name, &state).await {
        Err(Error::Database(sqlx::Error::Database(error))) if error.is_unique_violation() => {
            return Err(FieldErrors::one("name", "This passkey is here already.").into());
        }
        inserted => inserted?,
    }
    emails::notify(&mut tx, now, user, Notification::PasskeyAdded { name }).await?;
    let actor = Actor { user: Some(user), ip: visitor.ip() };
    audit::record(&mut tx, now, actor, Action::AddedPasskey, user).await?;
    tx.commit().await
}

/// Includes the user id, so that another user of this browser cannot finish it.
fn purpose(user: &User) -> String {
    format!("add for {}", user.id)
}

fn checked(place: &RelyingParty, state: &str, answer: &str) -> Option<Passkey> {
    let state: PasskeyRegistration = serde_json::from_str(state).ok()?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).ok()?;
    match place.0.finish_passkey_registration(&answer, &state) {
        Ok(passkey) => Some(passkey),
        Err(error) => {
            tracing::info!(%error, "a new passkey was refused");
            None
        }
    }
}

async fn credential_ids(db: &Db, owner: &Id<User>) -> Result<Vec<Vec<u8>>, Error> {
    let rows = db.rows(sql!("select credential_id from passkeys where user_id = $1", owner)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn count(tx: &mut Tx, owner: &Id<User>) -> Result<i64, Error> {
    let (count,) = tx.row(sql!("select count(*) from passkeys where user_id = $1", owner)).await?;
    Ok(count)
}

async fn insert(
    tx: &mut Tx,
    now: i64,
    user: &User,
    passkey: &Passkey,
    name: &str,
    state: &str,
) -> Result<(), Error> {
    let credential = serde_json::to_string(passkey).map_err(Error::Passkey)?;
    let credential_id: &[u8] = passkey.cred_id().as_ref();
    let insert =
        "insert into passkeys (id, user_id, credential_id, credential, challenge_hash, name, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)";
    tx.execute(sql!(
        insert,
        Id::<super::Passkey>::new(),
        user.id,
        credential_id,
        credential,
        Sha256::digest(state).to_vec(),
        name,
        now
    ))
    .await
    .map(drop)
}
