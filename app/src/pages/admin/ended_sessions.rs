//! The recently ended sessions of all users, as a table.

use super::{device_cell, person_cell};
use leptos::prelude::*;
use server::sessions::{EndedSession, EndedSessionOfUser};
use ui::components::{Column, Empty, Lead, Row, Table, Timestamp};
use ui::html::{Html, Rendered};

pub fn ended_table(sessions: Vec<EndedSessionOfUser>) -> Html {
    if sessions.is_empty() {
        return view! { <Empty heading="No session found"><Lead>"Ended sessions are listed for a week."</Lead></Empty> }
            .rendered();
    }
    let columns = ["User", "Device", "Logged in", "Ended", "Reason"].map(Column::text).into();
    let rows = sessions.into_iter().map(row).collect();
    view! { <Table label="Ended sessions" columns rows/> }.rendered()
}

fn row(found: EndedSessionOfUser) -> Row {
    let EndedSession { session, ended_at, end_reason } = found.ended;
    Row::new(vec![
        person_cell(&found.user_id, &found.name, &found.email),
        device_cell(&session),
        view! { <Timestamp at=session.created_at/> }.rendered(),
        view! { <Timestamp at=ended_at/> }.rendered(),
        end_reason.rendered(),
    ])
}
