//! Components that two or more pages use.

mod button;
mod ended;
mod field;
mod link;
mod list;
mod page_shell;
mod table;
mod timestamp;
mod token;

pub use button::{ActionButton, ConfirmedAction};
pub use ended::ended_card;
pub use field::{Field, Form, TextArea};
pub use link::{TokenButton, TokenField, expired_link};
pub use list::{Empty, Pager, Search, address, choices, tabs};
pub use page_shell::{Card, FormPage, PageShell};
pub use table::Table;
pub use timestamp::{Timestamp, rfc3339, timestamp_text};
