//! A card with the recently ended sessions of one user.

use super::{Badge, Card, Timestamp};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::sessions::EndedSession;

pub fn ended_card(sessions: Vec<EndedSession>) -> Option<Html> {
    let rows: Vec<_> = sessions
        .into_iter()
        .map(|EndedSession { session, ended_at, end_reason }| {
            view! {
                <li class="list-row">
                    <div class="grid gap-1">
                        <span class="flex flex-wrap items-center gap-2 font-medium">{session.device()}<Badge text=end_reason/></span>
                        <span class="text-sm text-base-content/70">
                            {session.ip.clone()}" · logged in "<Timestamp at=session.created_at/>" · ended "<Timestamp at=ended_at/>
                        </span>
                    </div>
                </li>
            }
        })
        .collect();
    (!rows.is_empty())
        .then(|| view! { <Card heading="Recently ended"><ul class="list-rows">{rows}</ul></Card> }.rendered())
}
