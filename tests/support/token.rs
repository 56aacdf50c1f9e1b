//! Tokens made by somebody else than the host: expired, forged, signed by another algorithm. Nothing here shares
//! code with what is tested.

use super::server::Home;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384};

/// The host's secret, read from its file.
pub struct Secret(Vec<u8>);

impl Secret {
    /// The secret of a host that has been started.
    pub fn of(home: &Home) -> Self {
        let text = std::fs::read_to_string(home.data_dir().join("token.secret")).expect("the secret's file");
        Self(hex::decode(text.trim()).expect("hexadecimal"))
    }

    /// The secret as its file has it.
    pub fn text(&self) -> String {
        hex::encode(&self.0)
    }

    /// A token of these claims, signed by HS256.
    pub fn sign(&self, claims: &Value) -> String {
        let signed = signed_part("HS256", claims);
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(signed.as_bytes());
        format!("{signed}.{}", base64(&mac.finalize().into_bytes()))
    }

    /// Every kind of token that is not one, each naming an operator.
    pub fn wrong_tokens(&self) -> Vec<(&'static str, String)> {
        let hour = 3_600;
        let mut mac = Hmac::<Sha384>::new_from_slice(&self.0).expect("a key of any length");
        let hs384 = signed_part("HS384", &claims(hour));
        mac.update(hs384.as_bytes());
        let mut other = self.0.clone();
        other[0] ^= 1;
        let valid = self.sign(&claims(hour));
        let (body, signature) = valid.rsplit_once('.').expect("three parts");
        vec![
            ("expired", self.sign(&claims(-hour))),
            ("another secret", Self(other).sign(&claims(hour))),
            ("no secret", format!("{body}.{}", base64(&[0; 32]))),
            ("another algorithm", format!("{hs384}.{}", base64(&mac.finalize().into_bytes()))),
            ("no algorithm", format!("{}.", signed_part("none", &claims(hour)))),
            ("the algorithm changed", format!("{}.{signature}", signed_part("none", &claims(hour)))),
            ("no end", self.sign(&json!({"sub": claims(hour)["sub"], "name": "Eve", "role": "operator"}))),
            ("no token", "not.a.token".to_owned()),
        ]
    }
}

/// An operator's claims, valid for `ttl_s` from now.
pub fn claims(ttl_s: i64) -> Value {
    let now = chrono::Utc::now().timestamp();
    json!({
        "sub": uuid::Uuid::new_v4(), "name": "Eve", "role": "operator", "iat": now - 7_200, "exp": now + ttl_s,
    })
}

fn signed_part(algorithm: &str, claims: &Value) -> String {
    let header = json!({"alg": algorithm, "typ": "JWT"});
    format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()))
}

/// base64url without padding.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize] as char);
        }
    }
    text
}
