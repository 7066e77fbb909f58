//! The command line. `serve.rs` has the default command, `commands.rs` the others.

mod bench;
mod commands;
mod env_file;
mod health;
mod logs;
mod serve;

use clap::{Parser, Subcommand};
use leptos::config::LeptosOptions;
use server::{Config, db};
use std::error::Error as AnyError;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

// The system's allocator renders pages about 10 % slower and keeps more memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves the product, or runs one command on its database.
#[derive(Parser)]
#[command(after_help = "Settings come from the environment and from .env; .env.example explains them.")]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the product: the default
    Serve,
    /// Bring the database schema up to date
    Migrate,
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

#[tokio::main]
async fn main() -> ExitCode {
    let command = CommandLine::parse().command.unwrap_or(Command::Serve);
    match run(command).await {
        Ok(code) => code,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, Box<dyn AnyError>> {
    env_file::read()?;
    if matches!(command, Command::Health) {
        return commands::health(leptos()?.site_addr);
    }
    let config = Config::from_env(Path::new(".env"))
        .map_err(|mistakes| format!("These settings are wrong (see .env.example):\n{mistakes}"))?;
    logs::begin(config.json_logs);
    if let Command::Database(Database::Copy { url }) = &command {
        return commands::copy(&config, url).await;
    }
    if matches!(command, Command::Database(Database::Restored)) {
        commands::must_exist(&config.database_url)?;
    }
    let migrate = config.migrate || matches!(command, Command::Migrate);
    let db = db::connect(&config.database_url, migrate).await?;
    let done = on_database(command, &db, config).await;
    // SQLite completes its files when the last connection closes; the process must not end before.
    let _closed_or_not = tokio::time::timeout(CLOSE_TIMEOUT, db.close()).await;
    done
}

async fn on_database(command: Command, db: &db::Db, config: Config) -> Result<ExitCode, Box<dyn AnyError>> {
    match command {
        Command::Migrate => say("The schema is up to date."),
        Command::Seed => commands::seed(db, &config).await?,
        Command::Admin(Admin::Grant { email }) => return commands::grant_admin(db, &email).await,
        Command::Sessions(Sessions::Revoke) => commands::revoke_sessions(db).await?,
        Command::Database(_) => commands::finish_restore(db, &config).await?,
        Command::Bench => {
            commands::seed(db, &config).await?;
            serve::serve(db, config, true).await?;
        }
        Command::Serve | Command::Health => serve::serve(db, config, false).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn leptos() -> Result<LeptosOptions, Box<dyn AnyError>> {
    Ok(leptos::config::get_configuration(None)?.leptos_options)
}

#[allow(clippy::print_stdout)] // the output of a command
fn say(text: &str) {
    println!("{text}");
}
