//! The codes of an authenticator app: RFC 6238 with SHA-1, six digits and 30 seconds, which every app supports.

use crate::error::Error;
use totp_rs::{Builder, Totp};

/// The output length of SHA-1, as RFC 4226 requires.
pub const SECRET_BYTES: usize = 20;

/// Phone clocks are not exact: one code before and one after the current one are valid too.
const SKEW: u16 = 1;

const STEP_SECONDS: i64 = 30;

fn codes(secret: &[u8]) -> Builder {
    Builder::new().with_secret(secret.to_vec()).with_skew(SKEW)
}

/// Returns the time step of this code, counted from 1970, if the code is valid now.
pub fn step_of(secret: &[u8], typed: &str, now: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now / 1000).ok()?;
    let step = codes(secret).build().ok()?.check(&digits, seconds)?;
    i64::try_from(step).ok()
}

/// Returns the time step of the last code that is valid now.
pub(super) fn last_step(now: i64) -> i64 {
    now / 1000 / STEP_SECONDS + i64::from(SKEW)
}

/// Returns the `otpauth` URL for the QR code; `issuer` is the product's name.
pub(super) fn address(secret: &[u8], issuer: &str, email: &str) -> Result<String, Error> {
    // A colon separates the two.
    let plain = |text: &str| text.replace(':', " ");
    let codes = codes(secret).with_issuer(Some(plain(issuer))).with_account_name(plain(email));
    let url = codes.build().and_then(|codes: Totp| codes.to_url());
    url.map_err(|_| Error::Encryption("a secret has no address"))
}

/// Returns the secret for typing into an app: base32, in groups of four.
pub(super) fn spelled(secret: &[u8]) -> String {
    let letters = totp_rs::Secret::from(secret.to_vec()).to_base32();
    let groups: Vec<&str> =
        letters.as_bytes().chunks(4).filter_map(|four| str::from_utf8(four).ok()).collect();
    groups.join(" ")
}
