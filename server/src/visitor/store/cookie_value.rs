//! The encrypted value of the cookie with session data. It contains its expiry, since a browser need not obey its own,
//! and is valid for one session id.

use crate::clock::{SKEW, millis};
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::keys::Keys;
use crate::visitor::{DAY, Data};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tower_sessions::session::Id;

const ABOUT: &str = "session data in a cookie";

/// Browsers keep 4,096 bytes, with the name and the attributes.
const MAX_BYTES: usize = 3_800;

/// Returns `None` if it is too large. `until` and `now` are in unix milliseconds.
pub(super) fn encrypt_value(keys: &Keys, id: Id, data: &Data, until: i64) -> Result<Option<String>, Error> {
    let content = rmp_serde::to_vec(&(until, data)).map_err(|_| Error::Encryption("it cannot be written"))?;
    let encrypted = encrypt(keys, AssociatedData(ABOUT, &id.to_string()), &content)?;
    Ok(Some(URL_SAFE_NO_PAD.encode(encrypted)).filter(|value| value.len() <= MAX_BYTES))
}

/// Returns `None` if it is forged, truncated, expired, or of another session.
pub(super) fn decrypt_value(keys: &Keys, id: Id, value: &str, now: i64) -> Option<Data> {
    let encrypted = URL_SAFE_NO_PAD.decode(value).ok()?;
    let content = decrypt(keys, AssociatedData(ABOUT, &id.to_string()), &encrypted)?.secret;
    let (until, data): (i64, Data) = rmp_serde::from_slice(&content).ok()?;
    // A later expiry was written while the clock was ahead.
    (1..=millis(DAY.unsigned_abs() + SKEW)).contains(&(until - now)).then_some(data)
}
