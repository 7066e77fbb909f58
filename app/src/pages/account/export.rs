//! GET and POST /account/export: all data of the user as a file, without other users' data and without secrets.

use super::Tabs;
use super::log_in_methods::{ExportedIdentity, exported_identities};
use super::tokens::{ExportedToken, exported_tokens};
use crate::pages::notes::export::{ExportedNote, exported_notes};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server::accounts::passkeys::{self, Passkey};
use server::audit::{self, OwnEntry};
use server::sessions::{self, EndedSession, Session};
use server::{User, active_days, rate_limits};
use std::ops::Not;
use ui::components::{ActionButton, Card, Look, PageShell, Size, rfc3339};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/account/export";

pub async fn export_page(_: Cx) -> PageResult {
    page(
        "Your data",
        view! {
            <PageShell heading="Your account">
                <Tabs here="/account"/>
                <Card heading="Download your data">
                    <p>"A JSON file with all the data of your account. It contains personal data, so store it in a safe place."</p>
                    <ActionButton action=PATH text="Download" look=Look::Primary size=Size::Medium/>
                </Card>
            </PageShell>
        },
    )
}

/// All data of a user. A new table of the product needs a field here. Timestamps are in RFC 3339.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Export {
    account: Account,
    sessions: Vec<Device>,
    ended_sessions: Vec<EndedDevice>,
    /// The beginning of each day, in UTC.
    active_days: Vec<String>,
    passkeys: Vec<ExportedPasskey>,
    identities: Vec<ExportedIdentity>,
    api_tokens: Vec<ExportedToken>,
    audit: Vec<AuditEntry>,
    notes: Vec<ExportedNote>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Account {
    id: String,
    email: String,
    name: String,
    roles: Vec<String>,
    email_verified_at: Option<String>,
    undeliverable_email: Option<String>,
    reminded_at: Option<String>,
    password_changed_at: String,
    disabled_at: Option<String>,
    delete_at: Option<String>,
    second_factor_at: Option<String>,
    time_zone: String,
    created_at: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Device {
    id: String,
    device: String,
    user_agent: String,
    ip: String,
    remember: bool,
    /// Unknown for an ended session, so it is left out there.
    #[serde(default, skip_serializing_if = "Not::not")]
    is_api_client: bool,
    created_at: String,
    last_seen_at: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct EndedDevice {
    #[serde(flatten)]
    session: Device,
    ended_at: String,
    end_reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct ExportedPasskey {
    name: String,
    created_at: String,
    last_used_at: Option<String>,
}

/// An audit entry, without the data of other users.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct AuditEntry {
    at: String,
    by: String,
    action: String,
    to: String,
    ip: String,
}

#[server(prefix = "", endpoint = "/account/export")]
pub async fn export_own_data() -> Result<Export, Problem> {
    let cx = cx()?;
    let user = cx.user().await?;
    rate_limits::export(&cx.db, &user.id).await?;
    let sessions = sessions::of_user(&cx.db, &user.id, cx.limits()).await?;
    let ended = sessions::all_ended_of_user(&cx.db, &user.id).await?;
    let days = active_days::of_user(&cx.db, &user.id).await?;
    let passkeys = passkeys::list(&cx.db, &cx.scope().await?).await?;
    let audit = audit::of_user(&cx.db, &user.id).await?;
    tracing::info!(user = %user.id, "exported their data");
    cx.download("your-data.json")?;
    Ok(Export {
        notes: exported_notes(&cx.db, &cx.scope().await?).await?,
        account: account(user),
        sessions: sessions.iter().map(device).collect(),
        ended_sessions: ended.into_iter().map(ended_device).collect(),
        active_days: days.into_iter().map(rfc3339).collect(),
        passkeys: passkeys.into_iter().map(exported_passkey).collect(),
        identities: exported_identities(&cx.db, &cx.scope().await?).await?,
        api_tokens: exported_tokens(&cx.db, &cx.scope().await?).await?,
        audit: audit.into_iter().map(audit_entry).collect(),
    })
}

fn account(user: User) -> Account {
    Account {
        id: user.id.to_string(),
        email: user.email,
        name: user.name,
        roles: user.roles.all().into_iter().map(|role| role.name().to_owned()).collect(),
        email_verified_at: user.email_verified_at.map(rfc3339),
        undeliverable_email: user.undeliverable_email,
        reminded_at: user.reminded_at.map(rfc3339),
        password_changed_at: rfc3339(user.password_changed_at),
        disabled_at: user.disabled_at.map(rfc3339),
        delete_at: user.delete_at.map(rfc3339),
        second_factor_at: user.second_factor_at.map(rfc3339),
        time_zone: user.time_zone,
        created_at: rfc3339(user.created_at),
    }
}

fn device(session: &Session) -> Device {
    Device {
        id: session.id.to_string(),
        device: session.device(),
        user_agent: session.user_agent().to_owned(),
        ip: session.ip.clone(),
        remember: session.remember,
        is_api_client: session.is_client,
        created_at: rfc3339(session.created_at),
        last_seen_at: rfc3339(session.last_seen_at),
    }
}

fn ended_device(ended: EndedSession) -> EndedDevice {
    let session = device(&ended.session);
    EndedDevice { session, ended_at: rfc3339(ended.ended_at), end_reason: ended.end_reason }
}

fn exported_passkey(passkey: Passkey) -> ExportedPasskey {
    ExportedPasskey {
        name: passkey.name,
        created_at: rfc3339(passkey.created_at),
        last_used_at: passkey.last_used_at.map(rfc3339),
    }
}

fn audit_entry(entry: OwnEntry) -> AuditEntry {
    let who = |is_them| if is_them { "you" } else { "another user" }.to_owned();
    AuditEntry {
        at: rfc3339(entry.at),
        by: who(entry.is_by_them),
        action: entry.action,
        to: who(entry.is_about_them),
        ip: entry.ip,
    }
}
