//! Tells the open tabs of a user that another session has begun, of a browser or of an API client.

use server::live::{Live, Push, To};
use server::sessions::Device;
use server::visitor::Level;

/// The fragment of live tabs with the list of devices.
pub const DEVICES: &str = "devices";

/// `to` leaves out the new session: a bus may deliver the push after a tab of it has opened its stream. `new_device` is
/// `None` if the user has logged in with this browser before.
pub fn tell_other_tabs(live: &Live, to: &To, new_device: Option<&Device>) {
    let toast = new_device.map(|device| Push::Toast {
        level: Level::Info,
        text: format!("{} has just logged in to your account.", device.in_words()),
    });
    for push in toast.into_iter().chain([Push::Refresh { fragment: DEVICES.into() }]) {
        if let Err(error) = live.push(to.clone(), push) {
            tracing::warn!(%error, "a push to open tabs was not sent");
        }
    }
}
