//! A browser over TCP: it keeps its connection, its cookies and its form token, and reports the outcome of each
//! request, also without a response.

use super::pages;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{COOKIE, LOCATION, SET_COOKIE};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// The password of every test user.
pub const PASSWORD: &str = "harbour-lantern-44";

/// Longer than the product's own timeout.
const PATIENCE: Duration = Duration::from_secs(45);

/// A response.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    pub took: Duration,
}

impl Answer {
    /// A header, or empty.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether it is 429 or 503 with `Retry-After`.
    pub fn is_later(&self) -> bool {
        [429, 503].contains(&self.status)
            && self.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0)
    }
}

/// Why a request has no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// No program listens at the address.
    Refused,
    /// The connection ended before the response.
    Internal,
    /// The timeout passed.
    TooLate,
}

pub type Outcome = Result<Answer, NoAnswer>;

type Connection = SendRequest<Full<Bytes>>;

pub struct Client {
    pub node: SocketAddr,
    /// The `Accept` header: a page or JSON.
    pub accept: &'static str,
    pub cookies: BTreeMap<String, String>,
    /// The client's IP address in `X-Forwarded-For`, so that clients do not share rate limits.
    address: String,
    /// The form token. `Some(None)` if the pages have none.
    token: Option<Option<String>>,
    connection: Option<Connection>,
}

impl Client {
    /// A new browser for this node.
    pub fn at(node: SocketAddr) -> Self {
        static CLIENTS: AtomicU32 = AtomicU32::new(0);
        let [_, a, b, c] = CLIENTS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let address = format!("10.{a}.{b}.{c}");
        Self { node, accept: "text/html", cookies: BTreeMap::new(), address, token: None, connection: None }
    }

    /// Sends further requests to this node.
    pub fn turn_to(&mut self, node: SocketAddr) {
        self.connection = self.connection.take().filter(|_| self.node == node);
        self.node = node;
    }

    /// Opens a page. Follows no redirect.
    pub async fn get(&mut self, path: &str) -> Outcome {
        self.send("GET", path, String::new()).await
    }

    /// Opens a page and follows redirects.
    pub async fn open(&mut self, path: &str) -> Outcome {
        let mut answer = self.get(path).await?;
        for _ in 0..5 {
            let Some(location) = answer.headers.get(LOCATION) else { break };
            let location = location.to_str().unwrap().to_owned();
            answer = self.get(&location).await?;
        }
        Ok(answer)
    }

    /// Posts a form. Follows no redirect. If no page with a token can be opened, returns that outcome.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome {
        if self.token.is_none() {
            let accept = std::mem::replace(&mut self.accept, "text/html");
            let page = self.open("/login").await;
            self.accept = accept;
            let page = page?;
            if page.status != 200 {
                return Ok(page);
            }
            self.token = Some(pages::field(&page.body, "csrf_token"));
        }
        let token = self.token.clone().flatten();
        let token = token.iter().map(|token| ("csrf_token", token.as_str()));
        let form: Vec<_> = fields.iter().copied().chain(token).collect();
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let answer = self.send("POST", path, form).await;
        // A token is valid for one session id.
        if ["/login", "/signup", "/logout", "/reauthenticate"].contains(&path) {
            self.token = None;
        }
        answer
    }

    /// Posts JSON, as a program does.
    pub async fn post_json(&mut self, path: &str, body: &str) -> Outcome {
        self.send_with("POST", path, &[("content-type", "application/json")], body.to_owned()).await
    }

    pub async fn get_with_token(&mut self, path: &str, token: &str) -> Outcome {
        let bearer = format!("Bearer {token}");
        self.send_with("GET", path, &[("authorization", &bearer)], String::new()).await
    }

    pub async fn sign_up(&mut self, email: &str) -> Outcome {
        self.post("/signup", &[("name", "Ada"), ("email", email), ("password", PASSWORD)]).await?;
        self.log_in(email).await
    }

    pub async fn log_in(&mut self, email: &str) -> Outcome {
        self.post("/login", &[("email", email), ("password", PASSWORD)]).await
    }

    pub async fn rename(&mut self, name: &str) -> Outcome {
        self.post("/account", &[("name", name)]).await
    }

    /// The headers of a request from the browser through the proxy.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("host", self.node.to_string()),
            ("accept", self.accept.to_owned()),
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("sec-fetch-site", "same-origin".to_owned()),
            ("x-forwarded-for", self.address.clone()),
        ];
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.push((COOKIE.as_str(), cookies.join("; ")));
        }
        headers
    }

    async fn send(&mut self, method: &str, path: &str, body: String) -> Outcome {
        self.send_with(method, path, &[], body).await
    }

    /// `headers` replace those of a browser.
    async fn send_with(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Outcome {
        let mut request = Request::builder().method(method).uri(path);
        let own = self.headers();
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        let own = own.filter(|(name, _)| !headers.iter().any(|(given, _)| given == name));
        for (name, value) in own.chain(headers.iter().copied()) {
            request = request.header(name, value);
        }
        let request = request.body(Full::from(body)).unwrap();
        let answer = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        let answer = answer.unwrap_or(Err(NoAnswer::TooLate))?;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        Ok(answer)
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        if value.is_empty() || cookie.to_lowercase().contains("max-age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Outcome {
        let began = Instant::now();
        let mut kept = self.connection.take();
        if let Some(connection) = &mut kept
            && connection.ready().await.is_err()
        {
            kept = None;
        }
        let mut connection = match kept {
            Some(connection) => connection,
            None => connect(self.node).await?,
        };
        let mut sent = connection.try_send_request(request).await;
        // A request that was never sent may be sent again. Any other may have been handled.
        if let Some(request) = sent.as_mut().err().and_then(|error| error.take_message()) {
            connection = connect(self.node).await?;
            sent = connection.try_send_request(request).await;
        }
        let (parts, body) = sent.map_err(|_| NoAnswer::Internal)?.into_parts();
        let body = body.collect().await.map_err(|_| NoAnswer::Internal)?.to_bytes();
        self.connection = Some(connection);
        let body = String::from_utf8(body.to_vec()).unwrap();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, took: began.elapsed() })
    }
}

async fn connect(node: SocketAddr) -> Result<Connection, NoAnswer> {
    let stream = TcpStream::connect(node).await.map_err(|_| NoAnswer::Refused)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|_| NoAnswer::Internal)?;
    tokio::spawn(connection);
    Ok(sender)
}

/// The status of `/health`, if the node responds.
pub async fn health(node: SocketAddr) -> Option<u16> {
    Client::at(node).get("/health").await.ok().map(|answer| answer.status)
}
