//! What is logged: as `RUST_LOG` says, but for what libraries would tell of secrets.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log, as JSON or as text.
pub fn begin(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter);
    if json {
        logs.json().finish().with(without_secrets()).init();
    } else {
        logs.finish().with(without_secrets()).init();
    }
}

/// The most that these libraries may say, whatever `RUST_LOG` asks for.
fn without_secrets() -> Targets {
    Targets::new()
        .with_default(LevelFilter::TRACE)
        // What is wrong with a form, with what was typed into it.
        .with_target("axum::rejection", LevelFilter::DEBUG)
        // The talk with the mail server: its password, and each mail with its link.
        .with_target("lettre", LevelFilter::INFO)
        // Values of parameters of DATABASE_URL that it does not know, and whole lines of a .pgpass that it cannot read.
        .with_target("sqlx_postgres::options", LevelFilter::OFF)
        // What browsers and devices answer when a passkey is made or used.
        .with_target("webauthn_rs", LevelFilter::INFO)
}
