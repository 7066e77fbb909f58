//! The only code that runs in the browser. An island does what HTML cannot; a page with an island declares it.

mod passkeys;
mod password_strength;

pub use passkeys::Passkeys;
pub use password_strength::PasswordStrength;
