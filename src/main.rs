//! The program: `serve`, which is the default, and the commands of `commands.rs`. `bench` is for `cargo xtask bench`.

mod bench;
mod commands;
mod copying;
mod env_file;
mod health;
mod logs;

use app::routes::{routes, unlisted};
use axum::Router;
use commands::{end_what_a_backup_revived, grant_admin, healthy, must_exist, revoke_sessions, seed_database};
use leptos::config::LeptosOptions;
use server::keys::Keys;
use server::sessions::Limits;
use server::{Config, Db, db};
use std::error::Error as AnyError;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::maintenance;
use web::worker::{WORKERS, Worker};

// The system's allocator renders pages about 10 % slower and keeps more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
Usage: COMMAND

  serve               serve the product (what happens without a command)
  migrate             bring the database's schema up to date
  seed                fill an empty development database
  admin grant EMAIL   open the admin area to a user
  sessions revoke     log everybody out, everywhere
  health              ask the program that serves here whether it can
  database copy URL   copy all data into an empty PostgreSQL
  database restored   after a backup was restored: end every session, link and code
  help                print this

Settings come from the environment and from .env; .env.example explains them.";
/// Time for running requests to finish after the stop signal.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);
/// Time after that for workers to finish a job, and for the database to close its connections.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

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
    if arguments == ["health"] {
        env_file::read()?;
        return healthy(leptos()?.site_addr);
    }
    if !matches!(
        arguments,
        [] | ["serve" | "migrate" | "seed" | "bench"]
            | ["admin", "grant", _]
            | ["sessions", "revoke"]
            | ["database", "copy", _]
            | ["database", "restored"]
    ) {
        say(HELP);
        return Ok(ExitCode::from(2));
    }
    let config = settings()?;
    if let ["database", "copy", url] = arguments {
        copying::copy(&config, url).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments == ["database", "restored"] {
        must_exist(&config.database_url)?;
    }
    let migrate = config.migrate || arguments == ["migrate"];
    let db = db::connect(&config.database_url, migrate).await?;
    let (limits, keys) = (config.limits, config.session_keys.clone());
    let done = async {
        match arguments {
            ["migrate"] => say("The schema is up to date."),
            ["seed"] => seed_database(&db, &config).await?,
            ["admin", "grant", email] => return grant_admin(&db, email).await,
            ["sessions", "revoke"] => revoke_sessions(&db).await?,
            ["database", "restored"] => end_what_a_backup_revived(&db, &config).await?,
            ["bench"] => {
                seed_database(&db, &config).await?;
                let (worker, product) = (Worker::new(db.clone(), &config), product(&db, config)?);
                serve(&db, limits, keys, worker, bench::with_bare_routes(product).await?).await?;
            }
            _ => {
                let worker = Worker::new(db.clone(), &config);
                serve(&db, limits, keys, worker, product(&db, config)?).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
    .await;
    // SQLite completes its files when the last connection closes; the process must not end before.
    let _closed_or_not = tokio::time::timeout(CLOSE_TIMEOUT, db.close()).await;
    done
}

fn settings() -> Result<Config, Box<dyn AnyError>> {
    env_file::read()?;
    let config = Config::from_env(Path::new(".env"))
        .map_err(|mistakes| format!("These settings are wrong (see .env.example):\n{mistakes}"))?;
    logs::begin(config.json_logs);
    Ok(config)
}

fn product(db: &Db, config: Config) -> Result<Router, Box<dyn AnyError>> {
    let unlisted = unlisted(&routes());
    if !unlisted.is_empty() {
        return Err(format!(
            "No rule says who may use {}: list it in app/src/routes.rs.",
            unlisted.join(", ")
        )
        .into());
    }
    tracing::info!("serving {}", config.public_url);
    Ok(web::router::router(db.clone(), config, leptos()?))
}

fn leptos() -> Result<LeptosOptions, Box<dyn AnyError>> {
    Ok(leptos::config::get_configuration(None)?.leptos_options)
}

async fn serve(
    db: &Db,
    limits: Limits,
    keys: Keys,
    worker: Worker,
    product: Router,
) -> Result<(), Box<dyn AnyError>> {
    let address = leptos()?.site_addr;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("LEPTOS_SITE_ADDR: cannot listen at {address}: {error}"))?;
    tracing::info!("listening at http://{address}");
    let upkeep = tokio::spawn(maintenance::run_forever(db.clone(), limits, keys));
    let (stop_workers, stopped) = watch::channel(false);
    let workers: JoinSet<()> = (0..WORKERS).map(|_| worker.clone().work(stopped.clone())).collect();
    let service = product.into_make_service_with_connect_info::<SocketAddr>();
    let (stop, stopping) = tokio::sync::oneshot::channel();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        told_to_stop().await;
        let _ended_already = stop.send(());
    });
    tokio::select! {
        served = serving => served?,
        // A browser with an open connection must not keep the program from ending.
        () = async { drop(stopping.await); tokio::time::sleep(SHUTDOWN_TIMEOUT).await } => {}
    }
    upkeep.abort();
    let _nobody_works = stop_workers.send(true);
    let _done_or_not = tokio::time::timeout(CLOSE_TIMEOUT, workers.join_all()).await;
    // An unresponsive database does not close its connections either.
    let _closed_or_not = tokio::time::timeout(CLOSE_TIMEOUT, db.close()).await;
    Ok(())
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

#[allow(clippy::print_stdout)] // the output of a command
fn say(text: &str) {
    println!("{text}");
}
