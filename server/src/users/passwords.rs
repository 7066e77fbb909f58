//! The password policy, and argon2id: off the async threads, with limited parallelism.

use super::hash_cost::params;
use crate::error::Error;
use crate::field_errors::FieldErrors;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use unicode_normalization::UnicodeNormalization;

pub const MIN_LENGTH: usize = 8;
/// In characters; more would only cost time.
pub const MAX_LENGTH: usize = 128;
/// As typed: no character of NFC has more parts.
const MAX_TYPED_LENGTH: usize = 4 * MAX_LENGTH;
/// The work of a rating grows much faster than the length.
const MAX_JUDGED_LENGTH: usize = 32;

/// One hash takes 19 MiB: more hashes than cores would only fill memory.
static PERMITS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
/// New passwords are rated before they are hashed, and log-ins must not wait for it.
static JUDGES: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)));
/// Any visitor may request ratings for the meter.
static METER: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(1));
const QUEUE_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Resists guessing over the network.
    Fair,
    /// Resists most guessing.
    Good,
    /// Resists guessing even if the hashes are stolen.
    Strong,
}

/// Any character is allowed, blanks too. `personal` contains words about the user that an attacker knows.
pub async fn check(field: &'static str, password: &str, personal: &[&str]) -> Result<Strength, Error> {
    rate(&JUDGES, field, &composed(password), personal).await
}

/// For the meter beside the field. `check` never waits for it.
pub async fn rate_for_meter(field: &'static str, password: &str) -> Result<Strength, Error> {
    rate(&METER, field, &composed(password), &[]).await
}

async fn rate(
    permits: &'static Semaphore,
    field: &'static str,
    password: &str,
    personal: &[&str],
) -> Result<Strength, Error> {
    let refused = |message| FieldErrors::one(field, message);
    let length = password.chars().count();
    if length < MIN_LENGTH {
        return Err(refused(format!("Please use at least {MIN_LENGTH} characters.")).into());
    }
    if length > MAX_LENGTH {
        return Err(refused(format!("Please use at most {MAX_LENGTH} characters; this has {length}.")).into());
    }
    let password: String = password.chars().take(MAX_JUDGED_LENGTH).collect();
    let personal: Vec<String> = personal.iter().map(|word| word.chars().take(MAX_LENGTH).collect()).collect();
    let permit = permit(permits).await?;
    let judged = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        judge(&password, &personal)
    });
    Ok(judged.await?.map_err(refused)?)
}

fn judge(password: &str, personal: &[String]) -> Result<Strength, String> {
    let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
    let estimate = zxcvbn::zxcvbn(password, &personal);
    let advice = estimate.feedback().and_then(|feedback| match feedback.warning() {
        Some(warning) => Some(warning.to_string()),
        None => feedback.suggestions().first().map(ToString::to_string),
    });
    match u8::from(estimate.score()) {
        0 | 1 => {
            let advice = advice.unwrap_or_else(|| "Use a few uncommon words.".into());
            Err(format!("This password is too easy to guess. {advice}"))
        }
        2 => Ok(Strength::Fair),
        3 => Ok(Strength::Good),
        _ => Ok(Strength::Strong),
    }
}

pub(crate) struct Verified {
    pub is_outdated: bool,
}

/// NFC: keyboards write the same letters in different forms.
fn composed(password: &str) -> String {
    password.nfc().collect()
}

/// Tries the form as typed, which may be stored since an earlier build, and then NFC. Without a stored hash, uses a dummy
/// that takes as long and never matches.
pub(crate) async fn verify(password: &str, stored: Option<String>) -> Result<Option<Verified>, Error> {
    // No stored password is longer, and hashing a megabyte would make a cheap attack possible.
    let typed: String = password.chars().take(MAX_TYPED_LENGTH).collect();
    let composed = composed(&typed);
    let is_possible =
        stored.is_some() && typed.len() == password.len() && composed.chars().count() <= MAX_LENGTH;
    let is_composed = typed == composed;
    // The task holds the permit, because it continues after the client disconnects.
    let permit = permit(&PERMITS).await?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let stored = stored.unwrap_or_else(dummy_hash);
        let hash = PasswordHash::new(&stored)?;
        let fits = |form: &str| Argon2::default().verify_password(form.as_bytes(), &hash).is_ok();
        let fits_as_typed = fits(&typed);
        let is_right = fits_as_typed || (!is_composed && fits(&composed));
        let is_outdated = is_outdated(&hash) || (fits_as_typed && !is_composed);
        Ok((is_right && is_possible).then_some(Verified { is_outdated }))
    })
    .await?
}

/// A hash of zeros, which no known password has. To check a password against it takes as long as against a stored one.
fn dummy_hash() -> String {
    let (params, salt, hash) = (params(), "A".repeat(22), "A".repeat(43));
    let costs = format!("m={},t={},p={}", params.m_cost(), params.t_cost(), params.p_cost());
    format!("$argon2id$v=19${costs}${salt}${hash}")
}

fn is_outdated(hash: &PasswordHash) -> bool {
    let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
    let is_current = |used: Params| cost(&used) == cost(&params());
    hash.algorithm != Algorithm::default().ident() || !Params::try_from(hash).is_ok_and(is_current)
}

pub async fn hash(password: &str) -> Result<String, Error> {
    hash_with(password, params()).await
}

pub async fn hash_with(password: &str, params: Params) -> Result<String, Error> {
    let password = composed(password);
    let permit = permit(&PERMITS).await?;
    let hashed = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        hash_now(&password, params)
    });
    hashed.await?
}

fn hash_now(password: &str, params: Params) -> Result<String, Error> {
    Ok(Argon2::from(params).hash_password(password.as_bytes())?.to_string())
}

async fn permit(of: &'static Semaphore) -> Result<SemaphorePermit<'static>, Error> {
    match tokio::time::timeout(QUEUE_TIMEOUT, of.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(Error::Busy),
    }
}
