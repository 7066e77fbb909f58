//! A refresh token: the secret of its session, its number, and a signature of both. So the successor of a used token
//! can be answered again although no table has it, and a used token is distinguished from a forged one.

use crate::encryption::random;
use crate::error::Error;
use crate::keys::Keys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    /// The same in all tokens of a session.
    secret: [u8; 32],
    pub(super) number: i64,
}

impl RefreshToken {
    pub(super) fn first() -> Result<Self, Error> {
        Ok(Self { secret: random()?, number: 0 })
    }

    pub(super) fn with_number(self, number: i64) -> Self {
        Self { number, ..self }
    }

    /// Returns `None` unless this product has signed it.
    pub fn read(keys: &Keys, text: &str) -> Option<Self> {
        let bytes: [u8; 72] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (secret, rest) = bytes.split_first_chunk::<32>()?;
        let (number, signature) = rest.split_first_chunk::<8>()?;
        let token = Self { secret: *secret, number: i64::from_be_bytes(*number) };
        let is_signed = |key| token.mac(key).is_some_and(|mac| mac.verify_slice(signature).is_ok());
        keys.refresh_tokens().any(is_signed).then_some(token)
    }

    /// Signs with the first secret.
    pub(super) fn write(self, keys: &Keys) -> Result<String, Error> {
        let mac = keys.refresh_tokens().next().and_then(|key| self.mac(key));
        let mac = mac.ok_or(Error::Encryption("there is no key"))?.finalize().into_bytes();
        Ok(URL_SAFE_NO_PAD.encode([self.secret.as_slice(), &self.number.to_be_bytes(), &mac].concat()))
    }

    fn mac(&self, key: &[u8; 32]) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        Some(mac.chain_update(self.secret).chain_update(self.number.to_be_bytes()))
    }

    /// Key of the session, in the column where browsers have the hash of their session id.
    pub(super) fn key_hash(&self) -> Vec<u8> {
        Sha256::digest(self.secret).to_vec()
    }

    /// Names the session in a rate limit.
    pub fn session_name(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key_hash())
    }
}
