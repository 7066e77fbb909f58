//! Pieces that two pages or more use.

mod button;
mod ended;
mod field;
mod frame;
mod link;
mod list;
mod moment;
mod table;
mod token;

pub use button::{ActionButton, ConfirmedAction};
pub use ended::ended_card;
pub use field::{Field, Form, TextArea};
pub use frame::{Card, Frame, Narrow};
pub use link::{TokenButton, TokenField, out_of_date};
pub use list::{Empty, Pager, Search, address, choices, tabs};
pub use moment::{Moment, moment_for_programs, moment_in_words};
pub use table::Table;
