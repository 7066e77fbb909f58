//! The body of a request: its form token, and the input to keep if the guard refuses the request.

use crate::secret_fields::is_secret;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, header};
use server::form_posts::Key;
use server::visitor::TOKEN_FIELD;
use server::{Error, Visitor};
use ui::components::hidden_by;
use ui::{Problem, came_from, wants_html};

/// The product's name of the header, and the name that some libraries use.
const TOKEN_HEADERS: [HeaderName; 2] =
    [HeaderName::from_static("x-csrf-token"), HeaderName::from_static("x-xsrf-token")];

/// More than the longest form.
const MAX_BODY_BYTES: usize = 256 * 1024;

const MAX_TOKEN_BYTES: usize = 200;

/// More than any form of the product has.
const MAX_FIELDS: usize = 30;

#[derive(Debug)]
pub struct FormBody {
    token: String,
    /// The key of a repeated post. `None` if the token is not in a field.
    form: Option<Key>,
    fields: Vec<(String, String)>,
    /// The page of the form. `None` if the browser does not send it.
    pub page: Option<String>,
}

impl FormBody {
    /// Returns a safe request unchanged, with `None`.
    pub async fn of(request: Request) -> Result<(Request, Option<Self>), Problem> {
        if request.method().is_safe() {
            return Ok((request, None));
        }
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| Problem::TooLarge)?;
        let fields = if is_form(&parts.headers) { fields(&body) } else { Vec::new() };
        let token =
            token(&parts.headers, &fields).or_else(|| first_part(&parts.headers, &body)).unwrap_or_default();
        let page = came_from(&parts.headers);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let is_of_browser =
            wants_html(&parts.headers) && fields.iter().any(|(name, value)| is_token(name, value, &token));
        let form = is_of_browser.then(|| Key::new(&token, path, &body));
        Ok((Request::from_parts(parts, body.into()), Some(Self { token, form, fields, page })))
    }

    pub fn form(&self) -> Option<&Key> {
        self.form.as_ref()
    }

    /// Empty if the request has none.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Names and values of the fields that a user typed into, without secret ones.
    pub fn typed(&self) -> Vec<(String, String)> {
        let is_hidden =
            |name: &str| self.fields.iter().any(|(mark, _)| hidden_by(mark).is_some_and(|one| one == name));
        let is_typed = |name: &str, value: &str| !value.is_empty() && !is_hidden(name);
        let typed = self.without_secrets().filter(|(name, value)| is_typed(name, value));
        typed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Without the marks of hidden fields.
    fn without_secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        fields.filter(|(name, _)| !is_secret(name) && hidden_by(name).is_none())
    }

    /// Keeps a form into which the user typed, with its hidden fields and without secrets. Returns whether it is kept.
    pub async fn keep(&self, visitor: &Visitor) -> Result<bool, Error> {
        let Some(page) = self.page.as_deref().filter(|_| !self.typed().is_empty()) else {
            return Ok(false);
        };
        let form = page.split_once('?').map_or(page, |(path, _)| path);
        let fields: Vec<_> = self.without_secrets().collect();
        visitor.keep_for_later(form, &fields).await
    }
}

fn is_token(name: &str, value: &str, token: &str) -> bool {
    name == TOKEN_FIELD && value == token
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    kind.starts_with(b"application/x-www-form-urlencoded")
}

fn fields(body: &Bytes) -> Vec<(String, String)> {
    form_urlencoded::parse(body).take(MAX_FIELDS).map(|(name, value)| (name.into(), value.into())).collect()
}

fn token(headers: &HeaderMap, fields: &[(String, String)]) -> Option<String> {
    let in_header = || TOKEN_HEADERS.iter().find_map(|name| headers.get(name)?.to_str().ok());
    let in_form = || fields.iter().find(|(name, _)| name == TOKEN_FIELD).map(|(_, value)| value.as_str());
    in_header().or_else(in_form).map(str::to_owned)
}

/// The token of a form with a file, which `Form` puts into the first part.
fn first_part(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary =
        kind.strip_prefix("multipart/form-data;")?.trim().strip_prefix("boundary=")?.trim_matches('"');
    let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{TOKEN_FIELD}\"\r\n\r\n");
    let rest = body.strip_prefix(head.as_bytes())?;
    let length = rest.iter().take(MAX_TOKEN_BYTES).position(|byte| *byte == b'\r')?;
    String::from_utf8(rest[..length].to_vec()).ok()
}
