//! The command line. `serve.rs` has the default command, `commands.rs` the others.

use crate::output::say;
use crate::serve::{CLOSE_TIMEOUT, Stop};
use crate::{commands, env_file, logs, serve};
use clap::{Parser, Subcommand};
use server::{Config, db};
use std::error::Error as AnyError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use ui::Routes;

/// The exit code with which a shell reports SIGTERM.
const STOPPED: u8 = 143;

/// Serves the product, or runs one command on its database.
#[derive(Parser)]
#[command(after_help = "Settings come from the environment and from .env; .env.example explains them.")]
struct CommandLine {
    /// Read settings from this file instead of .env in the working directory
    #[arg(long, global = true, value_name = "FILE")]
    env_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the product (the default)
    Serve,
    /// Bring the database schema up to date, or undo the last migration
    Migrate {
        #[command(subcommand)]
        change: Option<Migrate>,
    },
    /// Fill an empty development database
    Seed,
    /// Change who is an admin
    #[command(subcommand)]
    Admin(Admin),
    /// End log-ins
    #[command(subcommand)]
    Sessions(Sessions),
    /// Check whether the running program is ready
    Health,
    /// Copy the database, or finish the restore of a backup
    #[command(subcommand)]
    Database(Database),
    /// Serve a seeded database for `cargo xtask bench`
    #[command(hide = true)]
    Bench,
}

#[derive(Subcommand)]
enum Migrate {
    /// Undo the last migration, and delete all data in the tables and columns that it added
    Undo {
        /// Required in production, with --delete-data
        #[arg(long)]
        in_production: bool,
        /// Required in production, with --in-production
        #[arg(long)]
        delete_data: bool,
    },
}

#[derive(Subcommand)]
enum Admin {
    /// Give a user access to the admin area
    Grant { email: String },
}

#[derive(Subcommand)]
enum Sessions {
    /// Log all users out on all browsers
    Revoke,
}

#[derive(Subcommand)]
enum Database {
    /// Copy all data from SQLite into an empty PostgreSQL database
    Copy { url: String },
    /// End every session, link and code that a restored backup made valid again
    Restored,
}

/// Only the commands that serve call `routes`.
#[tokio::main]
pub async fn run(routes: fn() -> Routes) -> ExitCode {
    let CommandLine { env_file, command } = CommandLine::parse();
    match execute(env_file, command.unwrap_or(Command::Serve), routes).await {
        Ok(code) => code,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn execute(
    env_file: Option<PathBuf>,
    command: Command,
    routes: fn() -> Routes,
) -> Result<ExitCode, Box<dyn AnyError>> {
    let file = env_file.as_deref().unwrap_or(Path::new(env_file::DEFAULT));
    let is_read = env_file::read(file, env_file.is_some())?;
    if matches!(command, Command::Health) {
        let address = Config::address().map_err(|mistakes| mistakes.to_string())?;
        return commands::health(address);
    }
    // Each step may wait for a lock. All steps share one future, so that a signal between two of them is not lost.
    let mut stop = serve::stop_signal()?;
    let config = Config::from_env(file)
        .map_err(|mistakes| format!("These settings are wrong (see .env.example):\n{mistakes}"))?;
    logs::begin(config.json_logs);
    let settings =
        if is_read { format!("the environment and {}", file.display()) } else { "the environment".into() };
    tracing::info!(database = %config.database_url, "settings from {settings}");
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    if let Command::Database(Database::Copy { url }) = &command {
        return tokio::select! {
            copied = commands::copy(&config, url) => copied,
            () = stop => Ok(ExitCode::from(STOPPED)),
        };
    }
    let db = tokio::select! {
        opened = open(&command, &config) => opened?,
        () = &mut stop => return Ok(ExitCode::from(STOPPED)),
    };
    let done = match command {
        Command::Serve => serve::serve(&db, config, stop, routes(), false).await.map(|()| ExitCode::SUCCESS),
        Command::Bench => serve_bench(&db, config, stop, routes()).await,
        other => tokio::select! {
            done = on_database(other, &db, config) => done,
            () = stop => Ok(ExitCode::from(STOPPED)),
        },
    };
    // SQLite completes its files when the last connection closes; the process must not end before.
    let _closed_or_not = tokio::time::timeout(CLOSE_TIMEOUT, db.close()).await;
    done
}

async fn open(command: &Command, config: &Config) -> Result<db::Db, Box<dyn AnyError>> {
    if let Command::Migrate { change: Some(Migrate::Undo { in_production, delete_data }) } = command {
        return commands::undo_migration(config, *in_production && *delete_data).await;
    }
    if matches!(command, Command::Admin(_) | Command::Sessions(_) | Command::Database(_)) {
        commands::must_exist(&config.database_url).await?;
    }
    let migrate = config.migrate || matches!(command, Command::Migrate { .. });
    let db = db::connect(&config.database_url, migrate).await?;
    if matches!(command, Command::Serve)
        && !migrate
        && let Err(missing) = db.check_migrations().await
    {
        db.close().await;
        return Err(missing.into());
    }
    Ok(db)
}

async fn serve_bench(
    db: &db::Db,
    config: Config,
    stop: Stop,
    routes: Routes,
) -> Result<ExitCode, Box<dyn AnyError>> {
    commands::seed(db, &config).await?;
    serve::serve(db, config, stop, routes, true).await?;
    Ok(ExitCode::SUCCESS)
}

async fn on_database(command: Command, db: &db::Db, config: Config) -> Result<ExitCode, Box<dyn AnyError>> {
    match command {
        Command::Migrate { change: None } => say("The schema is up to date."),
        Command::Migrate { change: Some(Migrate::Undo { .. }) } => {
            say("The last migration is undone. The next start runs it again.");
        }
        Command::Seed => commands::seed(db, &config).await?,
        Command::Admin(Admin::Grant { email }) => return commands::grant_admin(db, &email).await,
        Command::Sessions(Sessions::Revoke) => commands::revoke_sessions(db).await?,
        Command::Database(_) => commands::finish_restore(db, &config).await?,
        Command::Serve | Command::Health | Command::Bench => {}
    }
    Ok(ExitCode::SUCCESS)
}
