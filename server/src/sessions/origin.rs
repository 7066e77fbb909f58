//! The provider that a log-in began with: for a log-out at the provider, and for one that the provider begins.

use super::{Login, Session};
use crate::db::{Db, Tx};
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::id::Id;
use crate::identities::Identity;
use crate::keys::Keys;
use crate::sql;
use sha2::{Digest, Sha256};

const ABOUT: &str = "ID token";
const GRANT: &str = "grant of a provider";

#[derive(Clone, Debug)]
pub struct Origin {
    pub identity_id: Id<Identity>,
    /// When the user logged in at the provider, in unix milliseconds: a session there may have lasted for days.
    pub authenticated_at: i64,
    /// The provider's id of its session.
    pub sid: Option<String>,
    /// Encrypted.
    pub id_token: Option<Vec<u8>>,
    /// What asks the provider again, encrypted, and when it does so first, in unix milliseconds.
    pub grant: Option<(Vec<u8>, i64)>,
}

impl Origin {
    pub fn new(
        keys: &Keys,
        identity_id: Id<Identity>,
        authenticated_at: i64,
        sid: Option<String>,
        id_token: Option<&str>,
        grant: Option<(&str, i64)>,
    ) -> Result<Self, Error> {
        let about = AssociatedData(ABOUT, identity_id.as_str());
        let id_token = id_token.map(|token| encrypt(keys, about, token.as_bytes())).transpose()?;
        let encrypted = |(token, at)| Ok::<_, Error>((Self::encrypted_grant(keys, &identity_id, token)?, at));
        let grant = grant.map(encrypted).transpose()?;
        Ok(Self { identity_id, authenticated_at, sid, id_token, grant })
    }

    pub(crate) fn encrypted_grant(keys: &Keys, id: &Id<Identity>, token: &str) -> Result<Vec<u8>, Error> {
        encrypt(keys, AssociatedData(GRANT, id.as_str()), token.as_bytes())
    }

    pub(crate) fn decrypted_grant(keys: &Keys, id: &Id<Identity>, token: &[u8]) -> Option<String> {
        let token = decrypt(keys, AssociatedData(GRANT, id.as_str()), token)?.secret;
        String::from_utf8(token).ok()
    }
}

/// In `logout_tokens`, for a session of the provider that ended.
pub(crate) fn ended_hash(identity_id: &Id<Identity>, sid: &str) -> Vec<u8> {
    Sha256::digest(format!("{identity_id}\0{sid}")).to_vec()
}

/// Returns false if the identity was unlinked, or the provider has ended its session: a code of the second factor may have
/// been typed meanwhile.
pub(super) async fn record_in(tx: &mut Tx, session_id: &Id<Session>, origin: &Origin) -> Result<bool, Error> {
    let insert =
        "insert into provider_sessions (session_id, identity_id, sid, id_token, grant_token, check_at)
         select $1, id, $3, $4, $6, $7 from identities
         where id = $2 and not exists (select 1 from logout_tokens where hash = $5)";
    let Origin { identity_id, sid, id_token, grant, .. } = origin;
    let (grant, check_at) = grant.clone().unzip();
    let ended = ended_hash(identity_id, sid.as_deref().unwrap_or_default());
    Ok(tx.execute(sql!(insert, session_id, identity_id, sid, id_token, ended, grant, check_at)).await? > 0)
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
