//! Where passkeys are good: at the product's own address, and nowhere else.

use crate::error::Error;
use url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// The product as people's devices know it.
#[derive(Clone, Debug)]
pub struct RelyingParty(pub(super) Webauthn);

impl RelyingParty {
    /// The product with this name at this address. None: the address has a number in place of a name, and browsers keep
    /// no passkeys for those.
    pub fn of(public_url: &Url, product: &str) -> Result<Option<Self>, Error> {
        let Some(name) = public_url.domain() else {
            return Ok(None);
        };
        let place = WebauthnBuilder::new(name, public_url)?.rp_name(product).build()?;
        Ok(Some(Self(place)))
    }
}
