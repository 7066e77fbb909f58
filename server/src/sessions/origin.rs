//! The provider that a log-in began with: for a log-out at the provider, and for one that the provider begins.

use super::{Login, Session};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::id::Id;
use crate::identities::Identity;
use crate::keys::Keys;
use crate::sql;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::Duration;

const ABOUT: &str = "ID token";
const GRANT: &str = "grant of a provider";

/// Marks of ended sessions of providers are kept this long: longer than a pending log-in.
pub(crate) const ENDED_LIFETIME: Duration = Duration::from_secs(20 * 60);

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Origin {
    pub identity_id: Id<Identity>,
    /// When the provider's answer came, in unix milliseconds.
    received_at: i64,
    /// When the user logged in at the provider, in unix milliseconds: a session there may have lasted for days.
    pub authenticated_at: i64,
    /// The provider's id of its session.
    sid: Option<String>,
    /// Encrypted.
    id_token: Option<Vec<u8>>,
    /// The token with which the provider is asked again, encrypted, and the first time, in unix milliseconds.
    grant: Option<(Vec<u8>, i64)>,
}

/// What the provider said about the log-in.
pub struct ProviderAnswer<'a> {
    /// In unix milliseconds.
    pub authenticated_at: Option<i64>,
    pub sid: Option<String>,
    pub id_token: Option<&'a str>,
    /// The token with which the provider is asked again, and the first time.
    pub grant: Option<(&'a str, i64)>,
}

impl Origin {
    pub fn new(
        keys: &Keys,
        now: i64,
        identity_id: Id<Identity>,
        answer: ProviderAnswer<'_>,
    ) -> Result<Self, Error> {
        let about = AssociatedData(ABOUT, identity_id.as_str());
        let id_token = answer.id_token.map(|token| encrypt(keys, about, token.as_bytes())).transpose()?;
        let encrypted = |(token, at)| Ok::<_, Error>((Self::encrypted_grant(keys, &identity_id, token)?, at));
        let grant = answer.grant.map(encrypted).transpose()?;
        let authenticated_at = answer.authenticated_at.unwrap_or(now);
        Ok(Self { identity_id, received_at: now, authenticated_at, sid: answer.sid, id_token, grant })
    }

    pub(crate) fn encrypted_grant(keys: &Keys, id: &Id<Identity>, token: &str) -> Result<Vec<u8>, Error> {
        encrypt(keys, AssociatedData(GRANT, id.as_str()), token.as_bytes())
    }

    pub(crate) fn decrypted_grant(keys: &Keys, id: &Id<Identity>, token: &[u8]) -> Option<String> {
        let token = decrypt(keys, AssociatedData(GRANT, id.as_str()), token)?.secret;
        String::from_utf8(token).ok()
    }
}

/// In `logout_tokens`: a session of the provider that ended, or all of a user.
pub(crate) fn ended_hash(issuer: &str, kind: &str, id: &str) -> Vec<u8> {
    Sha256::digest(format!("{issuer}\0{kind}\0{id}")).to_vec()
}

/// Before the user is locked. Otherwise a log-out of the provider that names only its session would miss a log-in that
/// commits at the same moment: it would find neither a row nor a user to wait for.
pub(super) async fn lock_in(tx: &mut Tx, origin: &Origin) -> Result<(), Error> {
    let find = "select issuer from identities where id = $1";
    let issuer = tx.optional::<(String,)>(sql!(find, origin.identity_id)).await?;
    match (issuer, &origin.sid) {
        (Some((issuer,)), Some(sid)) => lock_provider_session(tx, &issuer, sid).await,
        _ => Ok(()),
    }
}

/// Until the end of the transaction. SQLite has one writer at a time.
pub(crate) async fn lock_provider_session(tx: &mut Tx, issuer: &str, sid: &str) -> Result<(), Error> {
    let mut key = [0; 8];
    key.copy_from_slice(&ended_hash(issuer, "sid", sid)[..8]);
    let key = i64::from_le_bytes(key);
    tx.execute(sql!(
        sqlite: "select $1",
        postgres: "select pg_advisory_xact_lock($1)",
        key
    ))
    .await
    .map(drop)
}

/// Returns false if the identity was unlinked, or the provider has ended its session: a code of the second factor may have
/// been typed meanwhile.
pub(super) async fn record_in(tx: &mut Tx, session_id: &Id<Session>, origin: &Origin) -> Result<bool, Error> {
    let Origin { identity_id, received_at, sid, id_token, grant, .. } = origin;
    let find = "select issuer, subject from identities where id = $1";
    let Some((issuer, subject)) = tx.optional::<(String, String)>(sql!(find, identity_id)).await? else {
        return Ok(false);
    };
    let insert =
        "insert into provider_sessions (session_id, identity_id, sid, id_token, grant_token, check_at)
         select $1, id, $3, $4, $5, $6 from identities
         where id = $2 and not exists (
           select 1 from logout_tokens where hash = $7 or (hash = $8 and expires_at >= $9))";
    let (token, check_at) = grant.clone().unzip();
    let of_session = sid.as_ref().map(|sid| ended_hash(&issuer, "sid", sid));
    let of_user = ended_hash(&issuer, "sub", &subject);
    // A later log-in of the user is not affected.
    let since = received_at + millis(ENDED_LIFETIME);
    let inserted = tx
        .execute(sql!(
            insert,
            session_id,
            identity_id,
            sid,
            id_token,
            token,
            check_at,
            of_session,
            of_user,
            since
        ))
        .await?;
    Ok(inserted > 0)
}

/// The issuer and the ID token of a log-in that began with a provider.
pub async fn id_token(db: &Db, keys: &Keys, login: &Login) -> Result<Option<(String, String)>, Error> {
    let find =
        "select i.issuer, i.id, p.id_token from provider_sessions p join identities i on i.id = p.identity_id
         where p.session_id = $1 and p.id_token is not null";
    let found: Option<(String, Id<Identity>, Vec<u8>)> = db.optional(sql!(find, login.session_id)).await?;
    let decrypted = |(issuer, identity_id, encrypted): (String, Id<Identity>, Vec<u8>)| {
        let token = decrypt(keys, AssociatedData(ABOUT, identity_id.as_str()), &encrypted)?.secret;
        Some((issuer, String::from_utf8(token).ok()?))
    };
    Ok(found.and_then(decrypted))
}
