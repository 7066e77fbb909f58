//! The commands besides `serve`. Each prints its result.

use crate::health;
use crate::output::say;
use server::audit::Actor;
use server::config::AppEnv;
use server::db::DatabaseUrl;
use server::{Config, Db, accounts, restore, seed, sessions};
use std::error::Error as AnyError;
use std::net::SocketAddr;
use std::process::ExitCode;

pub fn health(address: SocketAddr) -> Result<ExitCode, Box<dyn AnyError>> {
    let ready = health::is_ready(address)?;
    say(if ready { "ready" } else { "not ready" });
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub async fn seed(db: &Db, config: &Config) -> Result<(), Box<dyn AnyError>> {
    if config.env == AppEnv::Production {
        return Err("The seeded passwords are public: `seed` refuses to run in production.".into());
    }
    match seed::seed(db).await? {
        true => say("Seeded the database. Log in as:"),
        false => say("The database has users already and was not changed. The seeded log-ins are:"),
    }
    for person in &seed::PEOPLE {
        say(&format!("  {:22} {}", person.email, person.password));
    }
    Ok(())
}

pub async fn undo_migration(config: &Config, is_confirmed: bool) -> Result<Db, Box<dyn AnyError>> {
    if config.env == AppEnv::Production && !is_confirmed {
        return Err("This is production, and the tables and columns of the last migration would be deleted with all their \
                    data. Stop the product and make a backup. Then confirm both: migrate undo --in-production \
                    --delete-data"
            .into());
    }
    must_exist(&config.database_url).await?;
    Ok(server::db::undo_last_migration(&config.database_url).await?)
}

pub async fn grant_admin(db: &Db, email: &str) -> Result<ExitCode, Box<dyn AnyError>> {
    if accounts::grant_admin(db, email).await? {
        say(&format!("{email} is an admin now."));
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("No user has signed up as {email}."));
    Ok(ExitCode::FAILURE)
}

pub async fn revoke_sessions(db: &Db) -> Result<(), Box<dyn AnyError>> {
    let ended = sessions::revoke_all_users(db, Actor { user: None, ip: "" }).await?;
    say(&format!("All users are logged out: {ended} sessions."));
    Ok(())
}

/// Prints which database is used, and fails if it has no tables: a wrong `DATABASE_URL` must not create a new one.
pub async fn must_exist(url: &DatabaseUrl) -> Result<(), Box<dyn AnyError>> {
    say(&format!("Database: {url}"));
    if server::db::exists(url).await? {
        return Ok(());
    }
    Err("This database has no tables of the product. Check DATABASE_URL, or start the product first.".into())
}

pub async fn finish_restore(db: &Db, config: &Config) -> Result<(), Box<dyn AnyError>> {
    let ended = restore::after_restore(db, config.deletion_grace).await?;
    say(&format!(
        "Ended {} sessions and {} links, messages, pending log-ins, access tokens and recovery codes.\n\
         Held {} emails and other jobs: send or remove them at /admin/jobs.\n\
         Postponed {} planned deletions of accounts.\n\
         Passwords, passkeys and deleted accounts are as in the backup: see docs/guides/restore-a-backup.md.",
        ended.sessions, ended.secrets, ended.held_jobs, ended.postponed_deletions
    ));
    Ok(())
}

/// Copies all data from SQLite into an empty PostgreSQL database. If it fails, it leaves no rows there.
pub async fn copy(config: &Config, url: &str) -> Result<ExitCode, Box<dyn AnyError>> {
    let to: DatabaseUrl = url.parse().map_err(|mistake| format!("The database to copy to: {mistake}"))?;
    for table in server::db::copy(&config.database_url, &to).await? {
        say(&format!("  {:22} {:>10} rows, the same on both", table.table, table.rows));
    }
    say("All rows are copied. Set DATABASE_URL to the new database and start the product.");
    Ok(ExitCode::SUCCESS)
}
