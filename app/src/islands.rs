//! The only code that runs in the browser. An island does what HTML cannot; a page with one says so.

mod password_strength;

pub use password_strength::PasswordStrength;
