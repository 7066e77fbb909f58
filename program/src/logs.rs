//! Sets up the logs by `RUST_LOG`, without messages of libraries that contain secrets.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub fn begin(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter);
    if json {
        logs.json().finish().with(without_secrets()).init();
    } else {
        logs.finish().with(without_secrets()).init();
    }
}

/// Limits the levels of these libraries, even if `RUST_LOG` asks for more.
fn without_secrets() -> Targets {
    Targets::new()
        .with_default(LevelFilter::TRACE)
        // Errors of form fields, with the input.
        .with_target("axum::rejection", LevelFilter::DEBUG)
        // The SMTP conversation: the password, and each email with its link.
        .with_target("lettre", LevelFilter::INFO)
        // Values of unknown parameters of DATABASE_URL, and invalid lines of a .pgpass.
        .with_target("sqlx_postgres::options", LevelFilter::OFF)
        // The browsers' answers when a passkey is made or used.
        .with_target("webauthn_rs", LevelFilter::INFO)
}
