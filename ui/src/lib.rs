//! What pages are made of: the document around them, components, emails, and the way from a request to a response. This
//! crate knows no page, so a change of a page does not compile it again.

pub mod actions;
pub mod alternatives;
pub mod api;
pub mod assets;
pub mod brand;
pub mod colors;
pub mod components;
mod content_policy;
pub mod emails;
pub mod errors;
pub mod html;
pub mod layout;
pub mod live;
pub mod page;
mod plain_cookie;
pub mod preferences;
pub mod problem;
pub mod referer;
pub mod refresh_redirect;
pub mod removal;
pub mod request;
pub mod request_id;
pub mod respond;
pub mod route;
pub mod rule;
pub mod state;

pub use alternatives::LogOutToken;
pub use assets::Assets;
pub use errors::{KeptInput, TypedInput, problem_response, render_errors, wants_html};
pub use layout::LoggedIn;
pub use problem::Problem;
pub use referer::came_from;
pub use refresh_redirect::refresh_redirect;
pub use request::Cx;
pub use request_id::RequestId;
pub use route::Routes;
pub use state::AppState;
