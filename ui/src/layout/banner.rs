//! Banners that a user sees on every page until the user acts on them.

use crate::components::{ActionButton, Banner, EmailText, Look, TextLink, Tone, timestamp_text};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::{User, accounts};
use std::time::Duration;

/// `lifetime` is how long an account with an unconfirmed address is kept.
pub fn banners(user: Option<&User>, lifetime: Option<Duration>) -> [Option<Html>; 3] {
    [deletion_planned(user), undeliverable_address(user), unconfirmed_address(user, lifetime)]
}

fn deletion_planned(user: Option<&User>) -> Option<Html> {
    user.and_then(|user| user.delete_at).map(|at| {
        let when = timestamp_text(at);
        view! {
            <Banner label="Your account will be deleted" tone=Tone::Danger>
                <p>"Your account will be deleted on "<strong>{when}</strong>"."</p>
                <ActionButton action="/account/keep" text="Keep my account" look=Look::Primary/>
            </Banner>
        }
        .rendered()
    })
}

/// The address is the user's own, or a new one that the user asked for.
fn undeliverable_address(user: Option<&User>) -> Option<Html> {
    let email = user?.undeliverable_email.clone()?;
    let change = if user?.email_verified_at.is_some() { "/account/email" } else { "/verify" };
    let banner = view! {
        <Banner label="Email could not be delivered" tone=Tone::Danger>
            <p>
                "We could not deliver an email to "<strong><EmailText text=email/></strong>". Is the address correct? "
                <TextLink href=change text="Change it"/>
            </p>
        </Banner>
    };
    Some(banner.rendered())
}

fn unconfirmed_address(user: Option<&User>, lifetime: Option<Duration>) -> Option<Html> {
    user.filter(|user| user.email_verified_at.is_none()).map(|user| {
        let email = user.email.clone();
        let deletion = lifetime.and_then(|lifetime| accounts::deletion_of_unconfirmed(user, lifetime)).map(|on| {
            view! { "Otherwise your account will be deleted on "<strong>{timestamp_text(on)}</strong>". " }
        });
        view! {
            <Banner label="Your address is not confirmed" tone=Tone::Warning>
                <p>
                    "Confirm your address: we sent a link to "<EmailText text=email/>". "{deletion}
                    <TextLink href="/verify" text="No email?"/>
                </p>
            </Banner>
        }
        .rendered()
    })
}
