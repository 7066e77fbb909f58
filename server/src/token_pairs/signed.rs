//! Signed access tokens (JWT with Ed25519), which other services can check by the public keys. Here they are valid only
//! while their session exists.

mod ed25519;

use super::{ACCESS_LIFETIME, Issuer};
use crate::clock::{SKEW, millis};
use crate::encryption::random;
use crate::error::Error;
use crate::id::Id;
use crate::sessions::Session;
use crate::users::User;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// So that no other kind of token counts as an access token (RFC 9068).
const TYPE: &str = "at+jwt";
const SIGNING_FAILED: Error = Error::Encryption("an access token could not be signed");

#[derive(Deserialize)]
struct Claims {
    sid: Id<Session>,
    /// In unix seconds.
    exp: i64,
}

pub(super) fn sign(
    issuer: &Issuer<'_>,
    now: i64,
    user_id: &Id<User>,
    session: &Id<Session>,
) -> Result<String, Error> {
    ed25519::install();
    let seed = issuer.keys.access_tokens().next().ok_or(SIGNING_FAILED)?;
    let header = Header { typ: Some(TYPE.into()), kid: Some(key_id(seed)), ..Header::new(Algorithm::EdDSA) };
    let claims = json!({
        "iss": issuer.name(),
        "aud": issuer.audience(),
        "sub": user_id,
        "sid": session,
        "scope": "read write",
        "iat": now / 1000,
        "exp": (now + millis(ACCESS_LIFETIME)) / 1000,
        // Two tokens of one second differ.
        "jti": URL_SAFE_NO_PAD.encode(random::<16>()?),
    });
    encode(&header, &claims, &EncodingKey::from_ed_der(seed)).map_err(|_| SIGNING_FAILED)
}

/// Returns the session of a token that this product signed and that has not expired. The session may have ended.
pub(super) fn verify(issuer: &Issuer<'_>, now: i64, token: &str) -> Option<Id<Session>> {
    ed25519::install();
    let header = decode_header(token).ok().filter(|header| header.typ.as_deref() == Some(TYPE))?;
    let kid = header.kid?;
    let seed = issuer.keys.access_tokens().find(|seed| key_id(seed) == kid)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[issuer.name()]);
    validation.set_audience(&[issuer.audience()]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // Compared below, with the clock of the product.
    validation.validate_exp = false;
    let key = DecodingKey::from_ed_der(&public_key(seed));
    let claims: Claims = decode(token, &key, &validation).ok()?.claims;
    // A later expiry was written by a wrong clock.
    let latest = now + millis(ACCESS_LIFETIME + SKEW);
    (now / 1000 + 1..=latest / 1000).contains(&claims.exp).then_some(claims.sid)
}

/// The public keys, as a JWK Set (RFC 7517): the one that signs, and those of older secrets.
pub fn public_keys(issuer: &Issuer<'_>) -> Value {
    let key = |seed: &[u8; 32]| {
        let x = URL_SAFE_NO_PAD.encode(public_key(seed));
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key_id(seed), "x": x })
    };
    json!({ "keys": issuer.keys.access_tokens().map(key).collect::<Vec<_>>() })
}

fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// The thumbprint of the public key (RFC 7638).
fn key_id(seed: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key(seed));
    let members = ["{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"", &x, "\"}"].concat();
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}
