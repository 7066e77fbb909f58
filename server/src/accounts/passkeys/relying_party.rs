//! The product as relying party: passkeys are valid only at its own address.

use crate::error::Error;
use url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

#[derive(Clone, Debug)]
pub struct RelyingParty(pub(super) Webauthn);

impl RelyingParty {
    /// Returns `None` if the host is an IP address, for which browsers keep no passkeys.
    pub fn of(public_url: &Url, product: &str) -> Result<Option<Self>, Error> {
        let Some(name) = public_url.domain() else {
            return Ok(None);
        };
        let place = WebauthnBuilder::new(name, public_url)?.rp_name(product).build()?;
        Ok(Some(Self(place)))
    }
}
