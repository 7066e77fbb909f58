//! A software device with one passkey. It answers like a browser, and tests can falsify each part of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug)]
pub struct Device {
    pub key: SigningKey,
    pub id: Vec<u8>,
    pub owner: Vec<u8>,
    pub origin: String,
    pub site: String,
    /// Stays 0 if the device does not count.
    pub counter: u32,
    /// The device verified the user by a finger, a face or a PIN.
    pub is_verified: bool,
}

impl Device {
    pub fn at(origin: &str) -> Self {
        let seed = Sha256::digest(uuid::Uuid::now_v7().as_bytes());
        Self {
            key: SigningKey::from_slice(&seed).expect("a key"),
            id: Sha256::digest(seed).to_vec(),
            owner: Vec::new(),
            origin: origin.to_owned(),
            site: String::new(),
            counter: 0,
            is_verified: true,
        }
    }

    pub fn make(&mut self, options: &str) -> String {
        let options = parsed(options);
        self.owner = bytes(&options["user"]["id"]);
        if self.site.is_empty() {
            self.site = text(&options["rp"]["id"]);
        }
        let client_data = self.client_data("webauthn.create", &options);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().expect("an x"), point.y().expect("a y"));
        let public_key = [&b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], x, b"\x22\x58\x20", y].concat();
        let length = u16::try_from(self.id.len()).expect("a short name").to_be_bytes();
        let made = [&[0; 16][..], &length, &self.id, &public_key].concat();
        let data = [self.data(0x40), made].concat();
        let length = u16::try_from(data.len()).expect("little data").to_be_bytes();
        let attestation =
            [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..], &length, &data].concat();
        self.answered(json!({
            "clientDataJSON": encoded(&client_data),
            "attestationObject": encoded(&attestation),
            "transports": ["internal"],
        }))
    }

    pub fn answer(&self, options: &str) -> String {
        let client_data = self.client_data("webauthn.get", &parsed(options));
        let data = self.data(0);
        let signed = [&data[..], &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answered(json!({
            "clientDataJSON": encoded(&client_data),
            "authenticatorData": encoded(&data),
            "signature": encoded(signature.to_der().as_bytes()),
            "userHandle": encoded(&self.owner),
        }))
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let (challenge, origin) = (&options["challenge"], &self.origin);
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false })
            .to_string()
            .into()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let is_there = 0x01 | more | if self.is_verified { 0x04 } else { 0 };
        [&Sha256::digest(&self.site)[..], &[is_there], &self.counter.to_be_bytes()].concat()
    }

    fn answered(&self, response: Value) -> String {
        let id = encoded(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "response": response,
            "authenticatorAttachment": "platform", "clientExtensionResults": {},
        })
        .to_string()
    }
}

fn parsed(options: &str) -> Value {
    serde_json::from_str(options).expect("options for a browser")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text(value)).expect("bytes in base64url")
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
