//! HTTP requests to providers: with a timeout, a limit for the size of the response, and without redirects.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use openidconnect::{HttpRequest, HttpResponse};
use serde_json::Value;
use std::sync::LazyLock;
use std::time::Duration;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(8);
const MAX_BYTES: usize = 512 * 1024;

#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(super) struct HttpError {
    reason: String,
    /// Status and body of a response that is no success.
    pub response: Option<(u16, String)>,
}

impl HttpError {
    fn new(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string(), response: None }
    }
}

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// Made with the first request: without a provider it costs nothing.
static CLIENT: LazyLock<Result<HttpClient, HttpError>> = LazyLock::new(|| {
    let tls = HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(|error| HttpError::new(format!("the system has no root certificates: {error}")))?;
    let connector = tls.https_or_http().enable_http1().build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
});

pub(super) async fn send(request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let client = CLIENT.as_ref().map_err(HttpError::new)?;
    let exchange = async {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let response = client.request(request).await.map_err(|error| HttpError::new(format!("{error:?}")))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, MAX_BYTES).collect().await.map_err(HttpError::new)?;
        Ok(HttpResponse::from_parts(parts, body.to_bytes().to_vec()))
    };
    tokio::time::timeout(TIMEOUT, exchange).await.map_err(|_| HttpError::new("it took too long"))?
}

/// An error and its causes. Not `Debug`, which contains the whole response.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Returns the JSON of a successful response.
pub(super) async fn json(
    method: &str,
    url: &str,
    bearer: Option<&str>,
    form: &[(&str, &str)],
) -> Result<Value, HttpError> {
    let encoded = Url::parse_with_params("form:", form).map_err(HttpError::new)?;
    let body = encoded.query().unwrap_or_default().as_bytes().to_vec();
    let mut request = hyper::Request::builder()
        .method(method)
        .uri(url)
        .header("accept", "application/json")
        .header("user-agent", "web")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(token) = bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(body).map_err(HttpError::new)?;
    let response = send(request).await?;
    if !response.status().is_success() {
        let (status, body) = (response.status(), String::from_utf8_lossy(response.body()).into_owned());
        return Err(HttpError {
            reason: format!("{url} answered {status}"),
            response: Some((status.as_u16(), body)),
        });
    }
    serde_json::from_slice(response.body()).map_err(HttpError::new)
}
