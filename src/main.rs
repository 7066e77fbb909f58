//! The program's commands: `serve` (what it does unless told otherwise), `migrate`, `seed`, `admin grant EMAIL`,
//! and `bench` for `cargo xtask bench`.

mod bench;

use axum::Router;
use leptos::config::LeptosOptions;
use server::config::AppEnv;
use server::sessions::{self, Limits};
use server::{Config, Db, Error, db, seed, users};
use std::error::Error as AnyError;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

// The system's allocator is slower by a tenth on pages and keeps more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
Usage: COMMAND

  serve               serve the product (what happens without a command)
  migrate             bring the database's schema up to date
  seed                fill an empty development database
  admin grant EMAIL   open the admin area to a user
  help                print this

Settings come from the environment and from .env; .env.example explains them.";
/// How long requests in flight may take to finish when the program is told to stop.
const GRACE: Duration = Duration::from_secs(20);
const PURGE_INTERVAL: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments).await {
        Ok(code) => code,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[&str]) -> Result<ExitCode, Box<dyn AnyError>> {
    if let ["help" | "--help" | "-h"] = arguments {
        say(HELP);
        return Ok(ExitCode::SUCCESS);
    }
    if !matches!(arguments, [] | ["serve" | "migrate" | "seed" | "bench"] | ["admin", "grant", _]) {
        say(HELP);
        return Ok(ExitCode::from(2));
    }
    let config = settings()?;
    let migrate = config.migrate || arguments == ["migrate"];
    let db = db::connect(&config.database_url, migrate).await?;
    let limits = config.limits;
    match arguments {
        ["migrate"] => say("The schema is up to date."),
        ["seed"] => seeded(&db, &config).await?,
        ["admin", "grant", email] => return granted(&db, email).await,
        ["bench"] => {
            seeded(&db, &config).await?;
            let product = product(&db, config)?;
            serve(&db, limits, bench::with_bare_routes(product).await?).await?;
        }
        _ => serve(&db, limits, product(&db, config)?).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn settings() -> Result<Config, Box<dyn AnyError>> {
    dotenvy::dotenv().or_else(|error| if error.not_found() { Ok(Default::default()) } else { Err(error) })?;
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn")),
        )
        .init();
    let config = Config::from_env(Path::new(".env"));
    Ok(config.map_err(|mistakes| format!("These settings are wrong (see .env.example):\n{mistakes}"))?)
}

async fn seeded(db: &Db, config: &Config) -> Result<(), Box<dyn AnyError>> {
    if config.env == AppEnv::Production {
        return Err("The seeded passwords are public: `seed` refuses to run in production.".into());
    }
    match seed::seed(db).await? {
        true => say("Seeded the database. Log in as:"),
        false => say("The database has people in it and was left alone. The seeded log-ins are:"),
    }
    for person in &seed::PEOPLE {
        say(&format!("  {:22} {}", person.email, person.password));
    }
    Ok(())
}

async fn granted(db: &Db, email: &str) -> Result<ExitCode, Box<dyn AnyError>> {
    if users::grant_admin(db, email).await? {
        say(&format!("{email} is an admin now."));
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("Nobody has signed up as {email}."));
    Ok(ExitCode::FAILURE)
}

fn product(db: &Db, config: Config) -> Result<Router, Box<dyn AnyError>> {
    tracing::info!("serving {}", config.public_url);
    Ok(web::router::router(db.clone(), config, leptos()?))
}

fn leptos() -> Result<LeptosOptions, Box<dyn AnyError>> {
    Ok(leptos::config::get_configuration(None)?.leptos_options)
}

async fn serve(db: &Db, limits: Limits, product: Router) -> Result<(), Box<dyn AnyError>> {
    let address = leptos()?.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("LEPTOS_SITE_ADDR: cannot listen at {address}: {error}"))?;
    tracing::info!("listening at http://{address}");
    let purging = tokio::spawn(purge_for_ever(db.clone(), limits));
    let service = product.into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopping) = tokio::sync::oneshot::channel();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        let _ended_already = stop.send(());
    });
    tokio::select! {
        served = serving => served?,
        // A browser that keeps its connection open must not keep the program from ending.
        () = async { drop(stopping.await); tokio::time::sleep(GRACE).await } => {}
    }
    purging.abort();
    db.close().await;
    Ok(())
}

async fn purge_for_ever(db: Db, limits: Limits) {
    let mut interval = tokio::time::interval(PURGE_INTERVAL);
    loop {
        interval.tick().await;
        let purged: Result<u64, Error> = sessions::purge(&db, limits).await;
        match purged {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "purged sessions that ran out"),
            Err(error) => tracing::warn!(%error, "could not purge; trying again later"),
        }
    }
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    drop(interrupt.await);
}

#[allow(clippy::print_stdout)] // what a command answers to whoever typed it
fn say(text: &str) {
    println!("{text}");
}
