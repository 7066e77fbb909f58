//! Timestamps as the time that has passed, with the full time in the user's time zone as a tooltip.

use crate::html::{Html, Rendered};
use crate::request::Cx;
use jiff::Timestamp as Moment;
use jiff::tz::TimeZone;
use leptos::prelude::*;

const DATE_AND_TIME: &str = "%-d %b %Y, %H:%M %Z";
const DATE: &str = "%-d %b %Y";
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;

/// `at` is in unix milliseconds.
#[component]
pub fn Timestamp(at: i64) -> Html {
    let words = in_words(at, Moment::now().as_millisecond());
    view! {
        <time datetime=rfc3339(at) title=timestamp_text(at)>
            {words}
        </time>
    }
    .rendered()
}

/// The full time, in the user's time zone.
pub fn timestamp_text(at: i64) -> String {
    formatted(at, DATE_AND_TIME)
}

/// Relative to `now` (unix milliseconds). After a month the date is clearer.
fn in_words(at: i64, now: i64) -> String {
    let seconds = (now - at) / 1000;
    let (length, unit) = match seconds.abs() {
        ..MINUTE => return "just now".into(),
        MINUTE..HOUR => (MINUTE, "minute"),
        HOUR..DAY => (HOUR, "hour"),
        DAY..MONTH => (DAY, "day"),
        _ => return formatted(at, DATE),
    };
    // A future time is rounded: what was just created for 30 days ends in 30 days, not in 29.
    let rounded = if seconds < 0 { length / 2 } else { 0 };
    let number = (seconds.abs() + rounded) / length;
    let plural = if number == 1 { "" } else { "s" };
    if seconds < 0 { format!("in {number} {unit}{plural}") } else { format!("{number} {unit}{plural} ago") }
}

/// The day of a chart, in UTC.
pub fn day_text(at: i64) -> String {
    read(at).to_zoned(TimeZone::UTC).strftime("%-d %b").to_string()
}

pub fn rfc3339(at: i64) -> String {
    read(at).to_string()
}

fn formatted(at: i64, format: &str) -> String {
    // There is no request while an email is rendered.
    let zone = use_context::<Cx>().map_or(TimeZone::UTC, |cx| cx.time_zone());
    read(at).to_zoned(zone).strftime(format).to_string()
}

/// To the second. A value out of range becomes 1970.
fn read(at: i64) -> Moment {
    Moment::from_second(at.div_euclid(1000)).unwrap_or(Moment::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, in_words, rfc3339, timestamp_text};

    #[test]
    fn a_timestamp_says_how_long_ago_it_was_or_when_it_will_be() {
        let now = 1_800_000_000_000;
        for (seconds, words) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 minute ago"),
            (-130, "in 2 minutes"),
            (HOUR, "1 hour ago"),
            (DAY - 1, "23 hours ago"),
            (29 * DAY, "29 days ago"),
            (-3 * DAY, "in 3 days"),
            (5 - 3 * DAY, "in 3 days"),
            (5 - 30 * DAY, "in 30 days"),
            (DAY - 1 - 3 * DAY, "in 2 days"),
            (30 * DAY, "16 Dec 2026"),
        ] {
            assert_eq!(in_words(now - seconds * 1000, now), words);
        }
    }

    #[test]
    fn without_a_user_a_time_is_in_utc() {
        assert_eq!(timestamp_text(1_800_000_000_000), "15 Jan 2027, 08:00 UTC");
        assert_eq!(rfc3339(1_800_000_000_999), "2027-01-15T08:00:00Z");
        assert_eq!(rfc3339(i64::MAX), "1970-01-01T00:00:00Z");
    }
}
