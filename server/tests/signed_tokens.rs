//! Signed access tokens: only what this product signed, for itself and not long ago, is a log-in, and only while its session
//! exists. Each forged token differs from a valid one in one thing.

use crate::people::person;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use server::config::for_tests::SECRETS;
use server::sessions::Device;
use server::{Config, Db, User, on_both_databases, on_sqlite, sql, token_pairs};
use sha2::Sha256;
use std::time::Duration;

fn config(secrets: &str) -> Config {
    Config::for_tests(&[("API_CLIENT_TOKENS", "signed"), ("SESSION_SECRET", secrets)])
}

async fn log_in(db: &Db, user: &User, config: &Config) -> String {
    let device = Device::new("203.0.113.7", "curl/8");
    token_pairs::log_in(db, &config.token_issuer(), user, config.limits, &device)
        .await
        .unwrap()
        .unwrap()
        .access
}

async fn is_valid(db: &Db, config: &Config, token: &str) -> bool {
    token_pairs::find_signed(db, &config.token_issuer(), token).await.unwrap().is_some()
}

fn part(token: &str, number: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(number).unwrap()).unwrap()).unwrap()
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}")
}

fn signed(header: &Value, claims: &Value, seed: &[u8; 32]) -> String {
    let text = unsigned(header, claims);
    let signature = SigningKey::from_bytes(seed).sign(text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn with_mac(header: &Value, claims: &Value, key: &[u8]) -> String {
    let text = unsigned(header, claims);
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(&text).finalize().into_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(mac))
}

fn with(value: &Value, name: &str, new: Value) -> Value {
    let mut changed = value.clone();
    changed[name] = new;
    changed
}

fn without(value: &Value, name: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().remove(name).expect("a part of the token");
    changed
}

on_sqlite! {
    async fn another_algorithm_a_wrong_signature_or_a_wrong_claim_is_refused(db: TestDb) {
        let (ada, config) = (person(&db, "ada@example.com").await, config(SECRETS[0]));
        let token = log_in(&db, &ada, &config).await;
        let (header, claims) = (part(&token, 0), part(&token, 1));
        let seed = *config.session_keys.access_tokens().next().unwrap();
        let public = SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let x = URL_SAFE_NO_PAD.encode(public);
        assert!(is_valid(&db, &config, &token).await);
        assert!(is_valid(&db, &config, &signed(&header, &claims, &seed)).await, "a token that is made here differs in nothing");
        let (none, hs256) = (with(&header, "alg", json!("none")), with(&header, "alg", json!("HS256")));
        let now = db.now() / 1000;
        let (start, end) = token.split_at(token.rfind('.').unwrap() + 1);
        for (what, forged) in [
            ("no algorithm", format!("{}.", unsigned(&none, &claims))),
            ("no algorithm, signed", signed(&none, &claims, &seed)),
            ("HS256 with the public key", with_mac(&hs256, &claims, &public)),
            ("HS256 with the text of the public key", with_mac(&hs256, &claims, x.as_bytes())),
            ("another algorithm named, signed with ours", signed(&with(&header, "alg", json!("ES256")), &claims, &seed)),
            ("an unknown algorithm", signed(&with(&header, "alg", json!("Ed448")), &claims, &seed)),
            ("without an algorithm", signed(&without(&header, "alg"), &claims, &seed)),
            ("another key", signed(&header, &claims, &[7; 32])),
            ("a key in the header", signed(&with(&header, "jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": x })), &claims, &[7; 32])),
            ("an unknown key", signed(&with(&header, "kid", json!("x")), &claims, &seed)),
            ("no key named", signed(&without(&header, "kid"), &claims, &seed)),
            ("another kind of token", signed(&with(&header, "typ", json!("JWT")), &claims, &seed)),
            ("no signature", start.into()),
            ("a short signature", token[..token.len() - 2].into()),
            ("a signature of zeros", format!("{start}{}", URL_SAFE_NO_PAD.encode([0; 64]))),
            ("claims that were changed", format!("{}.{end}", unsigned(&header, &with(&claims, "exp", json!(now + 9_999))))),
            ("no expiry", signed(&header, &without(&claims, "exp"), &seed)),
            ("an expiry that is text", signed(&header, &with(&claims, "exp", json!("never")), &seed)),
            ("an expiry that is null", signed(&header, &with(&claims, "exp", json!(null)), &seed)),
            ("expired", signed(&header, &with(&claims, "exp", json!(now - 1)), &seed)),
            ("another audience", signed(&header, &with(&claims, "aud", json!("https://other.example.com/api")), &seed)),
            ("no audience", signed(&header, &without(&claims, "aud"), &seed)),
            ("another issuer", signed(&header, &with(&claims, "iss", json!("https://other.example.com")), &seed)),
            ("no issuer", signed(&header, &without(&claims, "iss"), &seed)),
            ("no subject", signed(&header, &without(&claims, "sub"), &seed)),
            ("no session", signed(&header, &without(&claims, "sid"), &seed)),
            ("a session that is unknown", signed(&header, &with(&claims, "sid", json!(server::Id::<()>::new())), &seed)),
            ("a session that is no id", signed(&header, &with(&claims, "sid", json!("' or 1=1 --")), &seed)),
            ("no token", String::new()), ("points", "..".into()), ("more parts", format!("{token}.{end}")),
        ] {
            assert!(!is_valid(&db, &config, &forged).await, "{what}");
        }
    }

    async fn the_session_of_a_browser_is_no_session_of_a_client(db: TestDb) {
        let (ada, config) = (person(&db, "ada@example.com").await, config(SECRETS[0]));
        let token = log_in(&db, &ada, &config).await;
        let browser = crate::people::Browser::of(&db, &ada).await;
        let claims = with(&part(&token, 1), "sid", json!(browser.session_id().await));
        let seed = *config.session_keys.access_tokens().next().unwrap();
        assert!(!is_valid(&db, &config, &signed(&part(&token, 0), &claims, &seed)).await);
    }

    async fn a_new_secret_signs_and_an_old_one_verifies_until_it_is_removed(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let [old, new] = SECRETS;
        let (before, both, after) = (config(old), config(&format!("{new},{old}")), config(new));
        let early = log_in(&db, &ada, &before).await;
        let late = log_in(&db, &ada, &both).await;
        for (token, at, valid) in [(&early, &both, true), (&late, &both, true), (&late, &after, true), (&early, &after, false), (&late, &before, false)] {
            assert_eq!(is_valid(&db, at, token).await, valid);
        }
        let keys = |config: &Config| token_pairs::public_keys(&config.token_issuer())["keys"].as_array().unwrap().clone();
        assert_eq!(keys(&both), [keys(&after), keys(&before)].concat());
    }

    async fn another_service_checks_a_token_by_the_public_keys(db: TestDb) {
        let (ada, config) = (person(&db, "ada@example.com").await, config(SECRETS[0]));
        let token = log_in(&db, &ada, &config).await;
        let key = token_pairs::public_keys(&config.token_issuer())["keys"][0].clone();
        assert_eq!((&key["kty"], &key["crv"], &key["alg"], &key["kid"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &part(&token, 0)["kid"]));
        assert!(key.get("d").is_none(), "the private key");
        let x: [u8; 32] = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
        let (text, signature) = token.rsplit_once('.').unwrap();
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
        VerifyingKey::from_bytes(&x).unwrap().verify_strict(text.as_bytes(), &signature).unwrap();
        let claims = part(&token, 1);
        assert_eq!((&claims["sub"], &claims["scope"]), (&json!(ada.id), &json!("read write")));
    }
}

