//! What the product knows and does. No HTML, no status codes, never in the browser.
//! Tables are modules, modules are plural nouns; everything that answers to a person takes that person.

pub mod attempts;
pub mod audit;
pub mod clock;
pub mod clock_watch;
pub mod config;
pub mod db;
pub mod error;
pub mod form_posts;
pub mod id;
pub mod jobs;
pub mod letters;
pub mod mail;
pub mod mistakes;
pub mod notes;
pub mod pages;
pub mod passkeys;
pub mod restore;
pub mod second_factors;
pub mod seed;
pub mod sessions;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tokens;
pub mod users;
pub mod visitor;

pub use config::Config;
pub use db::Db;
pub use error::Error;
pub use id::Id;
pub use mistakes::Mistakes;
pub use users::User;
pub use visitor::Visitor;
