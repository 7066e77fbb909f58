//! Timestamps in UTC, since the server does not know the user's time zone.

use leptos::prelude::*;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

const SHOWN: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");

/// `at` is in unix milliseconds.
#[component]
pub fn Timestamp(at: i64) -> impl IntoView {
    let words = timestamp_text(at);
    view! {
        <time class="whitespace-nowrap" datetime=rfc3339(at)>
            {words}
        </time>
    }
}

pub fn timestamp_text(at: i64) -> String {
    read(at).format(SHOWN).unwrap_or_default()
}

pub fn rfc3339(at: i64) -> String {
    read(at).format(&Rfc3339).unwrap_or_default()
}

fn read(at: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at / 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
