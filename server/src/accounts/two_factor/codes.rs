//! The codes of an authenticator app (RFC 6238, SHA-1, six digits, 30 seconds: every app supports these).

use crate::error::Error;
use crate::typed_code::typed_code;
use totp_rs::{Builder, Totp};

/// RFC 4226 requires the output length of SHA-1.
pub const SECRET_BYTES: usize = 20;

/// Phone clocks differ: one code before and one after the current one are valid.
const SKEW: u16 = 1;

const STEP_SECONDS: i64 = 30;

fn codes(secret: &[u8]) -> Builder {
    Builder::new().with_secret(secret.to_vec()).with_skew(SKEW)
}

/// Returns the number of the step since 1970, or `None` if the code is not valid now.
pub fn step_of(secret: &[u8], typed: &str, now: i64) -> Option<i64> {
    let seconds = u64::try_from(now / 1000).ok()?;
    let step = codes(secret).build().ok()?.check(&typed_code(typed), seconds)?;
    i64::try_from(step).ok()
}

pub(super) fn last_step(now: i64) -> i64 {
    now / 1000 / STEP_SECONDS + i64::from(SKEW)
}

pub(super) fn otpauth_url(secret: &[u8], issuer: &str, email: &str) -> Result<String, Error> {
    // A colon separates issuer and name.
    let plain = |text: &str| text.replace(':', " ");
    let codes = codes(secret).with_issuer(Some(plain(issuer))).with_account_name(plain(email));
    let url = codes.build().and_then(|codes: Totp| codes.to_url());
    url.map_err(|_| Error::Encryption("a secret has no address"))
}

/// Base32, in groups of four.
pub(super) fn base32_in_groups(secret: &[u8]) -> String {
    let letters = totp_rs::Secret::from(secret.to_vec()).to_base32();
    let groups: Vec<&str> =
        letters.as_bytes().chunks(4).filter_map(|four| str::from_utf8(four).ok()).collect();
    groups.join(" ")
}
