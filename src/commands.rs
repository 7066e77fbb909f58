//! What people type on the server, besides serving: each answers in a line or two.

use crate::{health, say};
use server::audit::Actor;
use server::config::AppEnv;
use server::db::DatabaseUrl;
use server::{Config, Db, accounts, restore, seed, sessions};
use std::error::Error as AnyError;
use std::net::SocketAddr;
use std::process::ExitCode;

/// Asks the program that serves at this address whether it can.
pub fn healthy(address: SocketAddr) -> Result<ExitCode, Box<dyn AnyError>> {
    let ready = health::is_ready(address)?;
    say(if ready { "ready" } else { "not ready" });
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Fills an empty database, never a public one, and says how to log in.
pub async fn seed_database(db: &Db, config: &Config) -> Result<(), Box<dyn AnyError>> {
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

/// Opens the admin area to whoever signed up with this address.
pub async fn grant_admin(db: &Db, email: &str) -> Result<ExitCode, Box<dyn AnyError>> {
    if accounts::grant_admin(db, email).await? {
        say(&format!("{email} is an admin now."));
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!("Nobody has signed up as {email}."));
    Ok(ExitCode::FAILURE)
}

/// Logs everybody out.
pub async fn revoke_sessions(db: &Db) -> Result<(), Box<dyn AnyError>> {
    let ended = sessions::revoke_everybodys(db, Actor { user: None, ip: "" }).await?;
    say(&format!("Everybody is logged out: {ended} sessions."));
    Ok(())
}

/// Refuses an SQLite file that is not there, in place of creating it.
pub fn must_exist(url: &DatabaseUrl) -> Result<(), String> {
    match url {
        DatabaseUrl::Sqlite(file) if !file.exists() => {
            Err(format!("There is no database {}.", file.display()))
        }
        _ => Ok(()),
    }
}

/// Ends what came back to life when a backup was restored.
pub async fn end_what_a_backup_revived(db: &Db, config: &Config) -> Result<(), Box<dyn AnyError>> {
    let ended = restore::after_restore(db, config.deletion_grace).await?;
    say(&format!(
        "Ended {} sessions and {} links, messages, pending log-ins and recovery codes.\n\
         Held {} emails and other jobs: send or remove them at /admin/jobs.\n\
         Postponed {} planned deletions of accounts.\n\
         Passwords, passkeys and deleted accounts are as in the backup: see docs/guides/restore-a-backup.md.",
        ended.sessions, ended.secrets, ended.held_jobs, ended.postponed_deletions
    ));
    Ok(())
}
