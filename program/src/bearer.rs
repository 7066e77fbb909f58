//! Enforces the rule of each API route: a valid access token with the scope that the rule names. Cookies do not count.

use crate::bearer_token::BearerToken;
use crate::client_address::device;
use crate::guard::may_use_unverified;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use server::Scope;
use server::rate_limits::Quota;
use ui::api::Caller;
use ui::rule::{Access, Rule};
use ui::{AppState, Problem, problem_response};

pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

pub async fn check_bearer(
    State(rule): State<Rule>,
    Extension(state): Extension<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let scope = match rule.access {
        Access::Public => {
            let device = device(&request, &state.config.trusted_proxies);
            request.extensions_mut().insert(device);
            return next.run(request).await;
        }
        Access::Token(scope) => scope,
        // Only the guard enforces these, so they are refused here.
        Access::Member | Access::Role(_) => return problem_response(Problem::Forbidden),
    };
    let Some(sent) = only_authorization(request.headers()) else {
        return refuse(Problem::Unauthenticated, "Bearer");
    };
    let bearer = match BearerToken::find(&state, sent).await {
        Ok(Some(bearer)) => bearer,
        Ok(None) => return refuse(Problem::Unauthenticated, "Bearer error=\"invalid_token\""),
        Err(error) => return problem_response(error.into()),
    };
    tracing::Span::current().record("user", bearer.user().id.as_str());
    let quota = bearer.count(&state);
    let mut response = if quota.retry_after.is_some() {
        problem_response(Problem::TooManyRequests)
    } else if !bearer.may(scope) {
        let scope = scope.name();
        refuse(Problem::Forbidden, &format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\""))
    } else if bearer.user().email_verified_at.is_none()
        && !may_use_unverified(state.config.unverified_may, rule.verified)
    {
        problem_response(Problem::Forbidden)
    } else {
        run(&state, bearer, request, next).await
    };
    response.headers_mut().extend(headers(quota));
    response
}

async fn run(state: &AppState, bearer: BearerToken, mut request: Request, next: Next) -> Response {
    // A request is answered even if the database cannot be written to.
    if let Err(error) = bearer.touch(state).await {
        tracing::warn!(%error, "could not update last_used_at of a token");
    }
    request.headers_mut().remove(header::COOKIE);
    let user = bearer.user().clone();
    let scope = Scope::of(&user);
    request.extensions_mut().insert(Caller { db: state.db.clone(), user, scope });
    next.run(request).await
}

/// Returns `None` for two headers, since a proxy and this program could read different ones.
fn only_authorization(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    sent.next().filter(|_| sent.next().is_none())
}

fn refuse(problem: Problem, challenge: &str) -> Response {
    let challenge = HeaderValue::from_str(challenge).ok().map(|value| (header::WWW_AUTHENTICATE, value));
    let mut response = problem_response(problem);
    response.headers_mut().extend(challenge);
    response
}

/// The names and formats are those of the IETF draft “RateLimit header fields for HTTP”.
fn headers(quota: Quota) -> HeaderMap {
    let seconds = |time: std::time::Duration| time.as_secs_f64().ceil() as u64;
    let (limit, left) = (quota.limit, quota.remaining);
    let texts = [
        (RATE_LIMIT_POLICY, Some(format!("\"token\";q={limit};w={limit}"))),
        (RATE_LIMIT, Some(format!("\"token\";r={left};t={}", seconds(quota.full_in)))),
        (header::RETRY_AFTER, quota.retry_after.map(|wait| (wait.0.as_secs() + 1).to_string())),
    ];
    let set = texts.into_iter().filter_map(|(name, text)| Some((name, text?.parse().ok()?)));
    set.collect()
}
