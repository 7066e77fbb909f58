//! The cost of a password's hash.

/// OWASP's first choice for argon2id.
#[cfg(not(feature = "testing"))]
pub(super) fn params() -> argon2::Params {
    argon2::Params::DEFAULT
}

#[cfg(feature = "testing")]
pub(super) use in_tests::params;
#[cfg(feature = "testing")]
pub use in_tests::use_real_hashes;

/// Otherwise half of the tests' time would be hashes.
#[cfg(feature = "testing")]
mod in_tests {
    use argon2::Params;
    use std::sync::atomic::{AtomicBool, Ordering};

    static ARE_REAL: AtomicBool = AtomicBool::new(false);

    /// From now on, hashes of this process cost what they cost in production. Only for tests that run one after
    /// another.
    pub fn use_real_hashes() {
        ARE_REAL.store(true, Ordering::Relaxed);
    }

    pub fn params() -> Params {
        let cheap = if ARE_REAL.load(Ordering::Relaxed) { None } else { Params::new(512, 1, 1, None).ok() };
        cheap.unwrap_or(Params::DEFAULT)
    }
}
