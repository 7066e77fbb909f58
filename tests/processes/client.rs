//! A browser over TCP: it keeps its connection, its cookies and the token of its forms, and tells what became of each
//! request, also when there was no answer.

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

/// What every person of these tests types.
pub const PASSWORD: &str = "harbour-lantern-44";

/// More than the product takes for any request.
const PATIENCE: Duration = Duration::from_secs(45);

/// The answer to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    pub took: Duration,
}

impl Answer {
    /// A header of the answer, or empty.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Whether it says that one is to come back later, and when.
    pub fn is_later(&self) -> bool {
        [429, 503].contains(&self.status)
            && self.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0)
    }
}

/// Why a request has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// No program listens there.
    Refused,
    /// The connection ended in between.
    Internal,
    /// Nothing came in time.
    TooLate,
}

/// What became of a request.
pub type Outcome = Result<Answer, NoAnswer>;

type Connection = SendRequest<Full<Bytes>>;

/// One browser of one person.
pub struct Client {
    pub node: SocketAddr,
    /// What it wants to be shown: a page, or JSON as scripts do.
    pub accept: &'static str,
    pub cookies: BTreeMap<String, String>,
    /// The client's own address, as a proxy tells it: limits by address are not for all of them together.
    address: String,
    /// The forms' token; `Some(None)`: the pages have none.
    token: Option<Option<String>>,
    connection: Option<Connection>,
}

impl Client {
    /// A new browser that talks to this node.
    pub fn at(node: SocketAddr) -> Self {
        static CLIENTS: AtomicU32 = AtomicU32::new(0);
        let [_, a, b, c] = CLIENTS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let address = format!("10.{a}.{b}.{c}");
        Self { node, accept: "text/html", cookies: BTreeMap::new(), address, token: None, connection: None }
    }

    /// From now on it talks to this node.
    pub fn turn_to(&mut self, node: SocketAddr) {
        self.connection = self.connection.take().filter(|_| self.node == node);
        self.node = node;
    }

    /// Asks for a page; follows nothing.
    pub async fn get(&mut self, path: &str) -> Outcome {
        self.send("GET", path, String::new()).await
    }

    /// Asks for a page, follows redirects.
    pub async fn open(&mut self, path: &str) -> Outcome {
        let mut answer = self.get(path).await?;
        for _ in 0..5 {
            let Some(location) = answer.headers.get(LOCATION) else { break };
            let location = location.to_str().unwrap().to_owned();
            answer = self.get(&location).await?;
        }
        Ok(answer)
    }

    /// Posts a form; follows nothing. Where there is no page to take the form's token from, that is the outcome.
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
        // A token belongs to one log-in.
        if ["/login", "/signup", "/logout"].contains(&path) {
            self.token = None;
        }
        answer
    }

    /// Makes an account and logs in to it.
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

    /// The headers of a request, as the browser and the proxy in front of the product send them.
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
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in self.headers() {
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
        // What never left this client may be sent once more; anything else may have been done.
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

/// What a node says of its health, if it answers.
pub async fn health(node: SocketAddr) -> Option<u16> {
    Client::at(node).get("/health").await.ok().map(|answer| answer.status)
}
