//! Encryption of secrets that must be read again. The table, or a backup of it, is useless without `SESSION_SECRET`.

use crate::error::Error;
use crate::keys::Keys;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Nonce, Payload};
use sha2::{Digest, Sha256};

/// Long enough that a random nonce never repeats.
const NONCE: usize = 24;

/// Kind of secret and its row: a ciphertext does not decrypt in another row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AssociatedData<'a>(pub &'static str, pub &'a str);

impl AssociatedData<'_> {
    fn bytes(self) -> Vec<u8> {
        format!("{}\0{}", self.0, self.1).into_bytes()
    }
}

pub(crate) struct Decrypted {
    pub secret: Vec<u8>,
    pub is_old: bool,
}

/// For a secret of 256 random bits: a slow hash would not make it safer.
pub(crate) fn hash_secret(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    <[u8; N]>::try_generate().map_err(|_| Error::Encryption("the system gives no random numbers"))
}

pub(crate) fn encrypt(keys: &Keys, about: AssociatedData<'_>, secret: &[u8]) -> Result<Vec<u8>, Error> {
    let key = keys.encryption_keys().next().ok_or(Error::Encryption("there is no key"))?;
    let nonce: [u8; NONCE] = random()?;
    let payload = Payload { msg: secret, aad: &about.bytes() };
    let encrypted = XChaCha20Poly1305::new(key.into())
        .encrypt(&Nonce::<XChaCha20Poly1305>::from(nonce), payload)
        .map_err(|_| Error::Encryption("it was refused"))?;
    Ok([nonce.as_slice(), &encrypted].concat())
}

/// Returns `None` if the key was removed, or the ciphertext was changed.
pub(crate) fn decrypt(keys: &Keys, about: AssociatedData<'_>, encrypted: &[u8]) -> Option<Decrypted> {
    let (nonce, encrypted) = encrypted.split_first_chunk::<NONCE>()?;
    let about = about.bytes();
    keys.encryption_keys().enumerate().find_map(|(number, key)| {
        let payload = Payload { msg: encrypted, aad: &about };
        let secret = XChaCha20Poly1305::new(key.into())
            .decrypt(&Nonce::<XChaCha20Poly1305>::from(*nonce), payload)
            .ok()?;
        Some(Decrypted { secret, is_old: number > 0 })
    })
}
