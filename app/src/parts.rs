//! Pieces that two pages or more use.

mod button;
mod field;
mod frame;
mod list;
mod moment;

pub use button::{ActionButton, ConfirmedAction};
pub use field::{Field, Form, TextArea};
pub use frame::{Card, Frame, Narrow};
pub use list::{Empty, Pager, Search, address, tabs};
pub use moment::Moment;