on_both_databases! {
    async fn a_signed_token_is_valid_for_15_minutes_and_only_while_its_session_exists(db: TestDb) {
        let (ada, config) = (person(&db, "ada@example.com").await, config(SECRETS[0]));
        let (token, other) = (log_in(&db, &ada, &config).await, log_in(&db, &ada, &config).await);
        assert_ne!(token, other);
        let session = part(&token, 1)["sid"].as_str().unwrap().to_owned();
        db.execute(sql!("delete from sessions where id = $1", session)).await.unwrap();
        assert_eq!((is_valid(&db, &config, &token).await, is_valid(&db, &config, &other).await), (false, true));
        db.execute(sql!("update users set disabled_at = 1")).await.unwrap();
        assert!(!is_valid(&db, &config, &other).await);
        db.execute(sql!("update users set disabled_at = null")).await.unwrap();
        db.clock().advance(Duration::from_secs(14 * 60));
        assert!(is_valid(&db, &config, &other).await);
        db.clock().advance(Duration::from_secs(61));
        assert!(!is_valid(&db, &config, &other).await);
    }

    async fn a_signed_token_from_a_clock_that_was_ahead_is_refused_until_its_own_time(db: TestDb) {
        let (ada, config) = (person(&db, "ada@example.com").await, config(SECRETS[0]));
        db.clock().advance(Duration::from_secs(86_400));
        let token = log_in(&db, &ada, &config).await;
        db.clock().set_back(Duration::from_secs(4 * 60));
        assert!(is_valid(&db, &config, &token).await, "the clocks of two nodes may differ");
        db.clock().set_back(Duration::from_secs(86_400 - 4 * 60));
        assert!(!is_valid(&db, &config, &token).await);
        db.clock().advance(Duration::from_secs(86_400));
        assert!(is_valid(&db, &config, &token).await);
    }
}
