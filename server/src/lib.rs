//! The domain of the product: no HTML, no status codes, never in the browser. A function that answers to a user takes
//! that user as an argument.

pub mod accounts;
pub mod active_days;
pub mod api_tokens;
pub mod audit;
pub mod clock;
pub mod clock_watch;
pub mod config;
pub mod daily_counts;
pub mod db;
pub mod direction;
pub mod emails;
mod encryption;
pub mod error;
pub mod field_errors;
pub mod form_posts;
pub mod id;
pub mod identities;
pub mod jobs;
pub mod keys;
pub mod live;
pub mod mail;
pub mod notes;
pub mod pagination;
pub mod rate_limits;
pub mod recovery_codes;
pub mod refusal;
pub mod restore;
pub mod scope;
pub mod seed;
pub mod sessions;
pub mod sign_on_failure;
pub mod single_sign_on;
pub mod statistics;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token_pairs;
pub mod tokens;
mod typed_code;
pub mod users;
pub mod visitor;

pub use config::Config;
pub use db::Db;
pub use error::Error;
pub use field_errors::FieldErrors;
pub use id::Id;
pub use refusal::Refusal;
pub use scope::Scope;
pub use sign_on_failure::SignOnFailure;
pub use users::User;
pub use visitor::Visitor;
