//! The recently ended sessions of all users, as a table.

use super::person_cell;
use crate::components::{Empty, Table, Timestamp};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::sessions::{EndedSession, EndedSessionOfUser};

const HEADINGS: &[&str] = &["User", "Device", "Logged in", "Ended", "Reason"];

pub fn ended_table(sessions: Vec<EndedSessionOfUser>) -> Html {
    if sessions.is_empty() {
        return view! {
            <Empty heading="No session found"><p class="text-base-content/70">"Ended sessions are listed for a week."</p></Empty>
        }
        .rendered();
    }
    let rows: Vec<_> = sessions.into_iter().map(row).collect();
    view! { <Table label="Ended sessions" headings=HEADINGS>{rows}</Table> }.rendered()
}

fn row(found: EndedSessionOfUser) -> impl IntoView {
    let EndedSession { session, ended_at, end_reason } = found.ended;
    view! {
        <tr>
            {person_cell(&found.user_id, &found.name, &found.email)}
            <td>{session.device()}<span class="block text-base-content/70">{session.ip.clone()}</span></td>
            <td><Timestamp at=session.created_at/></td>
            <td><Timestamp at=ended_at/></td>
            <td>{end_reason}</td>
        </tr>
    }
}
