//! OpenID Connect Back-Channel Logout 1.0: the provider says that a session of its own ended.

use super::openid::{ALGORITHMS, payload};
use super::{Provider, failed};
use crate::clock::{SKEW, millis};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::identities::{self, Identity};
use crate::sessions::{ENDED_LIFETIME, EndReason, Selection, end_within, ended_hash, lock_provider_session};
use crate::sign_on_failure::SignOnFailure;
use crate::sql;
use crate::users::{self, User};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::time::Duration;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A token is sent when it is made.
const MAX_AGE: Duration = Duration::from_secs(10 * 60);
const MAX_BYTES: usize = 16 * 1024;

/// Ends the sessions that the token names, at once. Each token is accepted once.
pub async fn end_sessions(db: &Db, provider: &Provider, token: &str) -> Result<(), Error> {
    let invalid = |reason: &str| failed(SignOnFailure::Invalid, provider, reason);
    if token.len() > MAX_BYTES {
        return Err(invalid("the log-out token is too long"));
    }
    if !is_signed(db, provider, token).await? {
        return Err(invalid("the signature of a log-out token is wrong"));
    }
    let claims = payload(token).ok_or_else(|| invalid("a log-out token has no payload"))?;
    if let Some(mistake) = mistake(provider, &claims, db.now() / 1000) {
        return Err(invalid(mistake));
    }
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let mut tx = db.begin().await?;
    let hash = Sha256::digest(format!("{}\0{}", provider.issuer, text("jti"))).to_vec();
    let insert = "insert into logout_tokens (hash, expires_at) values ($1, $2) on conflict (hash) do nothing";
    let until = db.now() + millis(MAX_AGE + 2 * SKEW);
    if tx.execute(sql!(insert, hash, until)).await? == 0 {
        return Err(invalid("a log-out token was used before"));
    }
    // A log-in that is about to begin waits, or is seen here. The same below for the user.
    if !text("sid").is_empty() {
        lock_provider_session(&mut tx, &provider.issuer, text("sid")).await?;
    }
    let (kind, id) = if text("sid").is_empty() { ("sub", text("sub")) } else { ("sid", text("sid")) };
    let mark = "insert into logout_tokens (hash, expires_at) values ($1, $2)
         on conflict (hash) do update set expires_at = excluded.expires_at";
    let marked_until = db.now() + millis(ENDED_LIFETIME);
    tx.execute(sql!(mark, ended_hash(&provider.issuer, kind, id), marked_until)).await?;
    let named = named(&mut tx, provider, text("sub"), text("sid")).await?;
    for (_, user_id) in &named {
        users::lock_for_update(&mut tx, user_id).await?;
    }
    // All at once: sessions are locked in the order of their ids.
    let which = match (named.first(), text("sub"), text("sid")) {
        (Some(_), "", sid) => Some(Selection::of_provider_sid(&provider.issuer, sid)),
        (Some((identity_id, _)), _, "") => Some(Selection::began_with(identity_id.as_str(), "")),
        (Some((identity_id, _)), _, sid) => Some(Selection::of_provider_session(identity_id.as_str(), sid)),
        (None, ..) => None,
    };
    let ended = match which {
        Some(which) => end_within(&mut tx, db.now(), EndReason::ProviderLoggedOut, which).await?,
        None => 0,
    };
    tx.commit().await?;
    tracing::info!(provider = provider.id, ended, "the provider ended sessions");
    Ok(())
}

/// The identities whose sessions end: of the subject, or those of the session. In the order in which users are locked.
async fn named(
    tx: &mut Tx,
    provider: &Provider,
    subject: &str,
    sid: &str,
) -> Result<Vec<(Id<Identity>, Id<User>)>, Error> {
    if !subject.is_empty() {
        let found = identities::find_in(tx, &provider.issuer, subject).await?;
        return Ok(found.map(|identity| (identity.id, identity.user_id)).into_iter().collect());
    }
    let find =
        "select distinct i.id, i.user_id from identities i join provider_sessions p on p.identity_id = i.id
         where i.issuer = $1 and p.sid = $2 order by i.user_id, i.id";
    tx.rows(sql!(find, provider.issuer, sid)).await
}

/// Returns what is wrong. `now` is in unix seconds.
fn mistake(provider: &Provider, claims: &Value, now: i64) -> Option<&'static str> {
    let (skew, max_age) = (SKEW.as_secs().cast_signed(), MAX_AGE.as_secs().cast_signed());
    let has_text = |name: &str| claims[name].as_str().is_some_and(|text| !text.is_empty());
    let is_audience = match &claims["aud"] {
        Value::String(audience) => *audience == provider.client_id,
        Value::Array(all) => all.iter().any(|audience| *audience == provider.client_id.as_str()),
        _ => false,
    };
    let is_new = |at: i64| (-skew..=max_age + skew).contains(&(now - at));
    let checks = [
        (claims["iss"] == provider.issuer.as_str(), "the issuer of a log-out token is wrong"),
        (is_audience, "the audience of a log-out token is wrong"),
        (claims["iat"].as_i64().is_some_and(is_new), "a log-out token is too old"),
        (
            claims["exp"].is_null() || claims["exp"].as_i64().is_some_and(|at| at + skew > now),
            "a log-out token expired",
        ),
        (has_text("jti"), "a log-out token has no id"),
        (claims["events"][EVENT].is_object(), "a token is no log-out token"),
        (claims.get("nonce").is_none(), "a log-out token has a nonce, as an ID token has"),
        (has_text("sub") || has_text("sid"), "a log-out token names no session"),
    ];
    checks.into_iter().find(|(is_right, _)| !is_right).map(|(_, mistake)| mistake)
}

/// An unknown key is looked up at the provider once.
async fn is_signed(db: &Db, provider: &Provider, token: &str) -> Result<bool, Error> {
    let Some((header, message, signature)) = parts(token) else {
        return Ok(false);
    };
    let algorithm = serde_json::from_value::<CoreJwsSigningAlgorithm>(header["alg"].clone());
    let Ok(algorithm) = algorithm else {
        return Ok(false);
    };
    let is_type = header["typ"].as_str().is_none_or(|name| {
        ["logout+jwt", "application/logout+jwt", "jwt"].contains(&name.to_lowercase().as_str())
    });
    if !ALGORITHMS.contains(&algorithm) || !is_type || header.get("crit").is_some() {
        return Ok(false);
    }
    let fits = |keys: &CoreJsonWebKeySet| {
        keys.keys().iter().any(|key| {
            let is_named =
                header["kid"].as_str().is_none_or(|kid| key.key_id().is_some_and(|id| id.as_str() == kid));
            is_named && key.verify_signature(&algorithm, message.as_bytes(), &signature).is_ok()
        })
    };
    let metadata = provider.metadata(db.now()).await?;
    Ok(fits(metadata.jwks()) || fits(&provider.new_keys(&metadata).await?))
}

/// Header, what is signed, and the signature.
fn parts(token: &str) -> Option<(Value, &str, Vec<u8>)> {
    let (message, signature) = token.rsplit_once('.')?;
    let header = URL_SAFE_NO_PAD.decode(message.split_once('.')?.0).ok()?;
    Some((serde_json::from_slice(&header).ok()?, message, URL_SAFE_NO_PAD.decode(signature).ok()?))
}
